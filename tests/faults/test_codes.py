"""Each code of OMS's catalogue, and each cause: told as what it is, never as something unknown."""

from __future__ import annotations

import httpx
import pytest

from bot.conversation.outcomes import Failed, is_retryable
from bot.huawei.errors import from_response
from bot.huawei.fault import fault_of
from bot.text.languages import Language
from bot.text.say_endings import About, ending
from tests.faults.of_causes import OF_CAUSES, OfCause
from tests.faults.of_codes import CATALOGUE, OF_CODES, OfCodes

CASES = [(row, code) for row in OF_CODES for code in row.codes]


@pytest.mark.parametrize(("row", "code"), CASES, ids=[code for _, code in CASES])
def test_every_code_of_the_catalogue_reads_well(row: OfCodes, code: str) -> None:
    """In the row's words, with OMS's own, and the code itself; and in each other language too."""
    body = {"error_code": code, "error_msg": CATALOGUE[code]}
    outcome = Failed(fault=fault_of(from_response(httpx.Response(400, json=body))))
    about = About("pause", "prod-sg", "alice", "media-872")
    told = ending(Language.EN, outcome, about)
    assert row.words[0] in told.text
    assert told.codes.startswith(code)
    assert is_retryable(outcome) is row.again
    assert all(ending(language, outcome, about).text for language in Language)


def test_every_code_of_the_catalogue_is_in_one_row() -> None:
    """None is missing, and none in two."""
    assert sorted(code for _, code in CASES) == sorted(CATALOGUE)


@pytest.mark.parametrize("row", OF_CAUSES, ids=[row.cause.kind for row in OF_CAUSES])
def test_every_cause_reads_well_and_says_what_to_do(row: OfCause) -> None:
    """In the row's words; and in each other language too."""
    about = About("pause", "prod-sg", "alice", "media-872")
    told = ending(Language.EN, Failed(fault=row.cause), about)
    assert [words for words in row.words if words not in told.text] == []
    assert all(ending(language, Failed(fault=row.cause), about).next for language in Language)
