"""The composition root: settings → clients → conversation → Bolt → one ASGI app. The only file that knows everyone."""

from __future__ import annotations

import asyncio
import functools
import gc
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import aiohttp
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.audit import Audit
from bot.conversation import Conversation
from bot.decisions import Decisions
from bot.failover import Failover
from bot.iam.rejected import REMEMBERED_FOR
from bot.identity.checking import Checker
from bot.identity.directory import Directory
from bot.identity.invitations import Invitations
from bot.identity.keyring import KeyRing
from bot.identity.linking import Linking
from bot.identity.linking_outcomes import Done, Tried
from bot.identity.seals import Seals
from bot.identity.stores import open_store
from bot.identity.tries import RunningTries, open_tries
from bot.intake import Intake
from bot.manifest import SCOPES
from bot.metrics import Exposition, Metrics
from bot.network import new_session
from bot.oms.client import new_http_client
from bot.pace import Pace
from bot.pausing import DAY, Pausing
from bot.permissions import Permissions
from bot.preview import Preview
from bot.readiness import Probe, Readiness
from bot.rejected_requests import RejectedRequests
from bot.running import Running
from bot.setting_rules import of_nobody
from bot.settings import Settings
from bot.slack.bolt import Bolt
from bot.slack.chat import Chat, OneWorkspace, ResponseUrls, Workspaces
from bot.slack.delivery import SlackError, deliver
from bot.slack.links import LinkCommands
from bot.slack.listeners import Listeners
from bot.slack.people import People
from bot.slack.sign_in import sign_in_with
from bot.slack.sweep import Sweep
from bot.store import database
from bot.store.operations import Operations
from bot.store.presence import Presence, executor_id
from bot.tasks import Tasks
from bot.telling import Telling
from bot.text.en_starting import app_token_refused

if TYPE_CHECKING:
    from bot.slack.installations import Installations
    from bot.slack.socket import Socket

log = structlog.get_logger(__name__)

# A constant of ours: workflows that wait for an answer outlive a deployment. `DBOS.patch` marks changes of steps.
WORKFLOW_VERSION = "1"
SLACK_SECONDS = 30  # a post that is given up on too early is doubtful, and is not repeated
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Bot:
    """Everything that lives as long as the process. Made inside the running event loop by `create_app`'s lifespan."""

    def __init__(
        self,
        settings: Settings,
        held: Presence,
        *,
        clock: Callable[[], float] = time.time,
        dbos_options: DBOSConfig | None = None,
        refuse: Callable[[str], None] = log.error,
    ) -> None:
        self.settings = settings
        self._refuse = refuse
        self._dbos_options: DBOSConfig = dbos_options or {}
        self.metrics = Metrics()
        self.engine = database.create_engine(settings.database_url.get_secret_value())
        self._ring = KeyRing.parse(settings.secret_keys)
        self._seals = Seals(self._ring)
        self.operations = Operations(self.engine, self._seals)
        self.audit = Audit(self.engine, clock)
        self.rejected = RejectedRequests(self.audit, self.metrics)
        self._session = new_session(
            middlewares=[_refuse_redirects], timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS)
        )
        self._slack = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=self._session,
            timeout=SLACK_SECONDS,
            retry_handlers=[],  # `chat.deliver` knows which calls may be repeated
        )
        self.response_urls = ResponseUrls(settings.slack_api_url, foreign=self.metrics.foreign_urls.inc)
        self.chat = Chat(self._slack, response_urls=self.response_urls, observe=self.metrics.observe("slack"))
        self.installations = self._installations(clock)
        self.workspaces = self._workspaces()
        self._http = new_http_client(settings.timing.request_timeout)
        self.vault = open_store(settings, self.engine)
        self.directory = Directory(
            settings.users,
            http=self._http,
            service_account=settings.service_account,
            clock=clock,
            # Without a key nothing can be linked, so nothing need be looked up: `prepare` has made sure of it.
            vault=self.vault if self.vault.writable else None,
            ledger=RunningTries(open_tries(settings, self.engine, clock=clock, remembered=REMEMBERED_FOR)),
            observe=self.metrics.observe("iam"),
        )
        self.linking = self._links(clock)
        self.sign_in = sign_in_with(settings, self._session, clock)
        self._sweep = Sweep(store=self.vault, linking=self.linking, workspaces=self.workspaces)
        self._people = People(self.workspaces)
        self._pace = Pace()
        self._running = Running()
        self._failover = Failover(self.engine, held, self._running, executor_id())
        self._decisions = Decisions()
        self._telling = Telling(
            workspaces=self.workspaces,
            operations=self.operations,
            audit=self.audit,
            metrics=self.metrics,
            clock=clock,
        )
        self._conversation = self._converse(clock)
        self._intake = Intake(
            self._conversation,
            self._pace,
            self._running,
            functools.partial(database.sync_to_disk, self.engine),
        )
        self.listeners = Listeners(
            projects=settings.projects,
            intake=self._intake,
            operations=self.operations,
            workspaces=self.workspaces,
            people=self._people,
            response_urls=self.response_urls,
            links=self.link_commands,
            telling=self._telling,
            decisions=self._decisions,
            rejected=self.rejected,
            metrics=self.metrics,
            clock=clock,
            seals=self._seals,
        )
        self.bolt = self._bolt()
        self._socket = self._socket_mode()
        self._finding_out: asyncio.Task[None] | None = None
        self.readiness = Readiness(self._probes())
        self.exposition = Exposition(self.metrics, self.operations.count_open)

    def _installations(self, clock: Callable[[], float]) -> Installations | None:
        settings = self.settings
        if not settings.many_workspaces:
            return None
        from bot.slack.installations import Installations  # noqa: PLC0415  # Jinja is slow to import, seldom needed

        assert settings.public_url  # noqa: S101  # the settings demand it
        return Installations(
            self.engine,
            self._ring,
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret,
            slack_api_url=settings.slack_api_url,
            public_url=settings.public_url,
            scopes=SCOPES,
            session=self._session,
            is_slacks=self.response_urls.is_slacks,
            may_install=settings.installs.allow if settings.installs else None,
            left=lambda teams: self.link_commands.forget(teams),  # noqa: PLW0108  # made later
            clock=clock,
            record=self.audit.append,
        )

    def _workspaces(self) -> Workspaces:
        if self.installations is None:
            return OneWorkspace(self.chat)
        from bot.slack.many_workspaces import ManyWorkspaces  # noqa: PLC0415  # as above

        return ManyWorkspaces(
            self.installations, response_urls=self.response_urls, observe=self.metrics.observe("slack")
        )

    def _links(self, clock: Callable[[], float]) -> Linking:
        async def told(team_id: str, user_id: str, done: Done) -> None:
            await self.link_commands.told(team_id, user_id, done)

        async def tried(tried: Tried) -> None:
            await self.link_commands.tried(tried)

        linking = Linking(
            store=self.vault,
            invitations=Invitations(self.engine, clock=clock),
            checker=Checker(
                self._http,
                self.settings.projects,
                tries=open_tries(self.settings, self.engine, clock=clock),
                clock=clock,
            ),
            directory=self.directory,
            public_url=self.settings.public_url,
            record=self.audit.append,
            on_linked=told,
            on_tried=tried,
            clock=clock,
        )
        self.link_commands = LinkCommands(
            linking=linking, directory=self.directory, workspaces=self.workspaces, audit=self.audit
        )
        return linking

    def _converse(self, clock: Callable[[], float]) -> Conversation:
        timing = self.settings.timing
        tasks = Tasks(self._http, self.directory, clock=clock, observe=self.metrics.observe("oms"))
        permissions = Permissions(
            projects=self.settings.projects, people=self._people, directory=self.directory, seals=self._seals
        )
        preview = Preview(
            timing=timing,
            permissions=permissions,
            tasks=tasks,
            operations=self.operations,
            limits=self.settings.limits,
            seals=self._seals,
            clock=clock,
        )
        return Conversation(
            preview=preview,
            permissions=permissions,
            pausing=Pausing(
                timing=timing,
                permissions=permissions,
                operations=self.operations,
                seals=self._seals,
                tasks=tasks,
                audit=self.audit,
                prove_ownership=self._failover.prove_ownership,
                clock=clock,
            ),
            telling=self._telling,
            operations=self.operations,
            audit=self.audit,
            pace=self._pace,
            decisions=self._decisions,
            clock=clock,
            running=self._running,
            seals=self._seals,
        )

    def _bolt(self) -> Bolt:
        token = self.settings.slack_bot_token.get_secret_value()

        async def authorize() -> AuthorizeResult:
            """Give Bolt the one token there is, without asking Slack before an acknowledgement."""
            return AuthorizeResult(
                enterprise_id=None, team_id=None, bot_token=token, bot_user_id=self.chat.bot_user_id
            )

        app = Bolt(
            unheard=self.metrics.unheard,
            name="slack_bolt",  # its loggers are named after it, and so known to be a library's
            client=self._slack,
            authorize=self.installations.authorize if self.installations else authorize,
            before_authorize=self.installations.before_authorize if self.installations else None,
            request_verification_enabled=False,  # the gate has done it
            process_before_response=True,  # otherwise Bolt looks for the ack only every 10 ms
        )
        self.listeners.register(app)
        if self.installations:
            self.installations.register(app)
        else:
            app.event("app_uninstalled")(self.listeners.on_uninstalled)
        return app

    def _socket_mode(self) -> Socket | None:
        if not self.settings.socket_mode:
            return None
        from bot.slack.socket import Socket  # noqa: PLC0415  # slow to import, not always needed

        socket_ = Socket(
            self.chat,
            self._session,
            self.settings.slack_app_token.get_secret_value(),
            self.bolt,
            turned_down=lambda error: self._refuse(app_token_refused(error)),
        )
        self.metrics.socket.set_function(lambda: socket_.connected)
        return socket_

    def _probes(self) -> dict[str, Probe]:
        """Return what a command needs, by the names that `/readyz` calls them."""
        url = self.settings.database_url.get_secret_value()
        probes: dict[str, Probe] = {
            "database": lambda: asyncio.to_thread(database.ping, url),
            "intake": self._intake.check,
            "presence": self._failover.check,
        }
        if self._socket:
            probes["socket"] = self._socket.check
        if not self.settings.many_workspaces:  # else there is no one token to ask with
            probes["slack"] = self.chat.prove
        return probes

    async def start(self) -> None:
        """Resume what was interrupted, and begin to connect. `prepare` has been called before."""
        await self._failover.recover()
        DBOS(
            config={
                "name": "oms-bot",
                "system_database_url": self.engine.url.render_as_string(hide_password=False),
                "system_database_engine": self.engine,
                "application_version": WORKFLOW_VERSION,
                "executor_id": executor_id(),
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "ERROR",
                "max_executor_threads": 4 if self.engine.dialect.name == "sqlite" else 20,
                **self._dbos_options,
            }
        )
        # DBOS gives its logger a handler of its own; its lines must pass the redaction like all others.
        logging.getLogger("dbos").handlers.clear()
        logging.getLogger("dbos").propagate = True
        DBOS.launch()
        self.rejected.start()
        self._sweep.start()
        await self._failover.start()
        await self._conversation.take_up_stranded()
        if self._socket:
            self._socket.start()
        if any(":" in key for key in self.settings.users) and not self.settings.many_workspaces:
            self._finding_out = asyncio.create_task(self._find_users_of_nobody())
        gc.set_threshold(10_000, 20, 20)
        gc.freeze()  # what was loaded lives as long as the process: no collection need look through it again
        log.info("started", projects=len(self.settings.projects), socket_mode=self.settings.socket_mode)

    async def _find_users_of_nobody(self) -> None:
        """Refuse to run with users whom nobody can be, as soon as Slack has said where the bot is."""
        try:
            who = await deliver(self.chat.auth_test, within_seconds=DAY, repeatable=True)
        except SlackError as error:
            log.warning("workspace_unknown", error=error.error)
            return
        if faults := list(of_nobody(self.settings.users, who)):
            self._refuse("\n".join(faults))

    async def stop(self) -> None:
        """Close in the reverse order. What has not ended is resumed by the next start."""
        if self._socket:
            await self._socket.stop()
        if self._finding_out:
            self._finding_out.cancel()
        await self._failover.stop()  # what stops now is the next start's
        await asyncio.gather(self.listeners.drain(), self._conversation.suspend())
        await asyncio.gather(self.rejected.stop(), self._sweep.stop())
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        await self._http.aclose()
        if self.installations:
            await self.installations.drain()
        await self._session.close()
        await self._failover.release()
        self.engine.dispose()
        log.info("stopped")


async def _refuse_redirects(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep Slack's client from following a redirect, which would carry the token to wherever it points."""
    response = await send(request)
    if response.status in _REDIRECTS:
        response.close()
        raise aiohttp.ClientError("a redirect was not followed")
    return response
