"""``make chaos``: a storm, a minute of quiet, and the count.

    make chaos ARGS="--seed 7 --operations 1000"

Fails if anything was lost, doubled or untrue, if the audit is not whole, or if fewer than 80 % came true: then that was
no test. The seed repeats who wants what and what breaks when; which of two comes first remains the machine's choice.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from bot.sandbox.slack.objects import User
from tests.chaos.judge import Findings, Judge
from tests.chaos.people import People, Wanted
from tests.chaos.scene import Replica, Scene, scene
from tests.chaos.thread import Threads, operation_of
from tests.chaos.trouble import Trouble
from tests.scenario.conftest import is_card, said

_ENOUGH: Final = 0.8
_LONGER: Final = 600.0  # seconds that the storm lasts on until everything is begun, if much went wrong
_AT_LAST: Final = 120.0  # seconds after the quiet in which the last card must have ended
_SHOWN: Final = 20  # sentences of each kind
_KEPT: Final = Path("build/chaos")
_RECORDS: Final = {
    "audit": "SELECT seq, at, event, operation, details FROM audit ORDER BY seq",
    "workflows": (
        "SELECT to_timestamp(created_at / 1000.0), workflow_uuid, name, status, executor_id, recovery_attempts, error"
        " FROM dbos.workflow_status ORDER BY created_at"
    ),
    "steps": "SELECT workflow_uuid, function_id, function_name, output FROM dbos.operation_outputs ORDER BY 1, 2",
}


@dataclass
class Run:
    """What came of one."""

    findings: Findings
    trouble: Trouble
    fresh: list[str]  # replicas that did not end a fresh pause in the quiet
    audit: str
    open_work: list[str]
    begun: int
    seconds: float


async def storm(seed: int, operations: int, seconds: float, quiet: float) -> Run:
    """Let it happen."""
    began = time.monotonic()
    async with scene(seed) as here:
        threads = Threads(here.slack.world)
        people, trouble = People(here, threads, operations), Trouble(here)
        judge = Judge(here, threads, people)
        now = asyncio.get_running_loop().time
        until = now() + seconds
        await asyncio.gather(
            people.want(until + _LONGER),
            trouble.make(lambda: now() < until or (now() < until + _LONGER and not people.all_begun)),
        )
        print("the storm is over; now it is quiet", flush=True)
        people.wait_on()
        began_quiet = time.monotonic()
        fresh = await _fresh_pauses(here, people)
        await asyncio.sleep(max(0.0, began_quiet + quiet - time.monotonic()))
        # What nobody answered expires, and what was in doubt is watched for a while.
        while time.monotonic() < began_quiet + quiet + _AT_LAST and (judge.unfinished() or judge.open_work()):
            await asyncio.sleep(2)
        run = Run(
            judge.findings(), trouble, fresh, await judge.audit(), judge.open_work(), len(people.wanted), 0
        )
        run.seconds = time.monotonic() - began
        _keep_logs(here)
        return run


async def _fresh_pauses(here: Scene, people: People) -> list[str]:
    """Let each replica take one more pause, to its end; return those that did not."""

    async def one(number: int, replica: Replica, person: User) -> str | None:
        wanted = Wanted("pause", 100_000 + number, person)
        await _only_to(here, replica, people.one(wanted))
        return None if wanted.served else f"web.{number} did not end a fresh pause"

    failed = []
    for number, (replica, person) in enumerate(zip(here.replicas, here.people, strict=False), 1):
        failed.append(await one(number, replica, person))
    return [words for words in failed if words]


async def _only_to(here: Scene, replica: Replica, work: object) -> None:
    """Do *work* while all that Slack delivers goes to one replica."""
    everybody, here.replicas = here.replicas, [replica]
    try:
        await work  # type: ignore[misc]  # a coroutine
    finally:
        here.replicas = everybody


def _keep_logs(here: Scene) -> None:
    shutil.rmtree(_KEPT, ignore_errors=True)
    _KEPT.mkdir(parents=True)
    for log in here.folder.glob("*.log"):
        shutil.copy(log, _KEPT)
    messages = (
        f"{one.ts} in {one.thread_ts or '-'} to {one.ephemeral_to or 'all'}"
        f" {operation_of(one)[:8] if is_card(one) else ''}\n{said(one)}\n"
        for one in here.slack.world.log
    )
    (_KEPT / "slack.txt").write_text("\n".join(messages))
    calls = (f"{one.at:.3f} {one.status} {one.method} {one.path} {one.user}" for one in here.cloud.calls)
    (_KEPT / "oms.txt").write_text("\n".join(calls))
    with psycopg.connect(here.database) as connection:
        for name, query in _RECORDS.items():
            rows = connection.execute(query).fetchall()
            (_KEPT / f"{name}.txt").write_text("\n".join(" ".join(map(str, row)) for row in rows))


def report(run: Run, operations: int) -> bool:
    """Print the table; return whether all is well."""
    found = run.findings
    wanted, served = found.wanted.total(), found.served.total()
    rows = [
        ("operations begun", f"{run.begun - 3} of {operations}"),
        ("came true", f"{served} of {wanted}, {served / max(1, wanted):.1%}"),
        ("lost", str(len(found.lost))),
        ("doubled", str(len(found.doubled))),
        ("lies", str(len(found.lies))),
        ("endings posted twice", str(found.repeated)),
        ("endings that the thread did not take", str(found.elsewhere)),
        ("still open in the bot's records", str(len(run.open_work))),
        ("replicas without a fresh pause", str(len(run.fresh))),
        ("audit", run.audit),
        ("seconds", f"{run.seconds:.0f}"),
    ]
    rows += [
        (f"  {kind}", f"{found.served[kind]} of {number}") for kind, number in sorted(found.wanted.items())
    ]
    rows += [(f"  {kind}", str(number)) for kind, number in sorted(run.trouble.happened.items())]
    for name, value in rows:
        print(f"{name:36} {value}")
    bad = [*found.lost, *found.doubled, *found.lies, *run.open_work, *run.fresh]
    for sentence in bad[:_SHOWN]:
        print(f"! {sentence}")
    enough = served >= _ENOUGH * operations
    if not enough:
        print(f"! fewer than {_ENOUGH:.0%} came true: the run proves little")
    return not bad and enough and run.audit == "whole"


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--operations", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=300, help="how long things go wrong at least")
    parser.add_argument("--quiet", type=float, default=60)
    parser.add_argument("--interleavings", type=int, default=10_000, help="of the state machine; 0: none")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    beside = _interleavings(given.interleavings, given.seed) if given.interleavings else None
    run = asyncio.run(storm(given.seed, given.operations, given.seconds, given.quiet))
    well = report(run, given.operations)
    if beside and beside.wait():
        print(f"! {given.interleavings} interleavings: see above")
        well = False
    print(f"seed {given.seed}: {'all is well' if well else f'look at the lines with ! and at {_KEPT}'}")
    return 0 if well else 1


def _interleavings(number: int, seed: int) -> subprocess.Popen[bytes]:
    """Let the state machine of the decisions run beside it, with what the storm leaves of the machine."""
    return subprocess.Popen(
        ["nice", "-n", "19", sys.executable, "-m", "tests.chaos.interleavings", str(number), str(seed)],  # noqa: S607  # nice is where it is
        env=os.environ,
    )


if __name__ == "__main__":
    sys.exit(main())
