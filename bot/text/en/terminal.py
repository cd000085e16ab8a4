"""What is said at a terminal only, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_terminal import TerminalSentences

TERMINAL: Final = TerminalSentences(
    not_audited="Not in the bot's audit: DATABASE_URL is not set. Huawei Cloud's own audit (CTS) has the call.",
    needs_approval="{project} takes the approval of others, which is given in Slack. Ask there: {command}",
    ends_by_itself="What resumes by itself takes the bot, which is there then. Ask in Slack: {command}",
    key_rejected="{where} doesn't accept the credential of {principal}. It was sent once, and not again: "
    "Huawei locks whoever fails a few times.",
    check_key="Check CLOUD_SDK_AK and CLOUD_SDK_SK, or the password, before you try again.",
    clock_is_off="The clock of this machine is off by more than 15 min.",
    set_clock="Set it (NTP), then try again.",
)
