"""A Huawei Cloud for loopback: IAM and OMS as one app, behaving as documented, not as our client wishes.

    cloud = HuaweiCloud(clock=clock)
    cloud.add_project("2c06…", "ap-southeast-3")
    cloud.add_user("alice", "pw", "acme", "AKALICE", "SKALICE", permissions={"2c06…": ON_CALL})
    cloud.add_task("2c06…", name="media-872")
    async with serve(cloud.app) as url: ...

It is arranged by Python calls only: there is no control endpoint. Nothing is shared with `bot.huawei` or
`bot.huawei.iam`, so that each checks the other.
"""

import asyncio
import itertools
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Unpack

from starlette.applications import Starlette

from bot.sandbox.huawei.faults import Fault, Faults, error_body
from bot.sandbox.huawei.gateway import Call, Gateway
from bot.sandbox.huawei.iam_api import IamApi
from bot.sandbox.huawei.iam_users import AccessKey, Agency, Directory, Principal, User
from bot.sandbox.huawei.oms_api import GET, LIST, UPDATE, OmsApi
from bot.sandbox.huawei.oms_board import TaskBoard
from bot.sandbox.huawei.oms_bodies import task_body
from bot.sandbox.huawei.oms_tasks import (
    FAILED,
    FINISHED,
    MIGRATING,
    PAUSING,
    WAITING,
    Task,
    TaskDetails,
)

__all__ = ["ON_CALL", "Call", "Fault", "HuaweiCloud", "Task", "error_body"]

ON_CALL = frozenset({GET, LIST, UPDATE})
"""What a responder needs: to see, to list, and to pause (which Huawei does not separate from resuming)."""

Permissions = Mapping[str, Iterable[str]]


class HuaweiCloud:
    """An IAM and an OMS, empty until arranged. All times come from `clock`, in Unix seconds.

    `app` is the Starlette app · `faults` what goes wrong · `calls` every request so far · `tasks` every task,
    up to date. `sleep` is how a latency fault waits.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.faults = Faults()
        self._clock = clock
        self._ids = itertools.count(191297407830872)
        self._directory = Directory(clock)
        self._board = TaskBoard(lambda project_id: self._directory.projects.get(project_id, project_id))
        self._gateway = Gateway(self._directory, self.faults, sleep)
        iam = IamApi(self._directory, self._gateway)
        oms = OmsApi(self._board, self._gateway, now=clock)
        self.app = Starlette(routes=[*iam.routes, *oms.routes, self._gateway.nothing_else()])

    # What happened.

    @property
    def calls(self) -> list[Call]:
        """Every request so far, oldest first."""
        return list(self._gateway.calls)

    def calls_of(self, operation: str, user: str | None = None) -> list[Call]:
        """The requests for one operation, of one user if named."""
        return [c for c in self.calls if c.operation == operation and user in {None, c.user}]

    def forget_calls(self) -> None:
        """Start counting requests anew."""
        self._gateway.calls.clear()

    # How the cloud behaves.

    @property
    def pausing_seconds(self) -> float:
        """How long a task stays in status 7 before it is paused (5 s; Huawei publishes no figure)."""
        return self._board.pausing_seconds

    @pausing_seconds.setter
    def pausing_seconds(self, seconds: float) -> None:
        self._board.pausing_seconds = seconds

    @property
    def initializing_seconds(self) -> float:
        """How long a task that was started stays in status 0 (0 s; Huawei publishes no figure)."""
        return self._board.initializing_seconds

    @initializing_seconds.setter
    def initializing_seconds(self, seconds: float) -> None:
        self._board.initializing_seconds = seconds

    @property
    def max_running(self) -> int:
        """How many tasks of a user run at once in a region (platforms.md, Slots); the others wait in status 1."""
        return self._board.max_running

    @max_running.setter
    def max_running(self, tasks: int) -> None:
        self._board.advance(self._clock())
        self._board.max_running = tasks

    @property
    def token_seconds(self) -> float:
        """How long a new token is good, in seconds: 24 hours, as IAM's."""
        return self._directory.token_seconds

    @token_seconds.setter
    def token_seconds(self, seconds: float) -> None:
        self._directory.token_seconds = seconds

    @property
    def token_length(self) -> int:
        """How many characters a new token has, or the security token of a temporary key (1500; OMS accepts 16384)."""
        return self._directory.token_length

    @token_length.setter
    def token_length(self, characters: int) -> None:
        self._directory.token_length = characters

    # People.

    def add_project(self, project_id: str, region: str) -> None:
        """A project; its name is its region's, as for every default project."""
        self._directory.projects[project_id] = region

    def add_user(
        self,
        name: str,
        password: str,
        domain: str,
        access_key: str | None = None,
        secret_key: str | None = None,
        *,
        permissions: Permissions | None = None,
    ) -> None:
        """An IAM user with a password and, if given, an AK/SK; `permissions` is project id → actions."""
        user = User(name=name, password=password, domain=domain, permissions=_grants(permissions))
        self._directory.users[domain, name] = user
        if access_key is not None and secret_key is not None:
            owner = Principal(name, user, user.permissions)
            self._directory.access_keys[access_key] = AccessKey(
                access=access_key, secret=secret_key, principal=owner
            )

    def add_agency(
        self, name: str, domain: str, delegates: Iterable[str], permissions: Permissions | None = None
    ) -> None:
        """An agency of `domain` whose role the users named in `delegates` may assume."""
        self._directory.agencies[domain, name] = Agency(
            name=name, domain=domain, delegates=frozenset(delegates), permissions=_grants(permissions)
        )

    def grant(self, name: str, project_id: str, *actions: str) -> None:
        """Give a user or agency more permissions in a project, at once.

        Raises:
            KeyError: nobody of that name (likewise for the methods below).
        """
        self._permissions(name).setdefault(project_id, set()).update(actions)

    def revoke(self, name: str, project_id: str, *actions: str) -> None:
        """Take permissions from a user or agency, at once; all of the project's if none is named."""
        granted = self._permissions(name).get(project_id, set())
        granted.difference_update(actions or tuple(granted))

    def disable_user(self, name: str) -> None:
        """The user can no longer log in, and neither tokens nor keys work."""
        self._directory.user(name).enabled = False

    def enable_user(self, name: str) -> None:
        """Undo `disable_user`."""
        self._directory.user(name).enabled = True

    def change_password(self, name: str, password: str) -> None:
        """A new password, which also kills the user's tokens (platforms.md, Tokens)."""
        user = self._directory.user(name)
        user.password = password
        self._directory.kill_tokens([user])

    def kill_tokens(
        self, name: str | None = None, *, code: str = "APIGW.0307", words: str | None = None
    ) -> None:
        """End the tokens of a user, or of all: from now on a call with a dead one is 401 with `code` and `words`.

        Huawei says it in several ways (platforms.md, Gateway): APIGW.0307, or APIGW.0301 with
        "token expires, expires_at:…" or "decrypt token fail".
        """
        self._directory.dead_token = (code, words)
        users = self._directory.users.values() if name is None else [self._directory.user(name)]
        self._directory.kill_tokens(users)

    def issued_tokens(self) -> list[str]:
        """Every token that was ever issued, for tests that hunt for them where they must not be."""
        return list(self._directory.tokens)

    # Tasks.

    @property
    def tasks(self) -> dict[int, Task]:
        """Every task by id, brought up to date."""
        self._board.advance(self._clock())
        return {task.id: task for task in self._board.tasks.values()}

    def task_body(self, task_id: int) -> dict[str, Any]:
        """A task as OMS would show it now."""
        return task_body(self.tasks[task_id])

    def add_task(
        self,
        project_id: str,
        *,
        task_id: int | None = None,
        name: str | None = None,
        total_size: int = 2 * 10**12,
        complete_size: int = 0,
        speed: int = 420 * 10**6,
        status: int = MIGRATING,
        fails_after: float = math.inf,
        **details: Unpack[TaskDetails],
    ) -> Task:
        """A task, by default migrating 2 TB at 420 MB/s from the beginning.

        Sizes in bytes, `speed` in bytes a second. After `fails_after` seconds the task fails, if it moves,
        with `fails_with`, a pair of TRF code and message. `details` are other fields of `Task`. A task added
        as waiting (1) starts as soon as its owner has a slot free; one added as migrating runs even if that
        is one too many.
        """
        now = self._clock()
        self._board.advance(now)
        number = next(n for n in self._ids if n not in self.tasks) if task_id is None else task_id
        task = Task(
            project_id=project_id,
            id=number,
            name=name or f"task-{number}",
            total_size=total_size,
            speed=speed,
            status=WAITING,
            moved=complete_size,
            since=now,
            **details,
        )
        if status != WAITING:
            task.started_at = now - (complete_size / speed if speed else 0)
        self._board.tasks[project_id, number] = task
        self._become(task, status, now)
        task.fails_at = now + fails_after
        return task

    def set_status(self, task_id: int, status: int) -> None:
        """Put a task into any status at once, whatever OMS would allow."""
        self._become(self.tasks[task_id], status, self._clock())

    def finish_task(self, task_id: int) -> None:
        """Let a task have succeeded now."""
        self.set_status(task_id, FINISHED)

    def fail_task(
        self, task_id: int, code: str = "TRF.0001", message: str = "Internal system error."
    ) -> None:
        """Let a task have failed now, for the reason given."""
        self.tasks[task_id].fails_with = (code, message)
        self.set_status(task_id, FAILED)

    def _become(self, task: Task, status: int, now: float) -> None:
        if status == PAUSING:
            self._board.pause(task, now)
        else:
            task.become(status, now)

    def _permissions(self, name: str) -> dict[str, set[str]]:
        for agency in self._directory.agencies.values():
            if agency.name == name:
                return agency.permissions
        return self._directory.user(name).permissions


def _grants(permissions: Permissions | None) -> dict[str, set[str]]:
    return {project: set(actions) for project, actions in (permissions or {}).items()}
