"""The tasks that somebody may choose from in a modal: read as they, remembered for a moment, for them alone.

Nothing is permitted by it: what is chosen is asked about as if it had been typed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from cachetools import TTLCache

from bot.conversation.authority import Authority
from bot.conversation.policy import Refused
from bot.conversation.ports import Cloud, Verb
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.values import CannotTell, Wish
from bot.huawei.errors import HuaweiError
from bot.huawei.oms.models import TaskStatus
from bot.settings.sections import Project
from bot.slack.payloads import Heard

log = structlog.get_logger(__name__)

Tasks = Sequence[Snapshot]

_REMEMBERED: Final = 20.0  # seconds
_PATIENCE: Final = 1.5  # seconds; Slack waits for 3. Source: Slack, "External select"


class TaskMenu:
    """Reads them. What can't be read is None, and an empty menu; what is wrong is said when it is asked about."""

    def __init__(
        self,
        *,
        authority: Authority,
        cloud: Cloud,
        verbs: Mapping[str, Verb],
        projects: Mapping[str, Project],
    ) -> None:
        self._authority = authority
        self._cloud = cloud
        self._verbs = verbs
        self._projects = projects
        self._read: TTLCache[tuple[str, ...], asyncio.Task[Tasks | None]] = TTLCache(1_000, _REMEMBERED)

    def expect(self, heard: Heard, project: str, verb: str) -> asyncio.Task[Tasks | None]:
        """Begin to read what *verb* could be done to in a project, unless that was read just now."""
        key = (heard.workspace, heard.user_id, heard.channel_id, project, verb)
        if key not in self._read:
            self._read[key] = asyncio.create_task(self._tasks(heard, project, verb))
        return self._read[key]

    async def soon(self, heard: Heard, project: str, verb: str) -> Tasks:
        """Return them; nothing, if they can't be read, or that takes longer than Slack waits."""
        reading = self.expect(heard, project, verb)
        done, _ = await asyncio.wait([reading], timeout=_PATIENCE)
        return (reading.result() if done else None) or ()

    async def _tasks(self, heard: Heard, project: str, verb: str) -> Tasks | None:
        configured = self._projects.get(project)
        if configured is None or verb not in self._verbs:
            return None
        channels = configured.seen_from(heard.workspace).channels
        # Where to ask may be chosen after the task.
        place = heard.channel_id or min(channels, default="")
        try:
            actor = await self._authority.who_may(
                heard.workspace, heard.user_id, place, project, named=heard.named
            )
            if isinstance(actor, Refused):
                return None
            tasks = self._cloud.seen_by(actor.identity, actor.project)
            return await tasks.listed(_states(self._verbs[verb], project))
        except (CannotTell, HuaweiError) as error:
            log.info("menu_empty", reason=type(error).__name__)
            return None


def _states(verb: Verb, project: str) -> set[int]:
    """Return the states from which *verb* has somewhere to go."""
    wish = Wish(verb=verb.name, project=project)
    tried = (Snapshot(task_id="", name="", status=status, read_at=0) for status in TaskStatus)
    return {one.status for one in tried if one.status is not None and verb.judge(one, wish) is Standing.READY}
