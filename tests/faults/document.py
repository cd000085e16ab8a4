"""Write the matrix down: ``python -m tests.faults.document`` makes docs/reference/faults.md anew."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.faults.row import DEEDS, AtTheCall, Row
from tests.faults.table import SECTIONS, Section

PATH: Final = Path(__file__).parents[2] / "docs" / "reference" / "faults.md"
_HEAD: Final = """\
# What happens when something breaks

Each line is a test. Written by `make faults` from the table in `tests/faults`, which most of the tests are driven by.

- **what people read**: what stands in “…” is found word by word, wherever it is said to be; "asker alone" is a message that nobody else sees.
- **calls**: requests that would change something at OMS. There is never one more than is said here.
- **ending**: as the [audit and the metrics](metrics.md) call it; a dash where no operation was begun.
- **audit**: [the events](audit-events.md) that have it.

Where the database matters, small print names those that the test is played on.
"""
_COLUMNS: Final = ("what breaks", "what people read", "calls", "ending", "audit", "test")


def render() -> str:
    """Return the document."""
    return "\n".join([_HEAD, *(line for section in SECTIONS for line in _section(section))])


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}\n"
    if section.about:
        yield f"{section.about}\n"
    yield _line(_COLUMNS)
    yield "|---" * len(_COLUMNS) + "|"
    for row in section.rows:
        fault, *others = _cells(row)
        yield _line((fault + (_databases(row.test) if section.by_database else ""), *others))
    yield ""


def _cells(row: Row) -> tuple[str, ...]:
    reads, endings, fault = row.reads, row.ending.split(), row.fault
    if isinstance(row, AtTheCall):
        first = DEEDS[row.of[0]].fills
        reads = reads.format(**first)
        deeds = [DEEDS[deed] for deed in row.of if deed in DEEDS]
        endings = list(dict.fromkeys(row.ending.format(**deed.fills) for deed in deeds))
        fault = f"{fault} <small>{', '.join(row.of)}</small>"
    return fault, reads, row.calls, _code(endings), _code(row.audit.split()), f"`{row.test}`"


def _databases(test: str) -> str:
    """Return on which databases a scenario is played, as `tests/scenario/conftest.py` has it; nothing of other tests."""
    file, _, name = test.partition("::")
    module = ast.parse((PATH.parents[2] / file).read_text(encoding="utf-8"))
    functions = (node for node in module.body if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef))
    [found] = [function for function in functions if function.name == name]
    marks = [node for node in module.body if isinstance(node, ast.Assign)] + found.decorator_list
    fixtures = {argument.arg for argument in found.args.args}
    if not file.startswith("tests/scenario/") or not fixtures & {"world", "make_world"}:
        return ""
    if any("sqlite_only" in ast.unparse(mark) for mark in marks):
        return " <small>SQLite</small>"
    if "postgres" in fixtures:
        return " <small>PostgreSQL</small>"
    return " <small>SQLite, PostgreSQL</small>"


def _code(names: list[str]) -> str:
    return " ".join(f"`{name}`" for name in names) or "—"


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    PATH.write_text(render(), encoding="utf-8")
