"""What each code of OMS's catalogue comes to, whichever call it answers: `tests/vectors/oms_error_codes.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults.row import Row

_TEST: Final = "tests/faults/test_codes.py::test_every_code_of_the_catalogue_reads_well"
_FILE: Final = Path(__file__).parents[1] / "vectors" / "oms_error_codes.json"
CATALOGUE: Final[dict[str, str]] = {
    code: known["message"] for code, known in json.loads(_FILE.read_text())["codes"].items()
}
"""OMS's codes, with its words."""


@dataclass(frozen=True, kw_only=True)
class OfCodes(Row):
    """Codes that come to the same. `again`: "Try again" is offered."""

    codes: tuple[str, ...]
    again: bool = False


def _of(words: str, *numbers: str, again: bool = False, ending: str = "failed") -> OfCodes:
    codes = tuple(f"OMS.{number}" for number in numbers)
    return OfCodes(
        fault=", ".join(f"`{code}`" for code in codes),
        reads=f"thread, or asker alone: “{words}”, then what OMS says, in quotes, and the code",
        calls="1 at most",
        ending=ending,
        audit="called ended",
        codes=codes,
        again=again,
        test=_TEST,
    )


_KNOWN: Final = (
    _of("The task's status doesn't permit it.", "0063", "0065", "0066", "0070", "1036", "1038", "1039", "1040"),
    _of("There is no such task in prod-sg.", "0053", "0054", "1009"),
    _of("OMS doesn't accept the token of alice, not even a new one.", "0068", again=True),
    _of("OMS doesn't accept the credential of alice.", "1005"),
    _of("alice lacks `oms:task:get` in prod-sg.", "0072", again=True),
    _of("The Huawei Cloud account is restricted or frozen.", "0201", "0202", "0203", "0204"),
    _of("OMS has a fault of its own.", "1001", again=True, ending="unknown"),
)  # fmt: skip  # a row each
_OTHERS: Final = sorted(set(CATALOGUE) - {code for row in _KNOWN for code in row.codes})
OF_CODES: Final = (*_KNOWN, _of("OMS refused the request.", *(code.removeprefix("OMS.") for code in _OTHERS)))
