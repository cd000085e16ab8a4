"""The documents of this repository, and how the tests read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)


def read(name: str) -> str:
    """Return a document's text."""
    path = ROOT / name
    assert path.is_file(), f"{name} is missing; write it"
    return path.read_text(encoding="utf-8")


def rows(name: str, header: str) -> Iterator[list[str]]:
    """Yield the rows of the tables in a document whose first column is *header*, in lower case, as lists of cells."""
    inside = False
    for line in read(name).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if not line.lstrip().startswith("|"):
            inside = False
        elif cells[0].lower() == header:
            inside = True
        elif inside and not set(cells[0]) <= {"-", ":", " "}:
            yield cells


def headings(name: str) -> list[str]:
    """Return a document's headings, without the signs before them."""
    return re.findall(r"(?m)^#+ (.+)$", read(name))
