"""What Huawei Cloud, Slack or the way to them refused, whatever the language. Pure."""

from __future__ import annotations

from typing import Final

from bot.huawei.fault import Fault
from bot.text.figures import in_brackets, joined
from bot.text.format import inert
from bot.text.languages import Language
from bot.text.sentences import FaultSentences
from bot.text.words import verbs_of, words_of

# What Huawei Cloud said beside its code is repeated where it may tell more than our sentence.
_QUOTED: Final = (
    "TokenExpired", "CredentialRejected", "AccountBlocked", "ServiceFault", "PermissionDenied", "NotFound",
    "WrongState",
)  # fmt: skip


def fault_text(language: Language, fault: Fault, *, verb: str = "pause", project: str, principal: str) -> str:
    """Say what went wrong: cause, code, request id, next step."""
    words = words_of(language).faults
    if fault.kind in ("SlackRefused", "GroupRefused"):
        return joined(language, _refused_by_slack(words, fault), words.nothing_asked)
    template = _template(words, fault.kind, iam=fault.source == "iam")
    sentence = template.format(
        where=where(fault),
        code=codes(language, fault),
        why=inert(fault.message, 200),
        project=project,
        principal=inert(principal),
        permission=verbs_of(language)[verb].permission,
        command=f"`/oms {verb} {project}`",
    )
    quoted = fault.message and (fault.kind in _QUOTED or template == words.refused)
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


def _template(words: FaultSentences, kind: str, *, iam: bool) -> str:  # noqa: PLR0912  # one case for each kind
    match kind:
        case "SlackFault":
            return words.slack
        case "GroupFault":
            return words.slack_group
        case "DatabaseFault":
            return words.database
        case "VaultFault":
            return words.vault
        case "ProjectGone":
            return words.project_gone
        case "LinkFault":
            return words.link
        case "Unlinked":
            return words.unlinked
        case "Interrupted":
            return words.interrupted
        case "OwnFault":
            return words.own
        case "TokenExpired":
            return words.token_expired
        case "CredentialRejected":
            return words.credential_rejected if iam else words.key_rejected
        case "NotSentAgain":
            return words.not_sent_again
        case "TriesUsedUp":
            return words.tries_used_up
        case "SignatureExpired":
            return words.signature_expired
        case "AccountLocked":
            return words.account_locked
        case "AccountBlocked":
            return words.account_blocked
        case "Throttled":
            return words.throttled
        case "ServiceFault":
            return words.service
        case "Unreachable":
            return words.unreachable
        case "ProxyRefused":
            return words.proxy_refused
        case "AnswerTooLong":
            return words.answer_too_long_iam if iam else words.answer_too_long
        case "AnswerLost":
            return words.answer_lost
        case "UnexpectedAnswer":
            return words.unexpected_answer
        case "PermissionDenied":
            return words.denied_by_iam if iam else words.denied
        case "NotFound":
            return words.not_found_iam if iam else words.not_found
        case "WrongState":
            return words.wrong_state
        case _:
            return words.refused


def _refused_by_slack(words: FaultSentences, fault: Fault) -> str:
    """Say what Slack will say again until somebody does something: who, and what."""
    person = fault.kind == "SlackRefused"
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
