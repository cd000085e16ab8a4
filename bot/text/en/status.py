"""The verb status, and what it tells, in English."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import ReadingSentences
from bot.text.sentences_finding import StatusSentences

STATUS: Final = ReadingSentences(
    help=("`/oms status &lt;project&gt; &lt;task&gt;` tells all about a task, and what you could do next",),
    usage="`/oms status &lt;project&gt; &lt;task&gt;`",
    unread="I can't show the task.",
    permission="oms:task:get",
)

REPORT: Final = StatusSentences(
    title="{name} · {status}",
    objects="{done} of {total} objects",
    objects_failed=Counted(one="{number} object failed", other="{number} objects failed"),
    objects_skipped=Counted(one="{number} skipped", other="{number} skipped"),
    failed_with="Huawei Cloud says: {message}{code}",
    id="id `{id}`",
    started="since {at}",
    limits="Limited to {limits}",
    children="Its tasks: {counts}",
    children_migrating=Counted(one="{number} migrating", other="{number} migrating"),
    children_waiting=Counted(one="{number} waiting", other="{number} waiting"),
    children_failed=Counted(one="{number} failed", other="{number} failed"),
    driven="A {driver} drives it",
    driven_by="A {driver} drives it: `{id}`",
    waiting=Counted(one="{number} task waits for a slot", other="{number} tasks wait for a slot"),
    archives="It retrieves archived objects",
    last="Last done here: {verb} by {who}, {at}",
    slower="To slow it down: {command}",
    also={"watch": "Watch", "history": "History"},
    also_label={
        "watch": "Watch the migration {name} in {project}",
        "history": "Show the history of {name} in {project}",
    },
)
