"""The audit as lines for other programs, and lines of it read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from bot.audit import Audit, Record, as_hashed
from bot.visible import visible


def export(audit_log: Audit, format_: str) -> Iterator[str]:
    """Yield the records as lines of ``jsonl`` or ``csv`` (with a header), without line ends."""
    if format_ == "csv":
        yield _csv_line(list(Record.__dataclass_fields__))
    for record in audit_log.records():
        if format_ == "csv":
            yield _csv_line([_inert_in_spreadsheet(visible(str(value))) for value in vars(record).values()])
        else:
            fields = vars(record) | {"details": json.loads(record.details)}
            yield visible(json.dumps(fields, ensure_ascii=False))


class NoExportError(Exception):
    """A file is no export that can be read back; the text says why."""


def read_back(path: Path) -> Iterator[Record]:
    """Yield the records of an export in ``jsonl``. A spreadsheet's is changed so that it does no harm there.

    Raises:
        NoExportError: it is none.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                fields = json.loads(line)
                yield Record(**fields | {"details": as_hashed(fields["details"])})
    except OSError as error:
        raise NoExportError(f"{path} can't be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError):
        raise NoExportError(
            f"{path} is no export that can be read back: one in the format jsonl is"
        ) from None


def _csv_line(values: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()


def _inert_in_spreadsheet(value: str) -> str:
    """Keep a spreadsheet from taking text for a formula."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
