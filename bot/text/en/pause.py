"""The verb pause, in English. Never "stop": that sounds as if the migration were lost."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import Counted, VerbSentences

PAUSE: Final = VerbSentences(
    help=(
        "`/oms pause &lt;project&gt; &lt;task&gt; [reason]` shows what would be paused and asks before it does anything",
    ),
    usage="`/oms pause &lt;project&gt; &lt;task&gt;`",
    button="Pause",
    title_asked="Pause {name}?",
    title_acting="Pausing {name}…",
    title_done="Paused: {name}",
    title_already="Already paused: {name}",
    title_ended="{status} before it could pause: {name}",
    title_still="Still pausing: {name}",
    title_not="Not paused: {name}",
    confirmed="{who} confirmed at {at} · pausing…",
    done="Paused at {at}, {after} after the click. OMS shows status 3.",
    already="No call was made: {name} is already paused.",
    not_ready={
        0: "No call was made: the task is initializing, and OMS pauses only migrating tasks. Ask again in a minute.",
        1: "No call was made: the task is waiting, and OMS pauses only migrating tasks. "
        "It may start by itself, when its owner has a slot free; ask again then.",
        7: "No call was made: the task is pausing already.",
    },
    not_ready_other="No call was made: the task is {status}, and OMS pauses only migrating tasks.",
    not_done="Not paused: {cause}",
    ended_instead="Not paused: OMS accepted the pause, but the task {status} first. Seen at {at}.",
    still="Accepted by OMS, still pausing after {waited}.",
    still_unread="Accepted by OMS, but {waited} after the click I can't read whether it is paused: {cause}",
    watched="I keep watching and will say here when it is paused.",
    unread="I can't show what would be paused: {cause}",
    permission="Pausing takes the permission oms:task:update, reading oms:task:get",
    as_yourself="To pause it as yourself: {command}",
    nothing_yet="I don't pause anything before somebody answers.",
    costs=(
        "Resuming needs the source and destination keys again",
        "until then unfinished parts stay in the destination, billed",
    ),
    restores_archives="resuming repeats, and bills, every archive retrieval",
    driven_by="a {driver} drives this task and may resume it: better pause that, in the console",
    waiting=Counted(
        one="1 task is waiting and may take this slot",
        other="{number} tasks are waiting, one may take this slot",
    ),
)
