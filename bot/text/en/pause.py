"""The verb pause, in English. Never "stop": that sounds as if the migration were lost."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import Cause, VerbSentences

PAUSE: Final = VerbSentences(
    help=(
        "`/oms pause &lt;project&gt; &lt;task&gt; [for 2h] [reason]` shows what would be paused and asks before it does anything",
        "`/oms pause &lt;project&gt; all [for 2h] [reason]` does the same with everything that migrates there",
    ),
    usage="`/oms pause &lt;project&gt; &lt;task&gt;`",
    button="Pause",
    leave="Don't pause",
    review="Review and pause",
    confirm_label="Pause the migration {name} in {project} as {principal}",
    leave_label="Don't pause the migration {name} in {project}",
    approve_label="Approve: pause the migration {name} in {project}",
    ask_label="Pause the migration {name} in {project}",
    title_asked="Pause {name}?",
    title_acting="⏳ *Pausing* {name}…",
    title_done="⏸️ *Paused* {name}",
    title_already="⏸️ *Already paused* {name}",
    title_moving="⏳ *Already pausing* {name}",
    title_nothing="ℹ️ *Nothing to pause:* {name} {status}",
    title_ended="ℹ️ *Not paused:* {name} {status} first",
    title_still="⏳ *Still pausing* {name}",
    title_not="❌ *Not paused* {name}",
    title_left="▶️ *Not paused* {name}",
    confirmed="{who} confirmed at {at}.",
    done="OMS confirmed it at {at}, {after} after the click.",
    after_done="Until it is resumed, its unfinished parts are billed.",
    after_done_all="Until they are resumed, their unfinished parts are billed.",
    after_done_of_sync="Until it is resumed, changes at the source are not copied.",
    already="It was paused before. Nothing was changed.",
    already_by="It was paused before: {who} had confirmed that. Nothing was changed.",
    moving_by="It is pausing already: {who} confirmed that. Nothing was changed.",
    not_ready={
        0: Cause(
            what="It is initializing, and OMS pauses only what migrates.", next="Ask again in a minute."
        ),
        1: Cause(
            what="It is waiting for a slot, and OMS pauses only what migrates.",
            next="Ask again when it has started.",
        ),
        7: Cause(what="It is pausing already.", next=""),
    },
    not_ready_other="It is {status}, and OMS pauses only what migrates.",
    ended_instead="OMS accepted the pause, but the {kind} {status} before it took effect. Seen at {at}.",
    goes_on="It keeps migrating.",
    goes_on_at="It keeps migrating at {speed}.",
    still="OMS accepted the pause {waited} ago, and has not confirmed it yet.",
    still_unread="OMS accepted the pause {waited} ago. Whether it is paused can't be read:",
    watched="I keep checking, and will post here when it is paused.",
    do_not_repeat="Please don't pause it again.",
    unread="I can't show what would be paused.",
    permission="oms:task:get",
    permission_to_act="oms:task:update",
    as_yourself="You can pause it as yourself.",
    nothing_yet="Nothing is paused before somebody answers.",
    cost="To resume, both access keys are needed",
    cost_of_archives="Resuming bills the archives again",
    cost_of_driver="Its {driver} may start it again",
    cost_of_group="Its tasks pause too: {migrating} migrating, {waiting} waiting",
    cost_of_group_unknown="All of its tasks pause too",
    cost_of_sync="Changes may be lost: stop its trigger first",
    costs=(
        "To resume, the access keys of source and destination are needed again: OMS doesn't keep them.",
        "Until then, unfinished parts stay in the destination and are billed.",
    ),
    costs_of_sync=(
        "Changes that OMS was told of already may be lost, unless the event trigger at the source is stopped first.",
        "Until it is resumed, changes at the source are not copied.",
        "To resume, the access keys of source and destination are needed again: OMS doesn't keep them.",
    ),
    children="Its tasks are paused with it: {migrating} are migrating, {waiting} are waiting.",
    restores_archives="Resuming retrieves archived objects again, at extra cost.",
    driven_by="Its {driver} may start it again. Better pause that, in the console.",
    waiting=Counted(
        one="1 task is waiting and may start in its place, so the traffic may not fall.",
        other="{number} tasks are waiting and one may start in its place, so the traffic may not fall.",
    ),
)
