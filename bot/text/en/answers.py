"""What is said to a command, and about messages that Slack did not take, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_answers import AnswerSentences, PostSentences

ANSWERS: Final = AnswerSentences(
    help_head="*What I do, as you:*",
    help_find="*Find*",
    help_act="*Act*",
    help_whom="*As whom*",
    help_link="`/oms link`, `/oms unlink`, `/oms whoami`: the IAM credential that I act with for you",
    help_itself="`/oms help` shows this",
    help_task="`&lt;task&gt;` is a task id or its exact name; a link copied from the console works too. "
    "`group:&lt;id&gt;` is a task group, `sync:&lt;id&gt;` a sync task; a name will do for both.",
    help_projects="Projects: {projects}",
    help_example="For example: {command}",
    help_not_here="None of your projects can be used in this channel.",
    help_rest="Not offered here: {rest}.",
    help_elsewhere="{project} (only in {channels})",
    help_no_keys="`resume` (no bucket keys are set up for {projects})",
    help_approvers="`unfreeze` (for the approvers of {projects})",
    working="Still working on it…",
    busy="I couldn't record your request in time. If nothing appears here within a minute, ask again.",
    unknown_verb='I don\'t know "{verb}". Try {usage}, or `/oms help`.',
    unknown_verb_meant='I don\'t know "{verb}". Did you mean {usage}?',
    unknown_project='There is no project "{project}".',
    did_you_mean="Did you mean {command}?",
    known="Projects: {projects}.",
    which_project="Which project? {usage}.",
    task="&lt;task&gt;",
    id="&lt;id&gt;",
    no_such_task='No {kind} in {project} is named "{name}".',
    lists_migrating="{command} lists what migrates.",
    closest="Closest: {names}.",
    ambiguous='{number} tasks in {project} are named "{name}": {ids}. Use the id: {command}',
    which_of_them='{number} tasks in {project} are named "{name}". Which one?',
    asked_before="{who} already asked for this, {ago} ago.",
    only_they="Only they can confirm it.",
    waits_for_approval="It waits for approval.",
    asked_before_link="See <{url}|the card>.",
    own_fault="Something broke inside the bot.",
    own_fault_no_call="Nothing was changed.",
    tell_operator="Tell its operator, with the id below.",
)

POSTS: Final = PostSentences(
    not_here="I can't ask about {what} here: {cause}",
    archived="This channel is archived, so I can't ask about {what} here. Use another one.",
    not_in_channel="I'm not in this channel, so I can't ask about {what} here. "
    "Invite me with `/invite @oms-bot`, then try again.",
    not_let="Slack doesn't let me post here ({error}), so I can't ask about {what}.",
    lacks_scope="Slack didn't accept my message: the app lacks the scope `{scope}`. Trying again won't help: "
    "tell the bot's operator.",
    refuses="Slack didn't accept my message ({error}). Trying again won't help: tell the bot's operator.",
    not_confirmed="Slack didn't confirm my card about {what} in time. If it is here after all, use it; if not, ask again.",
    in_doubt="Slack hasn't confirmed my card about {what} yet. If it appears, use it. If it doesn't within a minute, ask again.",
    lost_thread="I couldn't post in the thread in {channel}.",
    unconfirmed_thread="Slack hasn't confirmed my post in the thread in {channel}.",
    lost_ending="What happened in {project}: {ending}",
)
