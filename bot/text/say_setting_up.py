"""Installing the bot in a workspace, whatever the language. A page's words are not mrkdwn. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, assert_never

from bot.text.languages import Language
from bot.text.sentences_linking import PageMessage
from bot.text.sentences_setting_up import InstallingMessages
from bot.text.words import words_of

STATE_MINUTES: Final = 10

Turned = Literal[
    "access_denied", "invalid_browser", "invalid_state", "not_confirmed", "storage_error", "unavailable", "closed",
    "not_invited", "too_many",
]  # fmt: skip


def not_installed_page(language: Language, kind: Turned) -> PageMessage:
    """Return the heading and the sentence of a page that is no success."""
    message = _message(words_of(language).setting_up.messages, kind)
    return PageMessage(message.heading, message.sentence.format(minutes=STATE_MINUTES))


def _message(messages: InstallingMessages, kind: Turned) -> PageMessage:
    match kind:
        case "access_denied":
            return messages.access_denied
        case "invalid_browser":
            return messages.invalid_browser
        case "invalid_state":
            return messages.invalid_state
        case "not_confirmed":
            return messages.not_confirmed
        case "storage_error":
            return messages.storage_error
        case "unavailable":
            return messages.unavailable
        case "closed":
            return messages.closed
        case "not_invited":
            return messages.not_invited
        case "too_many":
            return messages.too_many
        case _:
            assert_never(kind)


def install_page(language: Language) -> tuple[str, str, str]:
    """Return heading, sentence and button of the page that begins an installation."""
    words = words_of(language).setting_up
    return words.begin.heading, words.begin.sentence, words.choose


def scopes(language: Language, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the scopes that the app asks for, each with what it is for."""
    reasons = words_of(language).setting_up.scopes
    return [(name, reasons[name]) for name in names]


def installed(language: Language, workspace: str, *, org_wide: bool) -> PageMessage:
    """Return heading and sentence of the page after success."""
    words = words_of(language).setting_up
    message = words.installed_org_wide if org_wide else words.installed
    return PageMessage(message.heading.format(workspace=workspace or words.your_workspace), message.sentence)


def next_steps(language: Language) -> list[tuple[str, str]]:
    """Return what to do after an installation: what to type, and why."""
    words = words_of(language).setting_up
    return [
        ("/invite @oms-bot", words.next_invite),
        ("/oms link", words.next_link),
        ("/oms help", words.next_help),
    ]


def begin_again(language: Language) -> str:
    """Label the link to another try."""
    return words_of(language).setting_up.begin_again


def open_slack(language: Language) -> str:
    """Label the link back to Slack."""
    return words_of(language).setting_up.open_slack


def not_installed(language: Language, install_url: str) -> str:
    """Answer somebody whose workspace has no installation. Mrkdwn."""
    return words_of(language).setting_up.not_installed.format(url=install_url)


def not_invited(language: Language) -> str:
    """Answer somebody whose workspace the operator does not let use the bot."""
    return words_of(language).setting_up.not_invited


def not_looked_up(language: Language) -> str:
    """Answer somebody whose workspace could not be looked up."""
    return words_of(language).setting_up.not_looked_up
