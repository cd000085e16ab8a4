"""The sentences about linking one's own credential, in English: in Slack and on the linking page. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from bot.huawei.fault import Fault
from bot.text.en_faults import codes
from bot.text.format import inert, mention, moment, plain

_WOULD_ACT: Final = (
    "Your credential would act for that one, so nothing was linked. If somebody sent you this address, tell your "
    "administrator."
)


def link_page_words() -> dict[str, str]:
    """Return the fixed words of the linking page. None is mrkdwn: a web page shows them."""
    return {
        "title": "Link your IAM credential",
        "for": "For",
        "not_you": "Only go on if you asked for this page with /oms link, as this person. "
        "Whoever sent you this address would otherwise act with your credential.",
        "promise": "The bot stores it encrypted, uses it only for what you ask it to do, and never shows it. "
        "Take it back at any time with /oms unlink.",
        "access_key_tab": "Access key",
        "password_tab": "Password",
        "access_key": "Access key ID (AK)",
        "secret_key": "Secret access key (SK)",
        "label": "What you call this key",
        "label_hint": "Optional. Shown only if IAM does not say whose key it is.",
        "domain": "Account name",
        "domain_hint": "The IAM domain, as on the sign-in page.",
        "username": "IAM user name",
        "password": "Password",
        "password_hint": "For an IAM user with programmatic access and without MFA. Not a HUAWEI ID.",
        "lock": "IAM locks a user after about 5 wrong passwords, so this page allows 3 tries.",
        "lock_key": "Huawei Cloud locks a key for 5 min after about 5 failures, so this page allows 3 tries.",
        "submit": "Check and link",
        "checked": "It is checked by reading tasks. Nothing is paused.",
        "projects": "Projects",
        "can_read": "tasks can be read",
        "pause_unknown": "Whether it may pause can't be checked without pausing something. It takes the permission "
        "oms:task:update, and shows at your first pause.",
        "close": "You can close this page. In Slack, /oms whoami shows whom the bot acts as for you.",
        "again": "Open the page again",
        "sign_in": "Sign in with Slack",
        "sign_in_why": "First, Slack confirms that you are this person, at this browser. The bot learns your Slack id and "
        "name by that, and nothing else.",
    }


def link_page_person(user_id: str, name: str) -> str:
    """Say for whom a page is. The id stands first: a name can be anybody's. Not mrkdwn."""
    return f"Slack user {user_id}" + (f", who calls themself “{name}”" if name else "")


def link_page_until(expires_at: float) -> str:
    """Say how long the page is open. A page without scripts can't know the reader's time zone."""
    return f"This page is open until {datetime.fromtimestamp(expires_at, UTC):%H:%M} UTC and works once."


def link_page_tries(left: int) -> str:
    """Say how many tries are left."""
    return {0: "No try is left on this page.", 1: "One try is left."}.get(left, f"{left} tries are left.")


def link_page_message(kind: str) -> tuple[str, str]:
    """Return the heading and the sentence of a page that has nothing to fill in."""
    return {
        "gone": (
            "This link does not work any more",
            "It was used, has expired, or was replaced by a newer one. Type /oms link in Slack for another.",
        ),
        "no_tries": (
            "Too many tries",
            "To keep IAM from locking you out, the bot tries no more. Type /oms link in Slack in 15 minutes.",
        ),
        "held": (
            "Nothing was linked",
            "If it is yours alone, somebody else uses your credential: change it.",
        ),
        "stale": (
            "This form can't be used",
            "Your browser did not send what the page had given it. Allow cookies for this address, then try again.",
        ),
        "not_signed_in": ("You are not signed in", "Slack did not confirm who you are. Nothing was linked."),
        "another_account": (
            "This page is somebody else's",
            f"You signed in to Slack as another account than the one that asked for it. {_WOULD_ACT}",
        ),
        "too_many": ("Too many requests", "Wait a few minutes, then open the link again."),
        "unavailable": (
            "The bot can't do that just now",
            "It can't reach where links are kept. Type /oms whoami in Slack to see whether you are linked.",
        ),
        "bad_request": ("This is not the form", "Open the link again and use the form on it."),
    }[kind]


def link_bad_field(field: str, fault: str) -> str:
    """Say what is wrong with something typed, without repeating it."""
    name = {
        "access_key": "The access key ID",
        "secret_key": "The secret access key",
        "domain": "The account name",
        "username": "The user name",
        "password": "The password",
    }[field]
    match fault:
        case "missing":
            return f"{name} is missing."
        case "too_long":
            return f"{name} is longer than any can be."
        case "not_a_key":
            return f"{name} has characters that none has. Copy it from the credentials file once more."
        case _:
            return f"{name} holds characters that can't be typed. Copy it once more."


def link_cause(fault: Fault) -> str:
    """Say why a credential was not accepted, or why a project can't be read with it. Not mrkdwn."""
    code = f" ({plain(codes(fault))})" if codes(fault) else ""
    where = "IAM" if fault.source == "iam" else "OMS"
    match fault.kind:
        case "CredentialRejected" | "TokenExpired":
            return f"{where} does not accept this credential{code}. Is it complete, and still in use?"
        case "NotSentAgain":
            return f"Huawei Cloud refused this very secret a while ago{code}, so it was not sent again. Is it complete?"
        case "TriesUsedUp":
            return (
                "Within the last 15 min too many secrets of this IAM identity were wrong, perhaps tried by somebody "
                "else. This one was not sent, to keep IAM from locking it. Try again in 15 min."
            )
        case "AccountLocked":
            return (
                f"{where} has locked this credential after too many failures{code}. "
                "It unlocks by itself, usually within 15 min."
            )
        case "SignatureExpired":
            return f"The clock of the bot's machine is wrong by more than 15 min{code}. Tell its operator."
        case "PermissionDenied":
            return f"It may not read tasks{code}. That takes the permissions oms:task:list and oms:task:get."
        case "NotFound":
            return f"{where} knows no such project for this credential{code}."
        case "AccountBlocked":
            return f"The Huawei Cloud account is restricted or frozen{code}. Its owner must clear that."
        case "Unreachable" | "AnswerLost" | "ServiceFault" | "Throttled":
            return f"{where} could not be asked just now{code}. Try again in a minute."
        case _:
            return f"{where} gave an answer that I can't use{code}. Tell the bot's operator."


def link_project_cause(fault: Fault) -> str:
    """Say why a project can't be read with a credential that is good."""
    if fault.kind in ("CredentialRejected", "TokenExpired"):
        code = f" ({plain(codes(fault))})" if codes(fault) else ""
        return f"IAM gives no access to this project{code}."
    return link_cause(fault)


def held_by_another(principal: str, user_id: str) -> str:
    """Say why a good credential was not linked. Not mrkdwn."""
    return (
        f"The bot acts as {plain(principal)} for another Slack account already ({user_id}), and each IAM identity acts "
        "for one. Both were told. The bot's operator can allow it: oms-bot users link --allow-shared."
    )


def tried_by_another(who: str, by_user: str, *, proved: bool) -> str:
    """Warn somebody that their IAM identity was tried by another Slack account. Mrkdwn."""
    if proved:
        return (
            f"⚠️ {mention(by_user)} tried to link {inert(who)}, as which I act for you, *with a credential that works*. "
            "I refused. If that was not agreed with you, change the password or key now, and tell your administrator."
        )
    return (
        f"{mention(by_user)} tried to link {inert(who)}, as which I act for you, with a wrong secret. Your link is "
        "untouched. If that was not agreed with you, tell your administrator."
    )


def tried_anothers(who: str) -> str:
    """Tell whoever asked for a page that it linked nothing. Mrkdwn."""
    return (
        f"Nothing was linked: I act as {inert(who)} for another Slack account already, who was told. "
        "The bot's operator can allow it with `oms-bot users link --allow-shared`."
    )


def link_nothing_readable(principal: str) -> str:
    """Head the page when a good credential is of no use here. Not mrkdwn."""
    return f"This is {plain(principal)}, but it can't read any project of this bot. Nothing was stored."


def link_page_done(principal: str, *, replaced: bool) -> tuple[str, str]:
    """Return the heading and the sentence of the page after success. Not mrkdwn."""
    earlier = " Your earlier link was replaced." if replaced else ""
    return "Linked", f"The bot now acts as {plain(principal)} when you ask it to.{earlier}"


def link_offer(url: str) -> str:
    """Give somebody their one-time URL."""
    return (
        f"<{url}|Link your IAM credential> within 10 minutes. The address works once, and only for you: "
        "don't pass it on. Never type a secret into Slack."
    )


def link_by_operator() -> str:
    """Say how to link where there is no page."""
    return (
        "This bot has no linking page, because it has no public address or no key to encrypt with. "
        "Its operator can link you with `oms-bot users link`, which asks for the secret without showing it."
    )


def link_secret_typed() -> str:
    """Answer somebody who typed what looks like a secret."""
    return (
        "That looks like a secret, and Slack keeps what is typed. I did not use it or write it down. "
        "*Revoke it now* in the IAM console, make a new one, then type `/oms link` with nothing after it."
    )


def linked(principal: str, projects: tuple[str, ...], *, replaced: bool, named_by_iam: bool) -> str:
    """Confirm a link in Slack."""
    earlier = " Your earlier link was replaced." if replaced else ""
    unnamed = "" if named_by_iam else " IAM did not say whose key it is; the name is yours."
    return (
        f"Linked: I now act as {inert(principal)} when you ask me to.{unnamed}{earlier} It can read "
        f"{', '.join(projects)}; whether it may pause shows at your first pause. "
        "Not you? `/oms unlink` takes it back."
    )


def unlinked(*, removed: bool, still: str | None) -> str:
    """Confirm that a link is gone. `still` is the principal that the operator's settings name, if any."""
    gone = "Unlinked: I have forgotten your credential." if removed else "You had linked nothing."
    left = f" The operator's settings still let you act as {inert(still)}." if still else ""
    pending = " Cards that wait for you can't be confirmed any more." if removed and not still else ""
    return gone + left + pending


def unlinked_before() -> str:
    """Answer a command that Slack delivered again."""
    return "I have carried out this /oms unlink already. Type it anew to unlink what you linked since."


def whoami(
    *,
    origin: str,
    principal: str,
    kind: str,
    projects: tuple[str, ...] | None,
    verified_at: float | None,
    disabled: str | None,
) -> str:
    """Say whom the bot acts as for somebody."""
    if disabled == "key_missing":
        return (
            "The credential you linked can't be opened here: this bot was not given the key to it. "
            "Tell its operator, who finds the key's id in the log."
        )
    if disabled == "damaged":
        return "The credential you linked can't be opened. Link it again with `/oms link`, and tell the bot's operator."
    if disabled:
        return f"{inert(principal)} was linked, but I may not use it any more. Link again with `/oms link`."
    word = {"password": "password", "access_key": "access key", "agency": "agency"}[kind]
    if origin == "operator":
        return f"You act as {inert(principal)} ({word}), as the bot's operator has set it."
    checked = f", checked {moment(verified_at)}" if verified_at is not None else ""
    readable = ", ".join(projects or ())
    return f"You act as {inert(principal)} ({word}, linked by yourself{checked}). It can read {readable}."


def whoami_nobody() -> str:
    """Say that somebody is not linked."""
    return "I know no IAM credential of yours, and I act only as you. Type `/oms link`."


def unreadable() -> str:
    """Say that links can't be read now."""
    return "I can't read the links just now. Try again in a minute, or tell the bot's operator."
