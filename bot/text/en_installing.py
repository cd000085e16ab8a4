"""What people read about installing the bot in a workspace, in English. Pure. A page's words are not mrkdwn."""

from __future__ import annotations

from typing import Final

STATE_MINUTES: Final = 10

_WORKS_ONCE: Final = (
    "If it has just said that the bot is installed, all is well. If not, nothing was installed: it was begun in "
    "another browser or window, or this browser keeps no cookies."
)
_ASK_OPERATOR: Final = (
    "If the bot is meant for you, send the operator your workspace's id: [installs] in oms-bot.toml."
)
FAILURES: Final = {
    "access_denied": (
        "Nothing was installed",
        "The request was declined in Slack. If your workspace lets only some people install apps, ask one of them.",
    ),
    "invalid_browser": (
        "This page works once",
        _WORKS_ONCE,
    ),
    "invalid_state": (
        "This installation has ended",
        f"It was completed before, or begun more than {STATE_MINUTES} minutes ago. Nothing was installed just now.",
    ),
    "not_confirmed": (
        "Slack did not confirm the installation",
        "Nothing was installed. Begin again; if that fails too, tell the bot's operator.",
    ),
    "storage_error": (
        "The installation could not be stored",
        "Slack agreed, but the bot could not keep what it needs. Tell the bot's operator, then begin again.",
    ),
    "unavailable": (
        "The bot can't do that just now",
        "Its database does not answer. Nothing was installed. Try again in a minute.",
    ),
    "closed": (
        "Nobody can install this bot",
        "Its operator has named no workspace that may: [installs] in oms-bot.toml. Nothing was installed.",
    ),
    "not_invited": (
        "This workspace can't install this bot",
        f"Its operator has not named it. Nothing was kept, and Slack's token was given back. {_ASK_OPERATOR}",
    ),
    "too_many": ("Too many requests", "Wait a few minutes, then begin again."),
}
"""By reason, what a page says that is no success: its heading and its sentence."""

BEGIN_AGAIN: Final = "Begin again"


def install_page() -> tuple[str, str, str]:
    """Return heading, sentence and button of the page that begins an installation."""
    sentence = (
        "It pauses Huawei Cloud object storage migrations from a channel, each as the person who asked, "
        "with that person's own permissions. It asks Slack for this, and for nothing more:"
    )
    return "Add oms-bot to Slack", sentence, "Choose a workspace in Slack"


def installed(workspace: str, *, org_wide: bool) -> tuple[str, str]:
    """Return heading and sentence of the page after success."""
    if org_wide:
        return (
            f"oms-bot is installed for {workspace}",
            "An administrator of the organisation now adds it to each workspace that should have it. After that:",
        )
    return f"oms-bot is installed in {workspace}", "What to do next, in Slack:"


def next_steps() -> list[tuple[str, str]]:
    """Return what to do after an installation: what to type, and why."""
    return [
        ("/invite @oms-bot", "in the channel where incidents are handled"),
        ("/oms link", "so that the bot acts as you, with your own IAM credential"),
        ("/oms help", "shows what it can do"),
    ]


def open_slack() -> str:
    """Label the link back to Slack."""
    return "Open Slack"


def not_installed(install_url: str) -> str:
    """Answer somebody whose workspace has no installation. Mrkdwn."""
    return (
        "oms-bot is not installed in this workspace, or not any more. Nothing was done. "
        f"Somebody who may install apps can add it: <{install_url}|install oms-bot>"
    )


def not_invited() -> str:
    """Answer somebody whose workspace the operator does not let use the bot."""
    return (
        "This bot's operator has not named your workspace as one that may use it. Nothing was done. "
        + _ASK_OPERATOR
    )


def not_looked_up() -> str:
    """Answer somebody whose workspace could not be looked up."""
    return "I couldn't look up this workspace's installation just now. Nothing was done. Please try again."
