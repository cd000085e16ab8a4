"""`deploy/prometheus/alerts.yml`: each rule can be read, and is about metrics, labels and values that the bot has."""

from __future__ import annotations

from typing import Any, get_args

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.counted import begin_at_zero
from bot.huawei.fault import FaultKind
from bot.metrics import Metrics
from bot.publishing.publisher import Result
from bot.slack.delivery import OPERATORS_ERRORS
from bot.verbs.registry import REGISTRY
from tests.docs.documents import read

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load(read("deploy/prometheus/alerts.yml"))["groups"]
    for rule in group["rules"]
]
OF_PROMETHEUS = {"job": {"oms-bot"}}
PASSING = {"unreachable", "proxy_refused", "ratelimited", "internal_error", "service_unavailable"}
CALLS = {
    "service": {"slack", "iam", "oms"},
    "outcome": {*FaultKind, *OPERATORS_ERRORS, *PASSING, "http_502", "http_503", "http_504"},
}
PUBLISHED = {"receiver": set[str](), "result": {*get_args(Result)}}


def known() -> dict[str, dict[str, set[str]]]:
    """Return the series that Prometheus reads, and the values of their labels."""
    metrics = Metrics()
    begin_at_zero(metrics, REGISTRY)
    metrics.observe("slack")("chat.postMessage", "ok", 1.0)
    found: dict[str, dict[str, set[str]]] = {"up": {}}
    for family in text_string_to_metric_families(metrics.render().decode()):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    found["oms_bot_call_seconds_count"] |= CALLS
    found["oms_bot_published_outcomes_total"] = PUBLISHED  # one for each receiver that is set up
    found["oms_bot_proposals_total"] = {"proposer": set(), "outcome": set()}
    return found


def series_of(expression: promql_parser.Expr) -> list[promql_parser.VectorSelector]:
    """Return what an expression looks at."""
    found: list[promql_parser.VectorSelector] = []

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.MatrixSelector):
            found.append(node.vector_selector)
        elif isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(expression, visit)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_is_about_what_the_bot_counts(rule: dict[str, Any]) -> None:
    """A metric, label or value that is misspelt, or gone, would keep the alert silent for good."""
    series = known()
    looked_at = series_of(promql_parser.parse(rule["expr"]))
    assert looked_at
    for selector in looked_at:
        assert selector.name in series, f"there is no metric {selector.name}"
        labels = series[selector.name] | OF_PROMETHEUS
        for matcher in selector.matchers.matchers:
            assert matcher.name in labels, f"{selector.name} has no label {matcher.name}"
            unknown = set(matcher.value.split("|")) - labels[matcher.name]
            assert not unknown, f"{matcher.name} of {selector.name} is never {', '.join(unknown)}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_it_means_and_what_to_do(rule: dict[str, Any]) -> None:
    """Whoever it wakes has not read the documents."""
    assert set(rule["annotations"]) == {"summary", "action"}
    assert rule["labels"]["severity"] in ("page", "ticket")
