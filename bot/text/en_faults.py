"""What Huawei Cloud, or the way to it, refused, in English. Pure."""

from __future__ import annotations

from bot.huawei.fault import Fault
from bot.text.format import inert


def fault_text(fault: Fault, *, project: str, principal: str) -> str:
    """Say what went wrong: cause, code, request id, next step."""
    principal = inert(principal)
    return (
        _own(fault, project, principal)
        or _about_the_credential(fault, principal)
        or _about_the_answer(fault)
        or _about_the_request(fault, project, principal)
    )


def codes(fault: Fault) -> str:
    """Return the code, or the HTTP status, and the request id of a fault, as far as there are any."""
    http = f"HTTP {fault.status}" if fault.status and not fault.code else ""
    request = f"request {inert(fault.request_id, 64)}" if fault.request_id else ""
    return ", ".join(filter(None, (inert(fault.code or "", 40), http, request)))


def _parts(fault: Fault) -> tuple[str, str, str]:
    """Return which service it was, its codes in brackets, and its words."""
    code = f" ({codes(fault)})" if codes(fault) else ""
    said = f' It said: "{inert(fault.message, 200)}"' if fault.message else ""
    return "IAM" if fault.source == "iam" else "OMS", code, said


def _own(fault: Fault, project: str, principal: str) -> str | None:
    match fault.kind:
        case "SlackFault":
            return "Slack did not tell me who you are, so I asked nothing of OMS. Try again in a minute."
        case "GroupFault":
            return "Slack did not tell me who may approve, so I asked nothing of OMS. Try again in a minute."
        case "SlackRefused" | "GroupRefused":
            return _refused_by_slack(fault)
        case "DatabaseFault":
            return "the bot's database can't be used now, so I asked nothing of OMS. Try again in a minute."
        case "VaultFault":
            return (
                "the stored credentials can't be read at the moment, so I don't know as whom to act. "
                "Try again in a minute."
            )
        case "ProjectGone":
            return f"{project} is no longer among the projects that I am configured for."
        case "LinkFault":
            return (
                "the credential that you linked can't be opened, so I don't know as whom to act. The bot's operator "
                "finds the cause in its log: a key that is missing, or a row that was altered."
            )
        case "Unlinked":
            return f"the credential of {principal} is no longer linked."
        case "Interrupted":
            return "I was restarted in the middle of it, and could not go on."
        case "OwnFault":
            return "the bot has a fault of its own; its log has the details. Tell its operator."
        case _:
            return None


def _refused_by_slack(fault: Fault) -> str:
    """Say what Slack will say again until somebody does something: who, and what."""
    person = fault.kind == "SlackRefused"
    what = "who you are" if person else "who is in the user group that may approve"
    match fault.code:
        case "missing_scope":
            scope = inert(fault.message) or ("users:read" if person else "usergroups:read")
            cause = f"Slack does not let me look up {what}: the app lacks the scope `{scope}`"
        case "user_not_found" | "user_not_visible" | "users_not_found":
            cause = f"Slack knows nobody of your id in this workspace ({fault.code})"
        case "unreadable":
            cause = f"What Slack answered does not say {what}"
        case _:
            cause = f"Slack refuses to tell me {what} ({inert(fault.code or 'no reason given', 60)})"
    return f"{cause}. I asked nothing of OMS. Trying again won't help: tell the bot's operator."


def _about_the_credential(fault: Fault, principal: str) -> str | None:
    where, code, said = _parts(fault)
    match fault.kind:
        case "TokenExpired":
            return (
                f"{where} does not accept the token of {principal}, not even one that IAM has just issued{code}. "
                f"The credential itself was not refused, so nobody is locked; ask again in a minute.{said}"
            )
        case "CredentialRejected" if fault.source == "iam":
            return (
                f"{where} does not accept the credential of {principal}{code}. I won't try it again, since IAM "
                f"locks a user after a few failures; have the credential renewed.{said}"
            )
        case "CredentialRejected":
            return (
                f"{where} does not accept the credential of {principal}{code}. A key that was refused is not sent again for an "
                f"hour, since Huawei locks it after a few failures; have the credential checked.{said}"
            )
        case "NotSentAgain":
            return (
                f"the credential of {principal} was refused before{code}, so I did not send it again: Huawei locks "
                "whoever fails a few times. Have the credential renewed."
            )
        case "TriesUsedUp":
            return (
                f"too many wrong secrets of {principal} were tried within 15 min, so I did not send this one, lest IAM "
                "lock it. Try again in 15 min."
            )
        case "SignatureExpired":
            return f"the clock of the bot's machine is wrong by more than 15 min{code}. Its operator must set it."
        case "AccountLocked":
            return (
                f"IAM has locked {principal} after too many failures{code}. "
                "It unlocks by itself, usually within 15 min."
            )
        case "AccountBlocked":
            return f"the Huawei Cloud account is restricted or frozen{code}. Its owner must clear that.{said}"
        case _:
            return None


def _about_the_answer(fault: Fault) -> str | None:
    where, code, said = _parts(fault)
    match fault.kind:
        case "Throttled":
            return f"{where} is receiving too many requests{code}. Try again in a minute."
        case "ServiceFault":
            return f"{where} has a fault of its own{code}. Try again in a minute.{said}"
        case "Unreachable":
            return f"{where} can't be reached, so nothing was asked of it{code}. Try again in a minute."
        case "ProxyRefused":
            why = inert(fault.message, 200)
            return f"{why}, so nothing was asked of {where}{code}. The bot's operator must look into that; then try again."
        case "AnswerTooLong" if fault.source == "iam":
            why = inert(fault.message, 200)
            return f"IAM answered with more than OMS takes{code}: {why}. An access key in place of the password would do."
        case "AnswerTooLong":
            return f"the answer has more in it than any of OMS's{code}: {inert(fault.message, 200)}. Check the endpoint."
        case "AnswerLost":
            return f"the connection broke, or time ran out, after the request was sent{code}."
        case "UnexpectedAnswer":
            return f"what answered is not {where}: a redirect, a web page or another shape{code}. Check the endpoint."
        case _:
            return None


def _about_the_request(fault: Fault, project: str, principal: str) -> str:
    where, code, said = _parts(fault)
    match fault.kind:
        case "PermissionDenied" if fault.source == "iam":
            return f"IAM does not let {principal} act in {project}{code}. Ask for that, then try again.{said}"
        case "PermissionDenied":
            return (
                f"{principal} may not do this in {project}. Pausing takes the permission oms:task:update, "
                f"reading oms:task:get{code}. Ask for it, then try again.{said}"
            )
        case "NotFound" if fault.source == "iam":
            return f"IAM knows no such project or agency{code}. Check the settings of {project}.{said}"
        case "NotFound":
            lists = f"`/oms pause {project}` lists those that migrate."
            return f"there is no such task in {project}{code}. {lists}{said}"
        case "WrongState":
            return f"the task's status does not permit it{code}.{said}"
        case _:
            return f"{where} refused the request{code}.{said}"
