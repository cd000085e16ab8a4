"""What a check has found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. `remedy` says what to do if it is not `ok`."""

    ok: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{'✓' if self.ok else '✗'} {self.what}" + (f": {self.remedy}" if self.remedy else "")
