"""``/mcp``: what assistants may do, as tools of the Model Context Protocol. They propose, and some may read; none acts.

Each request carries its proposer's token. The server keeps nothing between requests, so any replica answers any.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

import structlog
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from bot.conversation.ports import Cloud, Tasks
from bot.conversation.proposed import Proposal
from bot.conversation.snapshots import Snapshot
from bot.huawei.errors import HuaweiError
from bot.huawei.oms.models import TaskStatus
from bot.identity.directory import Directory
from bot.proposals.desk import DeniedError, Desk, TooManyError, UnavailableError
from bot.proposals.endpoint import MAX_BODY, proposer_of
from bot.settings.sections import Project, Proposer, User
from bot.verbs.grammar import parse

log = structlog.get_logger(__name__)

_MOST_LISTED: Final = 100
_STATES: Final = (TaskStatus.MIGRATING, TaskStatus.WAITING, TaskStatus.PAUSING, TaskStatus.RETRYING)
_READS: Final = ToolAnnotations(read_only_hint=True)
_speaker: ContextVar[str] = ContextVar("who speaks")


class Assistants:
    """The ASGI app at ``/mcp``. `rejected` is told why a request was turned away. To be closed with `stop`."""

    def __init__(
        self,
        desk: Desk,
        proposers: Mapping[str, Proposer],
        projects: Mapping[str, Project],
        *,
        cloud: Cloud,
        directory: Directory,
        rejected: Callable[[str], None],
    ) -> None:
        self._desk = desk
        self._proposers = proposers
        self._projects = projects
        self._cloud = cloud
        self._directory = directory
        self._rejected = rejected
        self._proposing = _served(self._server(reads=False))
        self._reading = _served(self._server(reads=True))
        self._over = asyncio.Event()
        self._ready = asyncio.Event()
        self._running = asyncio.create_task(self._run())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the server answer, once the token says who speaks."""
        proposer = proposer_of(Request(scope).headers.get("authorization", ""), self._proposers)
        if proposer is None:
            log.warning("proposal_turned_away", status=401, why="token")
            self._rejected("token")
            refusal = JSONResponse(
                {"error": "the token is missing or not known"}, 401, {"WWW-Authenticate": "Bearer"}
            )
            await refusal(scope, receive, send)
            return
        await self._ready.wait()
        _speaker.set(proposer)
        app = self._reading if self._proposers[proposer].reads_as else self._proposing
        await app(scope, receive, send)

    async def stop(self) -> None:
        """End what runs for open requests."""
        self._over.set()
        await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        """Hold what the servers need while they answer: it must end in the task in which it began."""
        async with _living(self._proposing), _living(self._reading):
            self._ready.set()
            await self._over.wait()

    def _server(self, *, reads: bool) -> MCPServer[Any]:
        """Return a server whose tools propose, and, if it *reads*, tell of tasks."""
        server: MCPServer[Any] = MCPServer("oms-bot", instructions=_INSTRUCTIONS)
        server.tool(description=_PROPOSE)(self.propose_pause)
        if reads:
            server.tool(description=_LIST, annotations=_READS)(self.list_migrations)
            server.tool(description=_STATUS, annotations=_READS)(self.migration_status)
        return server

    async def propose_pause(
        self, project: str, task: str, reason: str = "", channel: str = ""
    ) -> dict[str, str]:
        """Post a proposal."""
        proposal = Proposal(
            proposer=_speaker.get(),
            project=project[:300],
            task=task[:300],
            reason=reason[:300],
            channel=channel[:300],
        )
        try:
            taken = await self._desk.take(proposal)
        except DeniedError as error:
            raise ToolError(str(error)) from None
        except TooManyError:
            raise ToolError("too many proposals in a minute; wait for one") from None
        except UnavailableError:
            raise ToolError("Slack does not take it now; try again later") from None
        return {"status": taken.outcome, "link": taken.link}

    async def list_migrations(self, project: str) -> dict[str, Any]:
        """Tell what is not over in a project."""
        tasks = self._tasks(project)
        try:
            found = await tasks.listed(_STATES)
        except HuaweiError as error:
            raise ToolError(_fault(error)) from None
        return {"total": len(found), "migrations": [_told(one) for one in found[:_MOST_LISTED]]}

    async def migration_status(self, project: str, task: str) -> dict[str, Any]:
        """Tell how a task goes."""
        tasks = self._tasks(project)
        try:
            found = await tasks.find(task)
        except HuaweiError as error:
            raise ToolError(_fault(error)) from None
        if not isinstance(found, Snapshot):
            raise ToolError("no task has exactly this name, or several have; list_migrations tells the ids")
        return _told(found)

    def _tasks(self, project: str) -> Tasks:
        """Return the tasks of a project as whom the proposer reads as."""
        name = _speaker.get()
        proposer = self._proposers[name]
        alias = getattr(parse(f"list {project}", self._projects), "project", "")
        if alias not in proposer.projects or proposer.reads_as is None:
            raise ToolError("project is not one of those that this proposer may name")
        reader = self._directory.configured(User(name=name, credential=proposer.reads_as), "")
        return self._cloud.seen_by(reader, self._projects[alias])


_INSTRUCTIONS: Final = (
    "oms-bot pauses object storage migrations of Huawei Cloud from Slack, as the person who confirms it. You can "
    "propose a pause: people read the proposal in Slack and decide. You can't act, and a proposal is no promise."
)
_PROPOSE: Final = (
    "Propose that a migration be paused: posts a message in Slack that people review. Returns a link to it. "
    "`task` is an id or an exact name; `reason` says why, in a sentence; `channel` may be left out if there is one."
)
_LIST: Final = "List the migrations of a project that are not over, the fastest first."
_STATUS: Final = "Tell how one migration goes. `task` is an id or an exact name."


def _served(server: MCPServer[Any]) -> Starlette:
    # The token stands in for what protects browsers' local servers: no page of somebody else's has it.
    open_ = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server.streamable_http_app(
        json_response=True, stateless_http=True, max_request_body_size=MAX_BODY, transport_security=open_
    )


@contextlib.asynccontextmanager
async def _living(app: Starlette) -> AsyncIterator[None]:
    async with app.router.lifespan_context(app):
        yield


def _told(task: Snapshot) -> dict[str, Any]:
    """Return what an assistant is told of a task: facts with their units, and nothing that it could act with."""
    return {
        "id": task.task_id,
        "name": task.name,
        "kind": str(task.kind),
        "status": _name_of(task.status),
        "progress": task.progress,
        "bytes_total": task.bytes_total,
        "bytes_done": task.bytes_done,
        "bytes_per_second": task.speed,
        "seconds_left": task.seconds_left,
        "source": task.source,
        "destination": task.destination,
    }


def _name_of(status: int | None) -> str | int | None:
    """Return what a status is called, or its number, if OMS has one more by now."""
    try:
        return None if status is None else TaskStatus(status).name.casefold()
    except ValueError:
        return status


def _fault(error: HuaweiError) -> str:
    return f"Huawei Cloud does not say: {error.code or type(error).__name__}"
