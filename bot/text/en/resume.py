"""The verb resume, in English."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import Cause, VerbSentences

RESUME: Final = VerbSentences(
    help=(
        "`/oms resume &lt;project&gt; &lt;task&gt; [reason]` asks whether to go on with what is paused, or has failed",
    ),
    usage="`/oms resume &lt;project&gt; &lt;task&gt;`",
    button="Resume",
    leave="Don't resume",
    review="Review and resume",
    confirm_label="Resume the migration {name} in {project} as {principal}",
    leave_label="Don't resume the migration {name} in {project}",
    approve_label="Approve: resume the migration {name} in {project}",
    ask_label="Resume the migration {name} in {project}",
    title_asked="Resume {name}?",
    title_acting="⏳ *Resuming* {name}…",
    title_done="▶️ *Resumed* {name}",
    title_already="▶️ *Already migrating* {name}",
    title_moving="⏳ *Already resuming* {name}",
    title_nothing="ℹ️ *Nothing to resume:* {name} {status}",
    title_ended="✅ *Resumed:* {name} {status} since",
    title_failed="❌ *Resumed, but failed:* {name}",
    title_still="⏳ *Still resuming* {name}",
    title_waiting="⏳ *Resumed, waiting for a slot:* {name}",
    title_not="❌ *Not resumed* {name}",
    title_left="⏸️ *Not resumed* {name}",
    confirmed="{who} confirmed at {at}.",
    begun_by_itself="Its time has come: that was asked for with the pause.",
    done="OMS shows it migrating at {at}, {after} after the click.",
    done_by_itself="OMS shows it migrating at {at}, as was asked for with the pause.",
    after_done="",
    already="It is migrating. Nothing was changed.",
    already_by="It is migrating: {who} had confirmed that. Nothing was changed.",
    moving_by="It is resuming already: {who} confirmed that. Nothing was changed.",
    not_ready={
        0: Cause(what="It has been started already.", next=""),
        1: Cause(what="It has been started already, and waits for a slot.", next=""),
        7: Cause(what="It is still pausing.", next="Ask again when it is paused."),
    },
    not_ready_other="It is {status}, and OMS resumes only what is paused or has failed.",
    ended_instead="OMS accepted the resume, and the task {status} since. Seen at {at}.",
    ended_failed="OMS accepted the resume, and then the task {status}. A key may be wrong, or have run out. Seen at {at}.",
    goes_on="It was not started.",
    goes_on_at="It was not started.",
    still="OMS accepted the resume {waited} ago, and does not show it migrating yet.",
    still_waiting="OMS accepted the resume. It starts when one of the running tasks ends or is paused.",
    still_unread="OMS accepted the resume {waited} ago. Whether it migrates can't be read:",
    watched="I keep checking, and will post here when it migrates.",
    do_not_repeat="Please don't resume it again.",
    unread="I can't show what would be resumed.",
    permission="oms:task:get",
    permission_to_act="oms:task:update",
    as_yourself="You can resume it as yourself.",
    nothing_yet="Nothing is resumed before somebody answers.",
    cost="",
    cost_of_archives="Bills archives",
    cost_of_driver="",
    costs=("If all slots are taken, it waits until one is free.",),
    restores_archives="All archived objects are retrieved again, and billed again.",
    driven_by="Its {driver} drives it. Better resume that.",
    waiting=Counted(one="1 task is waiting for a slot.", other="{number} tasks are waiting for a slot."),
)
