"""The commands that look into what is recorded: ``operations …`` and ``audit …``."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import AsJson, group

operations = group("operations", "Look at what was asked for and has not ended.")
audit = group("audit", "Look into the record of who asked, saw, decided, and what was called.")


class AuditFormat(StrEnum):
    """How the audit is printed."""

    JSONL = "jsonl"
    CSV = "csv"


@operations.command("list")
def operations_list(*, as_json: AsJson = False) -> None:
    """List the open operations: who asked for what, and until when an answer counts."""
    from bot.cli.record_desk import list_open, record_desk

    with record_desk() as desk:
        list_open(desk, as_json=as_json)


@audit.command()
def show(
    operation: Annotated[
        str, typer.Argument(help="An operation's id, or the beginning of it that a card shows.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one operation from the command to its ending, record by record."""
    from bot.cli.record_desk import record_desk, show_one

    with record_desk() as desk:
        show_one(desk, operation, as_json=as_json)


@audit.command()
def export(
    format_: Annotated[AuditFormat, typer.Option("--format", help="jsonl or csv.")] = AuditFormat.JSONL,
) -> None:
    """Print all audit records, oldest first."""
    from bot.audit_export import export as lines
    from bot.cli.record_desk import record_desk

    with record_desk() as desk:
        for line in lines(desk.audit, format_.value):
            print(line)


@audit.command()
def verify(
    exports: Annotated[
        list[Path] | None,
        typer.Argument(help="Exports (jsonl) that the chain is to join.", show_default=False),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check the audit's hash chain; exit 1 if a record was edited, removed or reordered."""
    from bot.cli.record_desk import record_desk, verify_all

    with record_desk() as desk:
        verify_all(desk, exports or [], as_json=as_json)


@audit.command()
def prune(
    before: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Remove what is older than this day (UTC).")
    ],
    *,
    exported: Annotated[
        list[Path] | None,
        typer.Option(help="An export (jsonl): remove nothing that is not in it.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
) -> None:
    """Remove the oldest records, but none of an open operation; asks first. That it was done is recorded."""
    from bot.cli.record_desk import prune_oldest, record_desk

    with record_desk() as desk:
        prune_oldest(desk, before, exported or [], yes=yes)
