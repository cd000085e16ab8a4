"""Why a person may not do something, and what they can do instead, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_refusals import RefusalSentences

REFUSALS: Final = RefusalSentences(
    not_requester="Only {person} can confirm this.",
    deleted="Your Slack account is deactivated.",
    bot="Only people can do this, not apps.",
    guest="Guests can't do this. Ask a full member of the workspace.",
    stranger="Only members of this workspace can do this, and Slack says that you belong to another.",
    not_linked="You haven't linked an IAM credential, and I only act with your own. Type `/oms link`, then try again.",
    project_gone="{project} is no longer one of my projects. Tell the bot's operator.",
    wrong_channel="{project} can't be used in this channel. Use it in one that it is set up for.",
    wrong_channel_named="{project} can't be used in this channel. Use it in {channels}.",
    other_card="This button is on an old copy of the card. Use the newest one.",
    own_approval="You can't approve your own request. Somebody else must.",
    not_approver="You are not one of the approvers. {person} asked for this.",
    approver_gone="{person} approved earlier, but is no longer an approver. Ask again, so that somebody else approves.",
    relinked="You linked another IAM credential after this card was posted, so the card no longer counts. Ask again.",
    unproved="I can't prove that this was decided here: its record in the database was changed, or is older than the "
    "bot's key. Ask again, and tell the bot's operator.",
    settings_changed="The settings of {project} changed after this card was posted. Ask again.",
    same_identity="Two people must agree, and these Slack accounts use the same IAM identity. Somebody else must approve.",
    too_many="That was too many requests in one minute. Wait a minute, then ask again.",
    too_late="The bot, or its database, was away for too long after the click, so I didn't go on. "
    "If it is still wanted, ask again.",
    frozen="{project} is frozen, so nothing is resumed or sped up there.",
    changed="What this would replace was changed after the card was posted. Nothing was changed by me; ask again.",
    no_limits="OMS has no speed limit for sync tasks. A task or a task group can be limited.",
    expired="This request has expired.",
    unknown_card="This card is too old. Ask again.",
    newer_verb="I'm being updated, and the part of me that got your click doesn't know this command yet. The card still works: press the button again in a minute.",
    ask_again="Ask again with {usage}.",
    confirmed_before="{who} has already confirmed this. See the card.",
    withdrawn_before="{who} has already withdrawn this. Nothing was changed.",
    kept_before="{who} keeps it paused already.",
    begun_before="Its time has come, and it has begun already. See the thread.",
    replaced="You have asked again since: the newer card counts.",
    taken_over="{who} has taken this over: their card counts.",
    needs_approval="This can't go ahead without approval.",
    too_early="It is too early to go ahead alone. Others may still approve; the card offers it when it is time.",
    approved_before="You have approved this already.",
    over="This request has expired. Nothing was changed.",
)
