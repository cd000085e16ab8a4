"""The bot as a process: its parts, how they begin and end together, and what Bolt and the web app see of them."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import structlog
from dbos import DBOS, DBOSConfig
from slack_bolt.authorization import AuthorizeResult

from bot.conversation.completing import Waits
from bot.conversation.durable import launch
from bot.conversation.retention import Retention
from bot.conversation.runs import Result, Run
from bot.conversation.waiting import DAY
from bot.conversation.workflows import take_up_stranded
from bot.core import Core
from bot.counted import begin_at_zero
from bot.foundation import Foundation
from bot.huawei.clock import Skew
from bot.huawei.transport import new_http_client
from bot.listening import Listeners
from bot.metrics import Exposition
from bot.parts import Identities, SlackSide
from bot.proposing import Proposals
from bot.readiness import Probe, Readiness
from bot.settings.load import Settings
from bot.settings.rules import of_nobody
from bot.slack.bolt import Bolt
from bot.slack.delivery import SlackError, deliver
from bot.store import database
from bot.store.presence import Presence, executor_id
from bot.text.starting import app_token_refused
from bot.tracing import NOWHERE, Traces
from bot.verbs.registry import REGISTRY, Registry
from bot.warming import warm

if TYPE_CHECKING:
    from bot.slack.socket import Socket

log = structlog.get_logger(__name__)


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
        registry: Registry = REGISTRY,
        traces: Traces | None = None,
    ) -> None:
        async def left(teams: Collection[str]) -> None:
            await self.linking.forget(teams)

        async def propose(run: Run, waits: Waits) -> Result | None:
            return await self.proposals.propose(run, waits)

        self.settings = settings
        self._refuse = refuse
        self._dbos_options = dbos_options
        self._traces = traces or _traces(settings)
        base = Foundation(settings, clock, self._traces)
        begin_at_zero(base.metrics, registry)
        skew = Skew(clock)
        base.metrics.skew.set_function(lambda: skew.seconds)
        self._http = new_http_client(settings.timing.request_timeout, settings.outgoing, on_answer=skew.note)
        self._slack = SlackSide(base, left)
        self._identities = Identities(base, self._slack, self._http)
        self._core = Core(
            base,
            self._slack,
            self._identities,
            http=self._http,
            held=held,
            registry=registry,
            propose=propose,
        )
        running = self._core.running
        base.metrics.lock.set_function(lambda: running.permitted)
        self._listeners = Listeners(base, self._slack, self._identities, self._core, registry)
        self.proposals = Proposals(base, self._slack, self._identities, self._core, registry)
        self.metrics, self.engine, self.operations = base.metrics, base.engine, base.operations
        self.watches = base.watches
        self.recent = base.recent
        self.others = None if self.engine.dialect.name == "sqlite" else base.repeated
        self.audit, self.rejected = base.audit, base.rejected
        self.language = base.language
        self.durable = self._core.durable
        self.installations = self._slack.installations
        self.vault, self.linking = self._identities.vault, self._identities.linking
        self.sign_in = self._identities.sign_in
        self.bolt = self._bolt()
        self.retention = Retention(self.engine, days=settings.retention.days, clock=clock)
        self._socket = self._socket_mode()
        self._beside: list[asyncio.Task[None]] = []
        self.readiness = Readiness(self._probes())
        self.exposition = Exposition(self.metrics, self.operations.count_open)

    def _bolt(self) -> Bolt:
        token = self.settings.slack_bot_token.get_secret_value()
        installations = self.installations

        async def authorize() -> AuthorizeResult:
            """Give Bolt the one token there is, without asking Slack before an acknowledgement."""
            bot_user_id = self._slack.chat.bot_user_id
            return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token, bot_user_id=bot_user_id)

        app = Bolt(
            metrics=self.metrics,
            name="slack_bolt",  # its loggers are named after it, and so known to be a library's
            client=self._slack.client,
            authorize=installations.authorize if installations else authorize,
            before_authorize=installations.before_authorize if installations else None,
            request_verification_enabled=False,  # the gate has done it
            process_before_response=True,  # otherwise Bolt looks for the ack only every 10 ms
            attaching_function_token_enabled=False,  # a token that is lent is not used, and not even there
        )
        self._listeners.register(app)
        if installations:
            installations.register(app)
        return app

    def _socket_mode(self) -> Socket | None:
        if not self.settings.socket_mode:
            return None
        from bot.slack.socket import Socket  # noqa: PLC0415  # slow to import, not always needed

        socket_ = Socket(
            self._slack.chat,
            self._slack.session,
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
            "intake": self._core.intake.check,
            "presence": self._core.failover.check,
        }
        if self._socket:
            probes["socket"] = self._socket.check
        if not self.settings.many_workspaces:  # else there is no one token to ask with
            probes["slack"] = self._slack.chat.prove
        return probes

    async def start(self) -> None:
        """Resume what was interrupted, and begin to connect. `prepare` has been called before."""
        await self._core.failover.recover()
        launch(self.engine, executor_id(), self._dbos_options)
        self.rejected.start()
        self._identities.sweep.start()
        await self._core.failover.start()
        await take_up_stranded()
        self._core.sweeper.start()
        self.retention.start()
        if self._socket:
            self._socket.start()
        if any(":" in key for key in self.settings.users) and not self.settings.many_workspaces:
            self._beside.append(asyncio.create_task(self._find_users_of_nobody()))
        self._beside.append(asyncio.create_task(warm()))
        gc.set_threshold(10_000, 20, 20)  # seldom: a collection holds up every acknowledgement meanwhile
        gc.freeze()  # what was loaded lives as long as the process: no collection need look through it again
        gc.enable()
        log.info(
            "started",
            projects=len(self.settings.projects),
            socket_mode=self.settings.socket_mode,
            network=str(self.settings.outgoing),
        )

    async def _find_users_of_nobody(self) -> None:
        """Refuse to run with users whom nobody can be, as soon as Slack has said where the bot is."""
        try:
            who = await deliver(self._slack.chat.auth_test, within_seconds=DAY, repeatable=True)
        except SlackError as error:
            log.warning("workspace_unknown", error=error.error)
            return
        if faults := list(of_nobody(self.settings.users, who)):
            self._refuse("\n".join(faults))

    async def leave(self, within_seconds: float) -> None:
        """Let a balancer, and Slack, hear that others are to be asked. What comes here all the same is recorded."""
        if self._socket:
            await self._socket.stop()
        await self.readiness.leave(within_seconds)

    async def stop(self) -> None:
        """Close in the reverse order. What has not ended is resumed by the next start."""
        if self._socket:
            await self._socket.stop()
        for task in self._beside:
            task.cancel()
        await asyncio.gather(self._core.sweeper.stop(), self.retention.stop())
        await self._core.failover.stop()  # what stops now is the next start's
        await asyncio.gather(self._listeners.door.drain(), self.durable.suspend())
        self._slack.home_news.stop()
        await asyncio.gather(self.rejected.stop(), self._identities.sweep.stop(), self.proposals.stop())
        await asyncio.gather(asyncio.to_thread(DBOS.destroy), self._traces.close())
        await self._http.aclose()
        if self.installations:
            await self.installations.drain()
        await self._slack.session.close()
        await self._core.failover.release()
        self.engine.dispose()
        log.info("stopped")


def _traces(settings: Settings) -> Traces:
    if settings.otlp_endpoint is None:
        return NOWHERE
    from bot.otlp import send_traces  # noqa: PLC0415  # an extra, and 10 MiB

    return send_traces(settings.otlp_endpoint, settings.outgoing, replica=executor_id())
