"""What really happened at OMS: each call that changed something, and each reading that was answered, in their order."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final, Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.huawei.cloud import HuaweiCloud

CHANGES: Final = {
    "stop_task": "pause",
    "stop_task_group": "pause",
    "start_task": "resume",
    "update_bandwidth_policy": "throttle",
}
_MIGRATES: Final = {"tasks": (2,), "taskgroups": (1, 2)}


@dataclass(frozen=True)
class Entry:
    """A call that OMS carried out, or a reading that it answered with `shown`. `at` is Unix seconds."""

    at: float
    what: Literal["pause", "resume", "throttle", "read"]
    shown: dict[str, Any] | None = None
    request_id: str = ""


class Ledger:
    """The app of the cloud, with a book beside it: target → entries."""

    def __init__(self, cloud: HuaweiCloud) -> None:
        self._cloud = cloud
        self._app: ASGIApp = cloud.app
        self._readings: defaultdict[str, list[Entry]] = defaultdict(list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note what a reading of one target was answered with."""
        target = _target(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        answer: dict[str, Any] = {}

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
            elif answer["status"] == 200 and message.get("body", b"").startswith(b"{"):
                self._readings[str(target)].append(Entry(time.time(), "read", json.loads(message["body"])))
            await send(message)

        await self._app(scope, receive, noting if target else send)

    def of(self, target: str) -> list[Entry]:
        """Return what happened to a target, a task's id or a group's, oldest first."""
        changed = [
            Entry(call.at, CHANGES[call.operation], request_id=call.request_id)  # type: ignore[arg-type]  # one of three words
            for call in self._cloud.calls
            if call.operation in CHANGES
            and call.handled
            and call.status == 200
            and _target(call.path) == target
        ]
        return sorted([*changed, *self._readings[target]], key=lambda entry: entry.at)

    def doubled(self, target: str) -> list[str]:
        """Return each change that came after the same one without a reading between that said "not done"."""
        found, not_done, last = [], True, ""
        for entry in self.of(target):
            if entry.what == "read":
                not_done = not_done or _not_done(entry, last)
            elif not not_done and entry.what == last:
                found.append(f"{target}: {entry.what} at {entry.at:.3f}, not read as undone before")
            else:
                not_done = False
            if entry.what != "read":
                last = entry.what
        return found


def _target(path: str) -> str | None:
    """Return the id that a path is about: ``/v2/PROJECT/tasks/ID`` and what is below it."""
    parts = path.split("/")
    return parts[4] if len(parts) > 4 and parts[3] in _MIGRATES else None


def _not_done(reading: Entry, change: str) -> bool:
    shown = reading.shown or {}
    match change:
        case "pause":
            return shown.get("status") in ((1, 2) if "group_id" in shown and "id" not in shown else (2,))
        case "resume":
            return shown.get("status") in (3, 4)
        case _:
            return not shown.get("bandwidth_policy")  # no task here has a limit before
