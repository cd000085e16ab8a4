"""Was anything lost, doubled, or untrue? Counted at Slack and at OMS; of the bot's own records only that they close."""

from __future__ import annotations

import asyncio
import json
import math
import os
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from bot.sandbox.huawei.oms_tasks import PAUSED
from bot.sandbox.slack.objects import Message
from tests import forked
from tests.chaos.ledger import Entry
from tests.chaos.people import People, Wanted
from tests.chaos.scene import Scene
from tests.chaos.thread import FINAL, Threads, Told, ended_first, operation_of, told, told_of_each

_GRACE = 1.0  # seconds between a deed at OMS and the clock of a message


class Calling(NamedTuple):
    """That an operation was on the point of calling; `request_id` if it was answered that all is accepted."""

    at: float
    operation: str
    request_id: str


@dataclass
class Findings:
    """What was found, in sentences; and how often people saw what they wanted."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)
    repeated: int = 0  # endings that were posted twice, word for word
    elsewhere: int = 0  # … and that Slack did not take in the thread
    served: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)


class Judge:
    """Looks at everything at the end."""

    def __init__(self, here: Scene, threads: Threads, people: People) -> None:
        self._here = here
        self._threads = threads
        self._people = people

    def unfinished(self) -> list[str]:
        """Return the operations whose end nobody was told yet."""
        return [
            f"{_about(wanted)}: no ending of {operation[:8]}"
            for wanted in self._people.wanted
            for operation, cards in self._operations(wanted).items()
            if not self._is_told(wanted, cards)
        ]

    def _is_told(self, wanted: Wanted, cards: list[Message]) -> bool:
        """Tell whether it was told in a thread; or, where Slack did not take that, directly or on the card alone."""
        if any(meaning in FINAL for meaning, _ in self._threads.endings(cards)):
            return True
        to_them = self._here.slack.direct_message(wanted.person).id
        since = [one for one in self._threads.direct[wanted.name] if one.ts > cards[0].ts]
        return any(told(one) in FINAL for one in (*cards, *(one for one in since if one.channel == to_them)))

    def open_work(self) -> list[str]:
        """Return what the bot's own records call under way."""
        with psycopg.connect(self._here.database) as connection:
            workflows = connection.execute(
                "SELECT workflow_uuid, name FROM dbos.workflow_status WHERE status NOT IN ('SUCCESS', 'CANCELLED')"
            ).fetchall()
            operations = connection.execute("SELECT id FROM operations WHERE ended_at IS NULL").fetchall()
        planned = {id_ for (id_,) in operations if ":" in id_}
        return [f"workflow {name} {id_}" for id_, name in workflows] + [
            f"operation {id_}" for (id_,) in operations if id_ not in planned
        ]

    def findings(self) -> Findings:
        """Return what is to be said of the whole run."""
        self._read_records()
        found = Findings(lost=self.unfinished())
        for wanted in self._people.wanted:
            found.wanted[wanted.kind] += 1
            found.served[wanted.kind] += self._came_true(wanted)
            found.lost += self._unanswered(wanted)
            found.doubled += [line for target in wanted.targets for line in self._here.ledger.doubled(target)]
            found.lies += self._lies(wanted)
            for cards in self._operations(wanted).values():
                endings = [reply.text for _, reply in self._threads.endings(cards)]
                found.repeated += len(endings) - len(set(endings))
                found.elsewhere += not any(m in FINAL for m, _ in self._threads.endings(cards))
        return found

    async def audit(self) -> str:
        """Return what ``oms-bot audit verify`` says."""
        environment = {**os.environ, **self._here.replicas[0].process.environment} | {
            "DATABASE_URL": self._here.database
        }
        verified = await asyncio.to_thread(forked.run, "audit", "verify", environment=environment)
        words = (verified.stdout + verified.stderr).strip()
        return "whole" if verified.returncode == 0 else f"not whole: {words}"

    # --- one thing that somebody wanted ---------------------------------------------------------------------------

    def _operations(self, wanted: Wanted) -> dict[str, list[Message]]:
        """Return its cards by what they speak for, oldest first."""
        found: defaultdict[str, list[Message]] = defaultdict(list)
        for card in sorted(self._people.cards(wanted), key=lambda card: card.ts):
            found[operation_of(card)].append(card)
        return found

    def _unanswered(self, wanted: Wanted) -> list[str]:
        """Return each asking that was acknowledged, and led to nothing that can be seen."""
        cards = self._people.cards(wanted)
        whispers = self._threads.whispers[wanted.person.id]
        return [
            f"{_about(wanted)}: acknowledged at {at:.0f}, and neither card nor answer"
            for at in wanted.acknowledged
            if not any(float(one.ts) >= at for one in [*cards, *whispers])
        ]

    def _lies(self, wanted: Wanted) -> list[str]:
        """Hold what was told of each operation against what happened to its targets."""
        if wanted.kind == "pause all":
            return self._lies_of_many(wanted)
        found = []
        [target] = wanted.targets or [""]
        changes = self._changes(target)
        for operation, cards in self._operations(wanted).items():
            for meaning, reply in self._threads.endings(cards):
                if lie := self._lie(meaning, reply, changes[operation], target):
                    found.append(f"{_about(wanted)}: {lie}; {reply.text!r}")
        return found + [f"{_about(wanted)}: called without a record of it"] * len(changes[""])

    def _changes(self, target: str) -> defaultdict[str, list[float]]:
        """Return when OMS did something to a target, by the operation that had put on record that it would ask."""
        changes: defaultdict[str, list[float]] = defaultdict(list)
        for entry in self._here.ledger.of(target):
            if entry.what != "read":
                changes[self._caller(target, entry)].append(entry.at)
        return changes

    def _caller(self, target: str, entry: Entry) -> str:
        """Return whose call it was: who was answered with its id, else the last who was on the point of calling."""
        before = [calling for calling in self._calling[target] if calling.at <= entry.at]
        answered = [calling for calling in before if calling.request_id == entry.request_id]
        waiting = [calling for calling in before if not calling.request_id]
        return next((calling.operation for calling in reversed(answered or waiting)), "")

    def _read_records(self) -> None:
        """Read which operation each call is to be held against."""
        self._calling: defaultdict[str, list[Calling]] = defaultdict(list)
        with psycopg.connect(self._here.database) as connection:
            query = "SELECT at, operation, details FROM audit WHERE event = %s ORDER BY seq"
            called = {}
            for _, operation, details in connection.execute(query, ("called",)):
                said = json.loads(details)
                called[operation, said["attempt"], said.get("target")] = said
            for at, operation, details in connection.execute(query, ("calling",)):
                said = json.loads(details)
                which = [(operation, said["attempt"], target) for target in (None, said["task"])]
                answer: dict[str, Any] = next((called[one] for one in which if one in called), {})
                if answer.get("sent", True):
                    began = datetime.fromisoformat(at).timestamp()
                    request_id = answer["request_id"] if answer.get("accepted") else ""
                    target = said["task"].removeprefix("group:")
                    self._calling[target].append(Calling(began, operation, request_id))

    def _lie(self, meaning: Told, reply: Message, changes: list[float], target: str) -> str | None:
        """Say what is untrue in an ending, if anything is."""
        at = float(reply.ts)
        before = [change for change in changes if change <= at]
        match meaning:
            # Where it was not sure whether OMS got its call, it tells what it sees, whoever's call did it.
            case "done" if not before and not self._has_changed(target, at + _GRACE):
                return "said to be done, and OMS was never asked"
            case "done" if self._paused_at(target) > at + _GRACE:
                return "said to be paused before it was"
            case "already" if before:
                return "said to have been so before, and it was this that did it"
            case "replaced" if changes:
                return "said to be replaced, and OMS was asked"
            case "not" if changes and not ended_first(reply):
                return "said not to be done, and OMS was asked"
        return None

    def _lies_of_many(self, wanted: Wanted) -> list[str]:
        """One decision on many: each is what it is said to be."""
        found = []
        for operation, cards in self._operations(wanted).items():
            for _, reply in self._threads.endings(cards):
                at = float(reply.ts) + _GRACE
                for target, meaning in told_of_each(reply).items():
                    paused = self._here.cloud.tasks[int(target)].status == PAUSED
                    if meaning == "done" and not (paused and self._paused_at(target) <= at):
                        found.append(f"{_about(wanted)}: said to be paused, and was not: {target}")
                    if meaning == "not" and any(change <= at for change in self._changes(target)[operation]):
                        found.append(f"{_about(wanted)}: said not to be paused, and OMS was asked: {target}")
        return found

    def _has_changed(self, target: str, by: float) -> bool:
        return any(entry.what != "read" and entry.at <= by for entry in self._here.ledger.of(target))

    def _paused_at(self, target: str) -> float:
        """Return when OMS had a task paused; long ago for what it was not to pause."""
        task = self._here.cloud.tasks.get(int(target)) if target.isdecimal() else None
        return task.paused_at if task and math.isfinite(task.paused_at) else 0.0

    def _came_true(self, wanted: Wanted) -> bool:
        """Tell whether it is at OMS as it was wanted; what changes nothing there, as people have seen."""
        if wanted.kind in ("leave", "status", "list", "history", "cancel", "decline"):
            return wanted.served
        return wanted.served and all(self._has_changed(target, time.time()) for target in wanted.targets)


def _about(wanted: Wanted) -> str:
    return f"{wanted.number} {wanted.kind} {wanted.name}"
