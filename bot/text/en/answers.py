"""What is said to a command, and about messages that Slack did not take, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import AnswerSentences, PostSentences

ANSWERS: Final = AnswerSentences(
    help_head="*Pause a migration task, as yourself:*",
    help_link="`/oms link`, `/oms unlink`, `/oms whoami`: the IAM credential that I act with for you",
    help_itself="`/oms help` shows this",
    help_task="`&lt;task&gt;` is a task id or its exact name; a link copied from the console works too.",
    help_projects="Projects: {projects}",
    reading="Reading what you asked for…",
    busy="I couldn't record your request in time. If nothing appears here within a minute, please ask again.",
    unknown_verb='I don\'t know "{verb}". Try {usage}, or `/oms help`.',
    unknown_verb_meant='I don\'t know "{verb}". Did you mean {usage}?',
    unknown_project='I know no project "{project}".',
    did_you_mean="Did you mean {command}?",
    known="Known: {projects}.",
    which_project="Which project? {usage}.",
    task="&lt;task&gt;",
    id="&lt;id&gt;",
    no_such_task='No task in {project} is named "{name}".',
    lists_migrating="{command} lists those that migrate.",
    closest="Closest: {names}.",
    ambiguous='{number} tasks in {project} are named "{name}": {ids}. Use the id: {command}',
    own_fault="I failed because of a fault of my own. The bot's log has the details: tell its operator.",
    own_fault_no_call="I failed because of a fault of my own; no call was made. The bot's log has the details: "
    "tell its operator.",
)

POSTS: Final = PostSentences(
    not_here="I can't ask about {what} here: {cause}",
    archived="This channel is archived, so I can't ask about {what} here. Use another one.",
    not_in_channel="I am not in this channel, so I can't ask about {what} here. "
    "Invite me with `/invite @oms-bot`, then try again.",
    not_let="Slack does not let me post here ({error}), so I can't ask about {what}.",
    lacks_scope="Slack takes no message of mine, since the app lacks the scope `{scope}`. Trying again won't help: "
    "tell the bot's operator.",
    refuses="Slack refuses my messages ({error}). Trying again won't help: tell the bot's operator.",
    not_confirmed="Slack did not confirm my card about {what} in time. If it stands here after all, what it says counts; "
    "else please ask again.",
    in_doubt="Slack has not confirmed my card about {what}. If it appears here, answer on it. "
    "If you don't see it within a minute, ask again.",
    lost_thread="I couldn't write into the thread in the channel.",
    lost_ending="The ending: {ending}",
)
