"""Metrics: what Prometheus reads."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics


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


def test_two_apps_in_one_process_do_not_share_counters() -> None:
    """Tests and the demo start several."""
    one, other = Metrics(), Metrics()
    one.commands.labels("help").inc()
    assert "oms_bot_commands_total{verb=help}" not in samples(other)


def test_no_label_names_a_person_or_a_task() -> None:
    """Metrics are often readable by many, and each new value is a new series."""
    metrics = Metrics()
    named = {label for metric in (metrics.commands, metrics.operations, metrics.refusals, metrics.calls) for label in
             metric._labelnames}  # fmt: skip
    assert named == {"verb", "ending", "reason", "service", "operation", "outcome"}
