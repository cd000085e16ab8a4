"""What Huawei Cloud, Slack or the way to them refused, whatever the language. Pure."""

from __future__ import annotations

from typing import Final, assert_never

from bot.conversation.values import PAUSE
from bot.huawei.fault import Fault, FaultKind
from bot.text.figures import in_brackets, joined
from bot.text.format import inert
from bot.text.languages import Language
from bot.text.sentences import FaultSentences
from bot.text.words import reading_of, words_of

# What Huawei Cloud said beside its code is repeated where it may tell more than our sentence.
_QUOTED: Final = frozenset({
    FaultKind.TOKEN_EXPIRED, FaultKind.CREDENTIAL_REJECTED, FaultKind.ACCOUNT_BLOCKED, FaultKind.SERVICE_FAULT,
    FaultKind.PERMISSION_DENIED, FaultKind.NOT_FOUND, FaultKind.WRONG_STATE, FaultKind.BAD_REQUEST,
})  # fmt: skip


def fault_text(language: Language, fault: Fault, *, verb: str = PAUSE, project: str, principal: str) -> str:
    """Say what went wrong: cause, code, request id, next step."""
    words = words_of(language).faults
    template = _template(words, fault.kind, iam=fault.source == "iam")
    sentence = template.format(
        where=where(fault),
        code=codes(language, fault),
        why=inert(fault.message, 200),
        project=project,
        principal=inert(principal),
        permission=reading_of(language, verb).permission,
        command=f"`/oms {PAUSE} {project}`",
    )
    if fault.kind in (FaultKind.SLACK_REFUSED, FaultKind.GROUP_REFUSED):
        return joined(language, _refused_by_slack(words, fault), sentence)
    quoted = fault.message and fault.kind in _QUOTED
    return joined(language, sentence, words.said.format(message=inert(fault.message, 200)) if quoted else "")


def where(fault: Fault) -> str:
    """Name the service that it was."""
    return "IAM" if fault.source == "iam" else "OMS"


def codes(language: Language, fault: Fault) -> str:
    """Return the code, or the HTTP status, and the request id of a fault in brackets, as far as there are any."""
    http = f"HTTP {fault.status}" if fault.status and not fault.code else ""
    request_id = inert(fault.request_id or "", 64)
    request = words_of(language).faults.request.format(request_id=request_id) if request_id else ""
    return in_brackets(language, (inert(fault.code or "", 40), http, request))


def _template(words: FaultSentences, kind: FaultKind, *, iam: bool) -> str:  # noqa: PLR0912  # one case for each kind
    match kind:
        case FaultKind.SLACK_FAULT:
            return words.slack
        case FaultKind.GROUP_FAULT:
            return words.slack_group
        case FaultKind.DATABASE_FAULT:
            return words.database
        case FaultKind.VAULT_FAULT:
            return words.vault
        case FaultKind.PROJECT_GONE:
            return words.project_gone
        case FaultKind.LINK_FAULT:
            return words.link
        case FaultKind.UNLINKED:
            return words.unlinked
        case FaultKind.INTERRUPTED:
            return words.interrupted
        case FaultKind.OWN_FAULT:
            return words.own
        case FaultKind.TOKEN_EXPIRED:
            return words.token_expired
        case FaultKind.CREDENTIAL_REJECTED:
            return words.credential_rejected if iam else words.key_rejected
        case FaultKind.NOT_SENT_AGAIN:
            return words.not_sent_again
        case FaultKind.TRIES_USED_UP:
            return words.tries_used_up
        case FaultKind.SIGNATURE_EXPIRED:
            return words.signature_expired
        case FaultKind.ACCOUNT_LOCKED:
            return words.account_locked
        case FaultKind.ACCOUNT_BLOCKED:
            return words.account_blocked
        case FaultKind.THROTTLED:
            return words.throttled
        case FaultKind.SERVICE_FAULT:
            return words.service
        case FaultKind.UNREACHABLE:
            return words.unreachable
        case FaultKind.PROXY_REFUSED:
            return words.proxy_refused
        case FaultKind.ANSWER_TOO_LONG:
            return words.answer_too_long_iam if iam else words.answer_too_long
        case FaultKind.ANSWER_LOST:
            return words.answer_lost
        case FaultKind.UNEXPECTED_ANSWER:
            return words.unexpected_answer
        case FaultKind.PERMISSION_DENIED:
            return words.denied_by_iam if iam else words.denied
        case FaultKind.NOT_FOUND:
            return words.not_found_iam if iam else words.not_found
        case FaultKind.WRONG_STATE:
            return words.wrong_state
        case FaultKind.BAD_REQUEST:
            return words.refused
        case FaultKind.SLACK_REFUSED | FaultKind.GROUP_REFUSED:
            return words.nothing_asked
        case _:
            assert_never(kind)


def _refused_by_slack(words: FaultSentences, fault: Fault) -> str:
    """Say what Slack will say again until somebody does something: who, and what."""
    person = fault.kind is FaultKind.SLACK_REFUSED
    what = words.who_you_are if person else words.who_is_in_group
    match fault.code:
        case "missing_scope":
            scope = inert(fault.message) or ("users:read" if person else "usergroups:read")
            return words.lacks_scope.format(what=what, scope=scope)
        case "user_not_found" | "user_not_visible" | "users_not_found":
            return words.knows_nobody.format(error=fault.code)
        case "unreadable":
            return words.does_not_say.format(what=what)
        case _:
            error = inert(fault.code or "", 60) or words.no_reason
            return words.refuses_to_tell.format(what=what, error=error)
