"""Tables, charts and plans on the demo's page: what they say can be read, and what can be pressed can be found."""

from __future__ import annotations

import pytest

from bot.sandbox.page.blockkit import render
from bot.sandbox.page.mrkdwn import Reader
from tests.unit.sandbox.newer_block_examples import (
    ALERT,
    CHART,
    CONTAINER,
    NUMBER,
    PLAN,
    SECTION,
    TABLE,
    Block,
    button,
    chart,
    raw,
    rich,
    table,
)

READER = Reader(users={"U0ALICE": "alice"})
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def shown(block: Block) -> str:
    """One block, rendered."""
    return str(render([block | {"block_id": "b1"}], READER))


def test_a_table_has_a_caption_headers_and_a_button_in_its_row() -> None:
    """The button says what a click has to tell, as in an actions block."""
    html = shown(TABLE)
    assert "<caption>Tasks</caption>" in html
    assert html.count('<th scope="col" aria-sort="none">') == 4
    assert '<th scope="row">media-42</th>' in html
    assert '<td class="bk-number" data-value="420.5">420 MB/s</td>' in html
    assert 'data-do="click" data-block="b1" data-action="oms_run"' in html
    assert "bk-pages" not in html


def test_a_long_table_shows_its_first_page() -> None:
    """The rest is one turn of a page away."""
    html = shown(table(*[[raw(str(number))] for number in range(12)], page_size=5))
    assert html.count("<tr hidden>") == 7
    assert "12 rows · page <b>1</b> of 3" in html


@pytest.mark.parametrize("kind", ["line", "area", "bar"])
def test_a_chart_says_what_it_shows(kind: str) -> None:
    """As a picture for the eye, and in words."""
    html = shown(chart(420, 0, type=kind))
    assert '<svg viewBox="0 0 440 170" role="img" aria-label="Speed: MB/s: 0:00 420, 0:01 0"' in html
    assert {"line": "<polyline", "area": "<polygon", "bar": "<rect"}[kind] in html
    assert "<figcaption>Speed</figcaption>" in html


def test_a_pie_has_a_part_for_each_segment() -> None:
    """With the colours named."""
    segments = [{"label": "moved", "value": 3}, {"label": "left", "value": 1}]
    html = shown(
        {"type": "data_visualization", "title": "Bytes", "chart": {"type": "pie", "segments": segments}}
    )
    assert html.count("<circle") == 2
    assert 'stroke-dasharray="75.0 100"' in html
    assert "moved" in html


def test_a_plan_lists_its_tasks_with_their_states() -> None:
    """As a sign, which is named, and with what came of each."""
    html = shown(PLAN)
    assert "<b>1 of 2 paused</b>" in html
    assert (
        html.index('aria-label="in progress"') < html.index("media-42") < html.index('aria-label="pending"')
    )
    assert '<div class="bk-text">x</div>' in html


def test_a_container_is_open_or_closed_as_it_was_sent() -> None:
    """And shows the blocks inside."""
    assert '<details class="bk-container" open><summary><b>Details</b>' in shown(CONTAINER)
    closed = shown(CONTAINER | {"default_collapsed": True, "child_blocks": [SECTION]})
    assert '<details class="bk-container"><summary>' in closed
    assert "bk-section" in closed
    assert '<section class="bk-container">' in shown(CONTAINER | {"is_collapsible": False})


def test_an_alert_has_a_level() -> None:
    """In modals."""
    assert 'class="bk-alert bk-alert-warning"' in shown(ALERT)


@pytest.mark.parametrize(
    "block",
    [
        table([raw(EVIL), rich(EVIL), NUMBER | {"text": EVIL}, button(value=EVIL)], caption=EVIL),
        CHART | {"title": EVIL},
        chart(1, series=[{"name": EVIL, "data": [{"label": "0:00", "value": 1}]}]),
        PLAN | {"title": EVIL, "tasks": [{"task_id": EVIL, "title": EVIL, "output": rich(EVIL)}]},
    ],
)
def test_names_from_outside_stay_text(block: Block) -> None:
    """Tables, charts and plans are full of them."""
    html = shown(block)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "block",
    [TABLE | {"rows": []}, CHART | {"chart": {}}, PLAN | {"tasks": [{}]}, CONTAINER | {"title": None}],
)
def test_what_is_malformed_says_so(block: Block) -> None:
    """It is not dropped."""
    assert "bk-unknown" in shown(block)
