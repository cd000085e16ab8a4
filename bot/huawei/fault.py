"""What a failed call is to people: a value that is stored and told. Pure; `bot.text` has the words for each kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.huawei.errors import HuaweiError

Source = Literal["oms", "iam", "slack", "bot"]


class FaultKind(StrEnum):
    """What went wrong. Stored, so a name stays; one for each class of `bot.huawei.errors`, and those of the bot."""

    WRONG_STATE = "WrongState"
    NOT_FOUND = "NotFound"
    CREDENTIAL_REJECTED = "CredentialRejected"
    NOT_SENT_AGAIN = "NotSentAgain"
    TRIES_USED_UP = "TriesUsedUp"
    TOKEN_EXPIRED = "TokenExpired"  # noqa: S105  # no token, but what became of one
    SIGNATURE_EXPIRED = "SignatureExpired"
    ACCOUNT_LOCKED = "AccountLocked"
    PERMISSION_DENIED = "PermissionDenied"
    ACCOUNT_BLOCKED = "AccountBlocked"
    THROTTLED = "Throttled"
    SERVICE_FAULT = "ServiceFault"
    BAD_REQUEST = "BadRequest"
    UNREACHABLE = "Unreachable"
    PROXY_REFUSED = "ProxyRefused"
    ANSWER_LOST = "AnswerLost"
    ANSWER_TOO_LONG = "AnswerTooLong"
    UNEXPECTED_ANSWER = "UnexpectedAnswer"

    SLACK_FAULT = "SlackFault"
    SLACK_REFUSED = "SlackRefused"
    GROUP_FAULT = "GroupFault"
    GROUP_REFUSED = "GroupRefused"
    DATABASE_FAULT = "DatabaseFault"
    VAULT_FAULT = "VaultFault"
    LINK_FAULT = "LinkFault"
    PROJECT_GONE = "ProjectGone"
    UNLINKED = "Unlinked"
    INTERRUPTED = "Interrupted"
    OWN_FAULT = "OwnFault"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a call, or what goes before it, did not give what was wanted, as far as people may read it."""

    kind: FaultKind
    source: Source = "oms"
    code: str | None = None
    message: str = ""
    request_id: str | None = None
    status: int | None = None
    may_pass: bool = False


def own_fault(kind: FaultKind) -> Fault:
    """Return a fault on the bot's own side, which may have passed when somebody tries again."""
    return Fault(kind=kind, source="bot", may_pass=True)


def fault_of(error: HuaweiError) -> Fault:
    """Return what people may read of an error."""
    return Fault(
        kind=FaultKind(type(error).__name__),
        source=error.source,
        code=error.code,
        message=error.message,
        request_id=error.request_id,
        status=error.status,
        may_pass=error.may_pass,
    )
