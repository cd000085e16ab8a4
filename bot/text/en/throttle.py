"""The verb throttle, in English."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import VerbSentences
from bot.text.sentences_limits import LimitSentences

THROTTLE: Final = VerbSentences(
    help=(
        "`/oms throttle &lt;project&gt; &lt;task&gt; &lt;MB/s&gt; [hh:mm-hh:mm …]` limits the speed, waiting or paused too",
        "`/oms throttle &lt;project&gt; &lt;task&gt; off` puts back what was before",
    ),
    usage="`/oms throttle &lt;project&gt; &lt;task&gt; &lt;MB/s&gt;`",
    button="Slow down",
    leave="Leave it",
    review="Review and slow down",
    confirm_label="Limit the migration {name} in {project} as {principal}",
    leave_label="Leave the limit of {name} in {project} as it is",
    approve_label="Approve: limit the migration {name} in {project}",
    ask_label="Limit the migration {name} in {project}",
    title_asked="Slow down {name}?",
    title_acting="⏳ *Slowing* {name} to {limit}…",
    title_done="🐢 *Slowed* {name} to {limit}",
    title_already="🐢 *Already limited* {name} to {limit}",
    title_moving="⏳ *Already slowing* {name}",
    title_nothing="ℹ️ *Nothing to slow down:* {name} {status}",
    title_ended="ℹ️ *Not slowed down:* {name} {status} first",
    title_still="⏳ *Not limited yet* {name}",
    title_not="❌ *Not limited* {name}",
    title_left="▶️ *Not limited* {name}",
    confirmed="{who} confirmed at {at}.",
    change="Limit: {before} → {limit}",
    done="OMS shows the limit, read at {at}, {after} after the click.",
    after_done="Before: {before}.",
    already="That is its limit already. Nothing was changed.",
    already_by="That is its limit already: {who} had confirmed it. Nothing was changed.",
    moving_by="It is being limited already: {who} confirmed that. Nothing was changed.",
    not_ready={},
    not_ready_other="It is {status}, and its limit can't be changed.",
    ended_instead="OMS accepted the limit, but the task {status} before it took effect. Seen at {at}.",
    goes_on="Its limit stays as it was.",
    goes_on_at="Its limit stays as it was; it does {speed}.",
    still="OMS accepted the limit {waited} ago, and does not show it yet.",
    still_unread="OMS accepted the limit {waited} ago. Whether it holds can't be read:",
    watched="I keep checking, and will post here when OMS shows it.",
    do_not_repeat="Please don't change the limit again.",
    unread="I can't show what would be limited.",
    permission="oms:task:get",
    permission_to_act="oms:task:update",
    as_yourself="You can do it as yourself.",
    nothing_yet="Nothing is limited before somebody answers.",
    cost="",
    cost_of_archives="",
    cost_of_driver="",
    costs=("Limit until now: {before}. It would be: {limit}.", "{hours}"),
    restores_archives="",
    driven_by="",
    waiting=Counted(one="", other=""),
)

FASTER: Final = replace(
    THROTTLE,
    button="Raise the limit",
    review="Review and raise it",
    title_asked="Speed up {name}?",
    title_acting="⏳ *Raising the limit* of {name} to {limit}…",
    title_done="⏩ *Raised the limit* of {name} to {limit}",
)

BACK: Final = replace(
    THROTTLE,
    button="Put it back",
    review="Review and put it back",
    title_asked="Put {name} back?",
    title_acting="⏳ *Putting back* {name} to {limit}…",
    title_done="⏩ *Put back* {name} to {limit}",
    title_already="⏩ *Already back* {name}: {limit}",
)

LIMITS: Final = LimitSentences(
    none="no limit",
    rate="{rate} MB/s",
    at_times="{limit} {times}",
    hours="OMS is told the hours as they were typed; in which time zone it reads them, it documents nowhere.",
    missing="How fast may it be? {usage}, from 1 to 200, or `off` in place of it.",
    wrong_rate='"{word}" is no limit. OMS takes whole MB/s from 1 to 200: {usage}, or `off` in place of it.',
    wrong_hours='"{word}" is no time of the day. Write it as 09:00-18:00.',
    off_has_no_hours="`off` puts back what was there before, for the whole day: leave {word} out.",
    too_many="OMS takes five times of the day at most; one over midnight counts as two.",
    overlap="These times of the day overlap, which OMS does not take.",
    slow_down="Slow down…",
    slow_down_label="Slow down the migration {name} in {project}",
    title="Slow down",
    about="*{name}* · {project}",
    rate_label="At most how many MB/s?",
    rate_hint="A whole number from 1 to 200; or off, to put back what was before.",
    hours_label="Only at these times",
    hours_hint="Such as 09:00-18:00 22:00-06:00. Nothing: the whole day.",
    submit="Review",
    close="Cancel",
)
