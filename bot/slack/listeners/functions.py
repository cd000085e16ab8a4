"""The step *Pause a migration* in workflows of Slack's: whoever runs one is asked; if nobody does, it is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.conversation.completing import complete_id
from bot.conversation.intake import Start
from bot.conversation.runs import Completion, Run
from bot.conversation.values import PAUSE, Wish
from bot.metrics import Metrics
from bot.settings.sections import Project
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.listeners.hearing import Hearing
from bot.slack.listeners.mentions import heard_in
from bot.slack.manifest import STEP, STEP_INPUTS
from bot.slack.payloads import Executed, Heard
from bot.slack.readers import Readers
from bot.spelling import quote
from bot.text import say_runs
from bot.verbs.grammar import parse
from bot.verbs.parsing import MAX_REASON
from bot.verbs.registry import Registry


class Functions:
    """Takes the runs of the step. `clock` gives Unix seconds."""

    def __init__(
        self,
        door: Door,
        *,
        hearing: Hearing,
        projects: Mapping[str, Project],
        registry: Registry,
        readers: Readers,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._door = door
        self._hearing = hearing
        self._projects = projects
        self._registry = registry
        self._readers = readers
        self._metrics = metrics
        self._clock = clock

    def register(self, app: AsyncApp) -> None:
        """Listen to them."""

        # Bolt would acknowledge before anything is recorded.
        @app.function(STEP, auto_acknowledge=False)
        async def on_run(ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> BoltResponse | None:
            """What could not be recorded is not acknowledged, so Slack tells again."""
            executed = Executed(event)
            if not await self._take(executed, heard_in(body, {})):
                return BoltResponse(status=503)
            await ack()
            return None

    async def _take(self, executed: Executed, heard: Heard) -> bool:
        """Record what a run asks for; True if that is done."""
        heard = replace(
            heard,
            delivery=f"function:{executed.run}",
            user_id=executed.user_id,
            channel_id=executed.channel_id,
            awaited_by=executed.run,
        )
        run = Run(
            id=executed.run,
            team_id=heard.workspace,
            channel_id=heard.channel_id,
            project=executed.project,
            task=executed.task,
            reason=" ".join(executed.reason.split())[:MAX_REASON],
            at=self._clock(),
        )
        wish = self._understood(run, heard)
        if isinstance(wish, str):
            return await self._refuse(run, wish)
        if heard.user_id:
            self._metrics.commands.labels(PAUSE).inc()
            return await self._hearing.ask(wish, heard)
        return await self._door.record(
            Start("propose", f"{run.id}:propose", asdict(run)), self._door.deadline()
        )

    def _understood(self, run: Run, heard: Heard) -> Wish | str:
        """Return what somebody would type for it; or why that is nothing, naming no project that the step does not."""
        language = self._readers.language(heard.user_id)
        given = {"project": run.project, "task": run.task, "channel": run.channel_id}
        if missing := next((name for name, value in given.items() if not value), ""):
            return say_runs.incomplete(language, STEP_INPUTS[missing]["title"])
        typed = parse(f"{PAUSE} {quote(run.project)} {quote(run.task)}", self._projects, self._registry)
        if not isinstance(typed, Wish):
            return say_runs.not_there(language, run.project)
        if typed.verb != PAUSE:
            return say_runs.not_meant(language, run.task)
        return replace(typed, reason=run.reason)

    async def _refuse(self, run: Run, error: str) -> bool:
        refused = Completion(run=run.id, team_id=run.team_id, at=run.at, error=error)
        return await self._door.record(
            Start("complete", complete_id(run.id), asdict(refused)), self._door.deadline()
        )
