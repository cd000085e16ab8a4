"""Metrics: what Prometheus reads."""

from __future__ import annotations

import math
import platform
from datetime import UTC, datetime

import httpx
from prometheus_client.parser import text_string_to_metric_families

import bot
from bot.huawei.clock import Skew
from bot.huawei.transport import new_http_client
from bot.metrics import Metrics
from bot.network import Outgoing


def samples(metrics: Metrics) -> dict[str, float]:
    """Return the samples as Prometheus parses them: name{labels} → value."""
    found = {}
    for family in text_string_to_metric_families(metrics.render().decode()):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_commands_operations_and_refusals_are_counted() -> None:
    """By kind, ending and reason."""
    metrics = Metrics()
    metrics.commands.labels("pause").inc()
    metrics.operations.labels("pause", "paused").inc()
    metrics.operations.labels("pause", "paused").inc()
    metrics.refusals.labels("not_requester").inc()
    metrics.open.set(3)
    found = samples(metrics)
    assert found["oms_bot_commands_total{verb=pause}"] == 1
    assert found["oms_bot_operations_total{ending=paused,verb=pause}"] == 2
    assert found["oms_bot_refused_clicks_total{reason=not_requester}"] == 1
    assert found["oms_bot_open_conversations{}"] == 3


def test_calls_are_timed_by_service_operation_and_outcome() -> None:
    """So that a slow IAM can be told from a slow Slack."""
    metrics = Metrics()
    metrics.observe("slack")("chat.postMessage", "ok", 0.2)
    metrics.observe("oms")("stop_task", "OMS.0072", 2)
    found = samples(metrics)
    slack = "operation=chat.postMessage,outcome=ok,service=slack"
    assert found[f"oms_bot_call_seconds_count{{{slack}}}"] == 1
    assert found[f"oms_bot_call_seconds_sum{{{slack}}}"] == 0.2
    assert found[f"oms_bot_call_seconds_bucket{{le=0.25,{slack}}}"] == 1
    assert found["oms_bot_call_seconds_count{operation=stop_task,outcome=OMS.0072,service=oms}"] == 1


def test_there_is_one_series_of_each_and_none_of_when_it_began() -> None:
    """They would double the counters, and say what `process_start_time_seconds` says."""
    metrics = Metrics()
    metrics.commands.labels("help").inc()
    metrics.observe("oms")("stop_task", "ok", 1)
    assert [name for name in samples(metrics) if "_created" in name] == []


def test_what_runs_and_what_it_takes_is_told() -> None:
    """The version that is installed, its Python, and the process as Prometheus' own libraries describe one."""
    found = samples(Metrics())
    assert found[f"oms_bot_build_info{{python={platform.python_version()},version={bot.__version__}}}"] == 1
    assert {name for name in found if name.startswith("process_")} >= {
        "process_cpu_seconds_total{}", "process_resident_memory_bytes{}", "process_open_fds{}",
        "process_start_time_seconds{}",
    }  # fmt: skip


def test_slacks_three_seconds_are_a_bound_of_the_acknowledgements() -> None:
    """So that what was too late can be counted."""
    metrics = Metrics()
    for seconds in (0.02, 2.9, 3.1):
        metrics.acknowledgements.labels("command").observe(seconds)
    found = samples(metrics)
    assert found["oms_bot_acknowledgement_seconds_bucket{kind=command,le=3.0}"] == 2
    assert found["oms_bot_acknowledgement_seconds_count{kind=command}"] == 3


async def test_the_clock_is_compared_with_the_newest_answer() -> None:
    """To a second or so; what says nothing of the time changes nothing."""
    dates = iter(["Tue, 24 Nov 2026 08:30:15 GMT", None, "yesterday", "Tue, 24 Nov 2026 08:32:15 -0000"])

    def answer(_: httpx.Request) -> httpx.Response:
        date = next(dates)
        return httpx.Response(200, headers={"Date": date} if date else {})

    skew = Skew(lambda: datetime(2026, 11, 24, 8, 31, 15, tzinfo=UTC).timestamp())
    assert math.isnan(skew.seconds)
    seen = []
    async with new_http_client(
        1, Outgoing(), on_answer=skew.note, transport=httpx.MockTransport(answer)
    ) as http:
        for _ in range(4):
            await http.get("https://oms.example")
            seen.append(skew.seconds)
    assert seen == [59.5, 59.5, 59.5, -60.5]


def test_two_apps_in_one_process_do_not_share_counters() -> None:
    """Tests and the demo start several."""
    one, other = Metrics(), Metrics()
    one.commands.labels("help").inc()
    assert "oms_bot_commands_total{verb=help}" not in samples(other)


def test_no_label_names_a_person_or_a_task() -> None:
    """Metrics are often readable by many, and each new value is a new series."""
    metrics = Metrics()
    named = {label for metric in vars(metrics).values() for label in getattr(metric, "_labelnames", ())}
    assert named == {
        "verb",
        "ending",
        "reason",
        "service",
        "operation",
        "outcome",
        "door",
        "why",
        "kind",
        "block",
        "proposer",  # as the settings call it
        "receiver",  # likewise
        "result",
    }
