"""Prometheus' rules by its own tool, and the dashboard. What the rules are about: `tests/docs/test_alerts.py`."""

from __future__ import annotations

import json
from typing import Any

import promql_parser
import pytest
import yaml

from tests.deploy import tools
from tests.docs.documents import ROOT, read, rows
from tests.docs.test_alerts import RULES, known, series_of

ALERTS = {rule["alert"] for rule in RULES}
PANELS: list[dict[str, Any]] = json.loads(read("deploy/grafana/oms-bot.json"))["panels"]


@pytest.mark.parametrize(
    "arguments", ["check config prometheus.yml", "check rules alerts.yml", "test rules alerts.test.yml"]
)
def test_promtool_is_content(arguments: str) -> None:
    """The alerts' own tests are played: each is heard when it should be, and a bot that is well is quiet."""
    promtool = tools.program("promtool")
    code, said = tools.said_by(promtool, *arguments.split(), folder=ROOT / "deploy/prometheus")
    assert code == 0, said


def test_every_alert_is_heard_in_a_test_and_quiet_in_another() -> None:
    """A rule that never fires looks like a bot that is well."""
    tests = yaml.safe_load(read("deploy/prometheus/alerts.test.yml"))["tests"]
    looks = [look for test in tests for look in test["alert_rule_test"]]
    assert {look["alertname"] for look in looks if look.get("exp_alerts")} == ALERTS
    assert {look["alertname"] for look in looks if not look.get("exp_alerts")} == ALERTS


def test_every_alert_has_its_row_in_the_runbook() -> None:
    """In docs/operations/runbook.md, a table headed "alert", with the cause and what to do."""
    found = {cells[0].strip("`"): cells[1:] for cells in rows("docs/operations/runbook.md", "alert")}
    assert found.keys() == ALERTS
    assert all(len(cells) == 3 and all(cells) for cells in found.values())


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_shows_what_the_bot_counts(panel: dict[str, Any]) -> None:
    """Each metric and each label is one of the bot's; Grafana's variables stand for themselves."""
    series = known()
    for target in panel["targets"]:
        expression = target["expr"].replace("$__rate_interval", "5m")
        selectors = list(series_of(promql_parser.parse(expression)))
        assert selectors
        for selector in selectors:
            assert selector.name in series, f"there is no metric {selector.name}"
            labels = series[selector.name].keys() | {"job"}
            assert {matcher.name for matcher in selector.matchers.matchers} <= labels


def test_the_dashboard_s_panels_do_not_cover_each_other() -> None:
    """And are as wide as the page at most."""
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        at = panel["gridPos"]
        place = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not place & taken, panel["title"]
        taken |= place
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
