"""The fault matrix is whole: each row has its test, its ending, its record, and words that somebody really reads."""

from __future__ import annotations

import ast
import functools
import re

import pytest

from bot.audit import Event
from bot.conversation.names import ending_names
from bot.slack.telling import NOT_POSTED
from bot.text.en.faults import FAULTS
from bot.text.sentences import Cause
from bot.verbs.registry import REGISTRY
from tests.docs.documents import ROOT, read
from tests.faults.document import PATH, render
from tests.faults.row import DEEDS, EVERY, AtTheCall, Row
from tests.faults.table import SECTIONS

ROWS = [row for section in SECTIONS for row in section.rows]
NAMED = [row for row in ROWS if type(row) is Row]


@functools.cache
def _parsed(file: str) -> ast.Module:
    return ast.parse(read(file))


def _endings(row: Row) -> set[str]:
    if not isinstance(row, AtTheCall):
        return set(row.ending.split())
    return {row.ending.format(**deed.fills) for name, deed in DEEDS.items() if name in row.of}


def test_the_document_is_as_the_table_has_it() -> None:
    """It is not written by hand."""
    assert read(str(PATH.relative_to(ROOT))) == render(), (
        "docs/reference/faults.md is out of date; run: make faults"
    )


@pytest.mark.parametrize("file", sorted({row.test.partition("::")[0] for row in ROWS}))
def test_every_row_names_a_test_that_exists(file: str) -> None:
    """By its file and name, as pytest takes them."""
    there = {
        node.name
        for node in ast.walk(_parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    named = {row.test for row in ROWS if row.test.startswith(f"{file}::")}
    assert {one for one in named if one.partition("::")[2] not in there} == set()


@pytest.mark.parametrize("file", sorted({row.test.partition("::")[0] for row in NAMED}))
def test_the_words_of_a_row_stand_in_its_test(file: str) -> None:
    """Those of rows that are driven by the table are looked for where people read, by the tests that are driven."""
    written = [
        node.value
        for node in ast.walk(_parsed(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    rows = [row for row in NAMED if row.test.startswith(f"{file}::")]
    unsaid = [words for row in rows for words in row.words if not any(words in text for text in written)]
    assert unsaid == []


def test_every_ending_is_one_of_the_codes() -> None:
    """In the audit and in the metrics."""
    known = {name for verb in REGISTRY.verbs.values() for name in ending_names(verb)} | {NOT_POSTED}
    assert {ending for row in ROWS for ending in _endings(row)} - known == set()


def test_every_event_is_one_of_the_audits() -> None:
    """As docs/reference/audit-events.md has them."""
    assert {event for row in ROWS for event in row.audit.split()} - set(Event) == set()


def test_every_ending_of_one_pause_has_a_fault() -> None:
    """What no fault ends in is what nothing broke, or what somebody wanted."""
    reached = {ending for row in ROWS for ending in _endings(row)}
    of_one = {
        "paused",
        "still_pausing",
        "ended_instead",
        "failed",
        "unknown",
        "refused",
        "expired",
        "already_paused",
    }
    assert of_one <= reached


def test_every_cause_that_the_bot_tells_is_in_a_row() -> None:
    """Of what Huawei Cloud, Slack or the way to them refused: by the longest part of its sentence."""
    read_somewhere = [words for row in ROWS for words in row.words]
    unmet = []
    for name, cause in vars(FAULTS).items():
        if isinstance(cause, Cause):
            parts = re.split(r"\{\w+\}", cause.what.partition(". ")[0])
            part = max(parts, key=len).strip(" .,:")
            if not any(part in words or words.strip(" .,") in part for words in read_somewhere):
                unmet.append(name)
    assert unmet == []


def test_no_cell_is_empty_and_none_says_that_nothing_is_known() -> None:
    """Somebody reads each of them when it breaks."""
    for row in ROWS:
        assert all((row.fault, row.reads, row.calls, row.test))
        assert "unknown error" not in row.reads.lower()


def test_every_deed_meets_what_differs() -> None:
    """Refused, failed, cut before and after, a token that dies: each verb, a group, a sync task, and many of them."""
    met = {
        deed: {row.name for row in ROWS if isinstance(row, AtTheCall) and deed in row.of} for deed in EVERY
    }
    assert all(
        {"400", "0072", "429", "502", "cut-before", "cut-after", "token-dies"} <= names
        for names in met.values()
    )
