"""Installing the bot in a workspace, in English. A page's words are not mrkdwn."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_linking import PageMessage
from bot.text.sentences_setting_up import InstallingMessages, SettingUpSentences

_ASK_OPERATOR: Final = (
    "If the bot is meant for you, send the operator your workspace's id: [installs] in oms-bot.toml."
)

_MESSAGES: Final = InstallingMessages(
    access_denied=PageMessage(
        "Nothing was installed",
        "The request was declined in Slack. If your workspace lets only some people install apps, ask one of them.",
    ),
    invalid_browser=PageMessage(
        "This page works once",
        "If the page before this one said that the bot is installed, you're done. If not, nothing was installed: it was begun in "
        "another browser or window, or this browser keeps no cookies.",
    ),
    invalid_state=PageMessage(
        "This installation has ended",
        "It was completed before, or begun more than {minutes} minutes ago. Nothing was installed just now.",
    ),
    not_confirmed=PageMessage(
        "Slack did not confirm the installation",
        "Nothing was installed. Begin again; if that fails too, tell the bot's operator.",
    ),
    storage_error=PageMessage(
        "The installation could not be stored",
        "Slack agreed, but the bot could not keep what it needs. Tell the bot's operator, then begin again.",
    ),
    unavailable=PageMessage(
        "The bot can't do that just now",
        "Its database does not answer. Nothing was installed. Try again in a minute.",
    ),
    closed=PageMessage(
        "Nobody can install this bot",
        "Its operator has named no workspace that may: [installs] in oms-bot.toml. Nothing was installed.",
    ),
    not_invited=PageMessage(
        "This workspace can't install this bot",
        f"Its operator has not named it. Nothing was kept, and Slack's token was given back. {_ASK_OPERATOR}",
    ),
    too_many=PageMessage("Too many requests", "Wait a few minutes, then begin again."),
)

SETTING_UP: Final = SettingUpSentences(
    messages=_MESSAGES,
    begin=PageMessage(
        "Add oms-bot to Slack",
        "It pauses Huawei Cloud object storage migrations from a channel, each as the person who asked, "
        "with that person's own permissions. It asks Slack for this, and for nothing more:",
    ),
    scopes={
        "commands": "the slash command /oms",
        "chat:write": "the card, its thread, and answers only you can see",
        "users:read": "whether whoever clicks is still a full, active member, and in which language they read",
        "app_mentions:read": "@oms-bot pause …, which unlike a slash command can be typed in a thread",
    },
    choose="Choose a workspace in Slack",
    begin_again="Begin again",
    open_slack="Open Slack",
    installed=PageMessage("oms-bot is installed in {workspace}", "What to do next, in Slack:"),
    installed_org_wide=PageMessage(
        "oms-bot is installed for {workspace}",
        "An administrator of the organisation now adds it to each workspace that should have it. After that:",
    ),
    your_workspace="your workspace",
    next_invite="in the channel where incidents are handled",
    next_link="so that the bot acts as you, with your own IAM credential",
    next_help="shows what it can do",
    not_installed="oms-bot is not installed in this workspace, or not any more. Nothing was done. "
    "Somebody who may install apps can add it: <{url}|install oms-bot>",
    not_invited="This bot's operator has not named your workspace as one that may use it. Nothing was done. "
    + _ASK_OPERATOR,
    not_looked_up="I couldn't look up this workspace's installation just now. Nothing was done. Please try again.",
)
