"""OMS's side of the world: what it knows of, and what happens to it by itself."""

from collections.abc import Callable, Iterator

from bot.sandbox.huawei import oms_groups
from bot.sandbox.huawei.oms_groups import Group
from bot.sandbox.huawei.oms_syncs import SyncTask
from bot.sandbox.huawei.oms_tasks import (
    AT_REST,
    FAILED,
    INITIALIZING,
    MIGRATING,
    PAUSED,
    PAUSING,
    RETRYING,
    WAITING,
    Task,
)

_PRIORITIES = ("HIGH", "MEDIUM", "LOW")


class TaskBoard:
    """All tasks, groups and synchronisation tasks of all projects, brought up to date whenever somebody looks."""

    def __init__(self, region_of: Callable[[str], str] = str) -> None:
        self.tasks: dict[tuple[str, int], Task] = {}
        self.groups: dict[tuple[str, str], Group] = {}
        self.syncs: dict[tuple[str, str], SyncTask] = {}
        self.pausing_seconds = 5.0
        self.initializing_seconds = 0.0
        self.max_running = 5  # for each user and region: platforms.md, Slots
        self._region_of = region_of

    def of_project(self, project_id: str) -> list[Task]:
        """The project's tasks, oldest first."""
        return [task for task in self.tasks.values() if task.project_id == project_id]

    def children(self, group: Group) -> list[Task]:
        """The tasks of a group, oldest first."""
        return [task for task in self.of_project(group.project_id) if task.group_id == group.id]

    def advance(self, now: float) -> None:
        """Let everything happen that happens until `now`, in order: a slot freed at noon is taken at noon."""
        live = [task for task in self.tasks.values() if task.status not in AT_REST]
        while due := list(self._due(live, now)):
            at, status, task = min(due, key=lambda change: change[0])
            for each in live:
                each.move(at)
            task.become(status, at)
        for task in live:
            task.move(now)
        for sync in self.syncs.values():
            sync.move(now)
        for group in self.groups.values():
            group.settle(self.children(group))

    def pause(self, task: Task, now: float) -> None:
        """Begin to pause: status 7 now, 3 after `pause_takes`."""
        task.become(PAUSING, now)
        task.paused_at = now + (self.pausing_seconds if task.pause_takes is None else task.pause_takes)

    def start(self, task: Task, now: float) -> None:
        """Begin again: status 0 now, 1 after `initializing_seconds`, 2 when there is a slot."""
        task.become(INITIALIZING, now)
        task.waits_at = now + self.initializing_seconds

    def pause_group(self, group: Group, now: float) -> None:
        """Begin to pause all its tasks; those that only wait are paused at once."""
        group.status = oms_groups.PAUSING
        for child in self.children(group):
            if child.status in {MIGRATING, RETRYING}:
                self.pause(child, now)
            elif child.status in {INITIALIZING, WAITING}:
                child.become(PAUSED, now)

    def start_group(self, group: Group, now: float, *, failed: bool = False) -> None:
        """Begin all its paused tasks again, or those that failed."""
        group.status = oms_groups.MONITORING
        for child in self.children(group):
            if child.status == (FAILED if failed else PAUSED):
                self.start(child, now)

    def _due(self, live: list[Task], now: float) -> Iterator[tuple[float, int, Task]]:
        for task in live:
            at, status = task.next_change()
            if at <= now:
                yield at, status, task
        for task in self._startable(live):
            yield task.since, MIGRATING, task

    def _startable(self, live: list[Task]) -> Iterator[Task]:
        """The first waiting task, by priority, of every user who has a slot free in its region.

        How a group shares its slot among its tasks is written nowhere: here it has as many as a user.
        """
        taken: dict[tuple[str, str], int] = {}
        waiting: dict[tuple[str, str], Task] = {}
        for task in sorted(live, key=lambda one: _PRIORITIES.index(one.priority)):
            whose = (task.group_id or task.owner, self._region_of(task.project_id))
            taken[whose] = taken.get(whose, 0) + task.takes_slot
            if task.status == WAITING:
                waiting.setdefault(whose, task)
        yield from (task for whose, task in waiting.items() if taken[whose] < self.max_running)
