"""What a language says about installing the bot in a workspace, and about starting it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.text.sentences_linking import PageMessage


@dataclass(frozen=True, kw_only=True)
class InstallingMessages:
    """The pages that are no success, by why."""

    access_denied: PageMessage
    invalid_browser: PageMessage
    invalid_state: PageMessage
    not_confirmed: PageMessage
    storage_error: PageMessage
    unavailable: PageMessage
    closed: PageMessage
    not_invited: PageMessage
    too_many: PageMessage


@dataclass(frozen=True, kw_only=True)
class SettingUpSentences:
    """The pages of an installation, and what a workspace reads that the bot does not serve. `scopes` says what for."""

    messages: InstallingMessages
    begin: PageMessage
    scopes: Mapping[str, str]
    choose: str
    begin_again: str
    open_slack: str
    installed: PageMessage
    installed_org_wide: PageMessage
    your_workspace: str
    next_invite: str
    next_link: str
    next_help: str
    not_installed: str
    not_invited: str
    not_looked_up: str
