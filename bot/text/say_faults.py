"""What Huawei Cloud, Slack or the way to them refused, whatever the language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

from bot.conversation.snapshots import Kind
from bot.huawei.fault import Fault, FaultKind
from bot.text.figures import in_brackets, joined
from bot.text.format import inert
from bot.text.languages import Language
from bot.text.say_targets import kind_word
from bot.text.sentences import Cause, FaultSentences
from bot.text.words import reading_of, verbs_of, words_of

_IAM_USER: Final = "IAM user "  # how a principal begins that is one

# What Huawei Cloud said beside its code is repeated where it may tell more than our sentence.
_QUOTED: Final = frozenset({
    FaultKind.TOKEN_EXPIRED, FaultKind.CREDENTIAL_REJECTED, FaultKind.ACCOUNT_BLOCKED, FaultKind.SERVICE_FAULT,
    FaultKind.PERMISSION_DENIED, FaultKind.NOT_FOUND, FaultKind.WRONG_STATE, FaultKind.BAD_REQUEST,
})  # fmt: skip


@dataclass(frozen=True)
class Explained:
    """A fault in words: what happened, what to do next, and as small print the codes."""

    what: str
    next: str
    codes: str


def explained(
    language: Language,
    fault: Fault,
    *,
    project: str,
    principal: str,
    verb: str = "",
    kind: Kind = Kind.TASK,
    acted: bool = False,
) -> Explained:
    """Say what went wrong and what the reader can do. *acted*: it was *verb*'s own call, not a reading before it."""
    words = words_of(language).faults
    cause = _cause(words, fault.kind, iam=fault.source == "iam")
    values = {
        "where": where(fault),
        "why": inert(fault.message, 200, of_end=True),
        "project": project,
        "principal": whom(language, principal),
        "permission": _permission(language, verb, kind, acted=acted),
        "kind": kind_word(language, kind),
        "command": f"`/oms list {project}`",
    }
    what = cause.what.format(**values)
    if fault.kind in (FaultKind.SLACK_REFUSED, FaultKind.GROUP_REFUSED):
        what = joined(language, _refused_by_slack(words, fault), what)
    elif fault.message and fault.kind in _QUOTED:
        quoted = words.said.format(message=inert(fault.message, 200, of_end=True))
        what = joined(language, what, quoted)
    return Explained(what, cause.next.format(**values), codes(language, fault))


def fault_text(language: Language, fault: Fault, *, project: str, principal: str, verb: str = "") -> str:
    """Say a fault as one text, with its codes in brackets."""
    said = explained(language, fault, project=project, principal=principal, verb=verb)
    return joined(language, said.what, said.next) + in_brackets(language, [said.codes])


def whom(language: Language, principal: str, limit: int = 80) -> str:
    """Name whom OMS is asked as; it is stored in English."""
    name = inert(principal.removeprefix(_IAM_USER), limit)
    return words_of(language).cards.iam_user.format(name=name) if principal.startswith(_IAM_USER) else name


# Source: API pages "Pause a Task Group" and "Pause a Synchronization Task", authorization information
_RESOURCES: Final = {Kind.TASK: "task", Kind.GROUP: "taskgroup", Kind.SYNC: "synctask"}


def _permission(language: Language, verb: str, kind: Kind, *, acted: bool) -> str:
    own = verbs_of(language).get(verb)
    of_task = own.permission_to_act if own and acted else reading_of(language, verb or "list").permission
    return of_task.replace(":task:", f":{_RESOURCES[kind]}:")


def where(fault: Fault) -> str:
    """Name the service that it was."""
    return "IAM" if fault.source == "iam" else "OMS"


def codes(language: Language, fault: Fault) -> str:
    """Return the code, or the HTTP status, and the request id of a fault, as far as there are any."""
    http = f"HTTP {fault.status}" if fault.status and not fault.code else ""
    request_id = inert(fault.request_id or "", 64)
    request = words_of(language).faults.request.format(request_id=request_id) if request_id else ""
    return " · ".join(filter(None, (inert(fault.code or "", 40), http, request)))


def _cause(words: FaultSentences, kind: FaultKind, *, iam: bool) -> Cause:  # noqa: PLR0912  # one case for each kind
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
            return words.slack_refused
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
