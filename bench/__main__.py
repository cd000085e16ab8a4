"""``python -m bench``: measure everything on loopback and write bench/RESULTS.md, results.json and results.png."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench import acks, contenders, footprint, machine, oms_calls, operations, plot, report
from bench.clouds import Clouds
from bench.databases import Databases, Postgres, Sqlite
from bench.figures import Figures
from bench.load import BUSY
from bench.processes import kill_all, pin_generator
from bot.text import en

HERE = Path(__file__).parent
PARTS = ("acks", "operations", "oms", "footprint")


@dataclass(frozen=True)
class Effort:
    """How long and how often is measured."""

    rounds: int
    seconds: float
    sequential: int
    at_once: int
    starts: int
    idle_seconds: float
    conversations: int
    connections: tuple[int, ...]
    proves_nothing_lost: bool


THOROUGH = Effort(2, 1.0, 30, 200, 3, 60, 500, (1, 50, 200), True)
QUICK = Effort(1, 0.6, 12, 60, 1, 3, 100, (200,), False)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 90 seconds, for development")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure only this part (repeatable)")
    parser.add_argument("--ours", action="store_true", help="leave the alternatives out")
    parser.add_argument("--idle-seconds", type=float, help="how long idle CPU is watched (60)")
    parser.add_argument("--rounds", type=int, help="how many interleaved rounds (2)")
    parser.add_argument("--output", type=Path, default=HERE, help="where the results go (bench/)")
    options = parser.parse_args()
    assert BUSY.decode() in en.busy(), "bench.load.BUSY must be part of the bot's sentence"
    pin_generator()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is killed
    figures = Figures()
    began = time.time()
    try:
        uvloop.run(_run(options, QUICK if options.quick else THOROUGH, figures))
    finally:  # what was measured before a fault is worth reading too
        figures.facts["took"] = f"{(time.time() - began) / 60:.1f} min, load after {os.getloadavg()[0]:.1f}"
        options.output.mkdir(parents=True, exist_ok=True)
        figures.save(options.output / "results.json")
        (options.output / "RESULTS.md").write_text(report.render(figures))
        plot.draw(figures, options.output / "results.png")
    print(f"{options.output / 'RESULTS.md'}, after {figures.facts['took']}")


async def _run(options: argparse.Namespace, effort: Effort, figures: Figures) -> None:
    directory = Path(tempfile.mkdtemp(prefix="oms-bot-bench-"))
    clouds = Clouds()
    await clouds.start()
    databases: list[Databases] = [Sqlite(directory), postgres := Postgres(directory)]
    try:
        node = None if options.ours else contenders.install_node_bolt(directory)
        figures.facts |= machine.facts(directory) | {
            "PostgreSQL": postgres.version,
            "Node Bolt": node or "left out: no node, or no npm registry",
        }
        bots = [contenders.ours(directory, clouds, database) for database in databases]
        rest = [] if options.ours else contenders.others(directory, clouds, node is not None)
        parts = options.only or PARTS
        for number in range(options.rounds or effort.rounds):
            print(f"round {number + 1}", flush=True)
            if "acks" in parts:
                await acks.generator(
                    contenders.trivial(directory, clouds), clouds, figures, seconds=effort.seconds
                )
                for contender in [*bots, *rest]:
                    await acks.measure(
                        contender, clouds, figures, seconds=effort.seconds, connections=effort.connections
                    )
            if "operations" in parts:
                for contender in [*bots, *(one for one in rest if one.name == "tutorial bot")]:
                    await operations.measure(
                        contender, clouds, figures, sequential=effort.sequential, at_once=effort.at_once
                    )
            if "oms" in parts:
                await oms_calls.measure(directory, clouds, figures, seconds=effort.seconds)
        if "acks" in parts and effort.proves_nothing_lost:
            for bot in bots:
                await acks.nothing_lost(bot, clouds, figures)
        if "footprint" in parts:
            for bot in bots:
                await footprint.thousand(bot, clouds, figures, count=effort.conversations)
            for _ in range(effort.starts):
                for contender in [*bots, *rest]:
                    await footprint.start_up(contender, figures)
            await footprint.idle(bots, clouds, figures, seconds=options.idle_seconds or effort.idle_seconds)
    finally:
        kill_all()
        postgres.close()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
