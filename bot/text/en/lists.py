"""Lists of tasks, in English."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences_finding import ListSentences

LISTS: Final = ListSentences(
    nothing={
        "migrating": "Nothing is migrating in {project}.",
        "paused": "Nothing is paused in {project}.",
        "waiting": "Nothing is waiting for a slot in {project}.",
        "failed": "Nothing has failed in {project}.",
        "all": "There are no tasks in {project}.",
    },
    there_are={
        "migrating": Counted(
            one="{number} task is migrating in {project}.", other="{number} tasks are migrating in {project}."
        ),
        "paused": Counted(
            one="{number} task is paused in {project}.", other="{number} tasks are paused in {project}."
        ),
        "waiting": Counted(
            one="{number} task is waiting for a slot in {project}.",
            other="{number} tasks are waiting for a slot in {project}.",
        ),
        "failed": Counted(
            one="{number} task has failed in {project}.", other="{number} tasks have failed in {project}."
        ),
        "all": Counted(
            one="There is {number} task in {project}.", other="There are {number} tasks in {project}."
        ),
    },
    groups=Counted(one="{number} of them is a task group.", other="{number} of them are task groups."),
    together="Together they do {speed}.",
    fastest="The {number} fastest:",
    first="The first {number}:",
    from_to="Numbers {first} to {last}:",
    more="More",
    name="Name",
    id="Id",
    status="Status",
    progress="Progress",
    speed="Speed",
    time_left="Time left",
    action="Action",
    none="–",
    driven="↳ {name}",
)
