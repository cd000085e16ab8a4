"""``python -m bench``: measure everything on loopback and write bench/RESULTS.md, results.json and results.png."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench import (
    acks,
    contenders,
    cost,
    far,
    footprint,
    growth,
    machine,
    oms_calls,
    operations,
    plot,
    report,
    strain,
)
from bench.clouds import Clouds
from bench.contenders import Contender
from bench.databases import Databases, Postgres, Sqlite
from bench.figures import Figures
from bench.load import BUSY
from bench.processes import ROOT, kill_all, pin_generator
from bot.text import say
from bot.text.languages import Language

HERE = Path(__file__).parent
ON_POSTGRES = {"acks", "operations", "footprint", "growth", "load"}  # measured there too
WITH_NODE = {"acks", "footprint"}


@dataclass(frozen=True)
class Effort:
    """How long and how often is measured."""

    rounds: int
    seconds: float
    far: int
    cost: int
    sequential: int
    at_once: int
    starts: int
    idle_seconds: float
    conversations: int
    played: int
    connections: tuple[int, ...]
    proves_nothing_lost: bool
    open_at_once: int
    down_seconds: float


THOROUGH = Effort(2, 1.0, 5, 300, 30, 200, 3, 60, 500, 250, (1, 50, 200), True, 1_000, 60)
QUICK = Effort(1, 0.6, 3, 150, 12, 60, 1, 3, 100, 100, (200,), False, 300, 10)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 90 seconds, for development")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"only these, of {', '.join(report.PARTS)}; printed"
    )
    parser.add_argument(
        "--tree", type=Path, action="append", default=[], help="beside the bot of this work tree, too"
    )
    parser.add_argument("--ours", action="store_true", help="leave the alternatives out")
    parser.add_argument("--idle-seconds", type=float, help="how long idle CPU is watched (60)")
    parser.add_argument("--rounds", type=int, help="how many interleaved rounds (2)")
    parser.add_argument("--output", type=Path, help="where the results go (bench/, if all is measured)")
    options = parser.parse_args()
    if unknown := {*options.parts} - {*report.PARTS}:
        parser.error(f"no such part: {', '.join(unknown)}")
    assert BUSY.decode() in say.busy(Language.EN), "bench.load.BUSY must be part of the bot's sentence"
    pin_generator()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is killed
    figures = Figures()
    began = time.time()
    try:
        uvloop.run(_run(options, QUICK if options.quick else THOROUGH, figures))
    finally:  # what was measured before a fault is worth reading too
        figures.facts["took"] = f"{(time.time() - began) / 60:.1f} min, load after {os.getloadavg()[0]:.1f}"
        output = options.output or (None if options.parts else HERE)
        if output:
            _write(figures, output)
        else:
            print(report.render_parts(figures, options.parts))


def _write(figures: Figures, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    figures.save(output / "results.json")
    (output / "RESULTS.md").write_text(report.render(figures))
    plot.draw(figures, output / "results.png")
    print(f"{output / 'RESULTS.md'}, after {figures.facts['took']}")


async def _run(options: argparse.Namespace, effort: Effort, figures: Figures) -> None:
    directory = Path(tempfile.mkdtemp(prefix="oms-bot-bench-"))
    clouds = Clouds()
    await clouds.start()
    parts = {*(options.parts or report.PARTS)}
    postgres = Postgres(directory) if parts & ON_POSTGRES else None
    try:
        node = None
        if parts & WITH_NODE and not options.ours:
            node = contenders.install_node_bolt(directory)
        figures.facts |= machine.facts(directory) | {
            "PostgreSQL": postgres.version if postgres else "not measured",
            "Node Bolt": node or "left out: not needed, no node, or no npm registry",
        }
        field = Field.of(directory, clouds, postgres, options, with_node=node is not None)
        bench = Bench(directory, clouds, figures, effort, field)
        for number in range(options.rounds or effort.rounds):
            print(f"round {number + 1}", flush=True)
            await bench.round(parts)
        await bench.once(parts, options.idle_seconds or effort.idle_seconds)
    finally:
        kill_all()
        if postgres:
            postgres.close()
        shutil.rmtree(directory, ignore_errors=True)


@dataclass(frozen=True)
class Field:
    """Who is compared: the `bots`, of which some are `on_sqlite`, and the `rest`."""

    bots: list[Contender]
    rest: list[Contender]

    @classmethod
    def of(
        cls,
        directory: Path,
        clouds: Clouds,
        postgres: Postgres | None,
        options: argparse.Namespace,
        *,
        with_node: bool,
    ) -> Field:
        """Return the bot of this tree and of those asked for, on each database, and the alternatives."""
        databases: list[Databases] = [Sqlite(directory), *([postgres] if postgres else [])]
        trees = [ROOT, *(tree.resolve() for tree in options.tree)]
        bots = [contenders.ours(directory, clouds, kept, tree) for tree in trees for kept in databases]
        return cls(bots, [] if options.ours else contenders.others(directory, clouds, with_node))

    @property
    def on_sqlite(self) -> list[Contender]:
        """The bots whose database costs them their own processor time."""
        return [bot for bot in self.bots if isinstance(bot.databases, Sqlite)]

    @property
    def tutorial(self) -> list[Contender]:
        """What carries out whole operations, too."""
        return [one for one in self.rest if one.name == "tutorial bot"]


@dataclass(frozen=True)
class Bench:
    """Measures some parts."""

    directory: Path
    clouds: Clouds
    figures: Figures
    effort: Effort
    field: Field

    async def round(self, parts: Collection[str]) -> None:
        """Measure what is measured several times."""
        effort, field, given = self.effort, self.field, (self.clouds, self.figures)
        if "acks" in parts:
            trivial = contenders.trivial(self.directory, self.clouds)
            await acks.generator(trivial, *given, seconds=effort.seconds)
            for contender in [*field.bots, *field.rest]:
                await acks.measure(contender, *given, seconds=effort.seconds, connections=effort.connections)
        if "operations" in parts:
            for contender in [*field.bots, *field.tutorial]:
                await operations.measure(
                    contender, *given, sequential=effort.sequential, at_once=effort.at_once
                )
        for contender in [*field.on_sqlite, *field.tutorial]:
            if "far" in parts:
                await far.measure(contender, *given, samples=effort.far)
            if "cost" in parts:
                await cost.measure(contender, *given, count=effort.cost)
        if "oms" in parts:
            await oms_calls.measure(self.directory, *given, seconds=effort.seconds)

    async def once(self, parts: Collection[str], idle_seconds: float) -> None:
        """Measure what takes too long for each round."""
        effort, field, given = self.effort, self.field, (self.clouds, self.figures)
        if "acks" in parts and effort.proves_nothing_lost:
            for bot in field.bots:
                await acks.nothing_lost(bot, *given)
        if "load" in parts:
            for bot in field.bots:
                await strain.measure(
                    bot, *given, open_at_once=effort.open_at_once, down_seconds=effort.down_seconds
                )
        if "growth" in parts:
            for bot in field.bots:
                await growth.measure(bot, *given, played=effort.played)
        if "footprint" in parts:
            for bot in field.bots:
                await footprint.thousand(bot, *given, count=effort.conversations)
            for _ in range(effort.starts):
                for contender in [*field.bots, *field.rest]:
                    await footprint.start_up(contender, self.figures)
            await footprint.idle(field.bots, *given, seconds=idle_seconds)


if __name__ == "__main__":
    main()
