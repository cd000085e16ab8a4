"""The audit as lines for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from bot.audit import Audit, Record
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


def _csv_line(values: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()


def _inert_in_spreadsheet(value: str) -> str:
    """Keep a spreadsheet from taking text for a formula."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
