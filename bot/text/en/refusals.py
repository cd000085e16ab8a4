"""Why a person may not do something, and what they can do instead, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import RefusalSentences

REFUSALS: Final = RefusalSentences(
    not_requester="Only {person} can answer this.",
    deleted="Your Slack account is deactivated.",
    bot="Only people can do this, not apps.",
    guest="Guests can't do this; ask a full member of the workspace.",
    stranger="Only members of this workspace can do this; Slack names another one for you.",
    not_linked="I know no IAM credential of yours, and I act only as you. Link yours with `/oms link`, then try again.",
    project_gone="{project} is no longer among the projects that I am configured for. Tell the bot's operator.",
    wrong_channel="{project} can't be used in this channel. Go to one that it is configured for.",
    other_card="This is not the card that asked. Answer on the card itself.",
    own_approval="Somebody else must agree; you can't approve your own request.",
    not_approver="You are not among those who may approve this. {person} asked for it.",
    approver_gone="{person} agreed but may not approve any more.",
    relinked="The IAM identity that I act as for you was changed after the card was shown. Ask again.",
    unproved="Nothing proves that this was decided here: its record was changed in the database, or is of a time "
    "before there was a key. Ask again, and tell the bot's operator.",
    settings_changed="The settings of {project} were changed after the card was shown. Ask again.",
    same_identity="Two people must agree, and this is one: the same IAM identity stands behind the Slack account of "
    "whoever asked, or of somebody who has agreed. Somebody else must approve.",
    too_many="You have asked very often just now. Wait a minute, then ask again.",
    too_late="I could go on only long after the click, which I no longer take for what is wanted now: the bot or its "
    "database was away. Ask again if it is.",
    expired="The time to answer is over.",
    unknown_card="I don't know this card any more.",
    ask_again="Ask again with {usage}.",
    confirmed_before="{who} has already confirmed this; look at the card.",
    cancelled_before="{who} has already cancelled this; no call was made.",
    over="The time to answer was over; no call was made.",
)
