"""What commands print: JSON for scripts, columns for people. Nothing in it can move a terminal's cursor."""

from __future__ import annotations

import codecs
import dataclasses
import io
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

from bot.visible import visible

_PLAIN: Final = {
    "✓": "ok", "✗": "NO", "…": "...", "→": "->", "·": "-", "–": "-", "—": "-", "’": "'", "“": '"', "”": '"',
}  # fmt: skip


def prepare_streams() -> None:
    """Let a terminal without "✓" show something else; it must not end a command."""
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    """Write signs that an encoding lacks in others that it has."""
    if isinstance(error, UnicodeEncodeError) and error.object[error.start] in _PLAIN:
        return _PLAIN[error.object[error.start]], error.start + 1
    return codecs.backslashreplace_errors(error)


def print_json(value: object) -> None:
    """Print a value as one JSON document, in ASCII, so that no locale spoils it."""
    print(json.dumps(value, default=_as_json, indent=2))


def _as_json(value: Any) -> object:  # noqa: ANN401  # whatever json does not know
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns under their heads, which stand also where there is no row."""
    lines = [list(head), *([visible(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def counted(count: int, what: str) -> str:
    """Return "1 project", "2 projects"."""
    return f"{count} {what}" + ("" if count == 1 else "s")
