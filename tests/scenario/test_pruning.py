"""`oms-bot audit prune --exported`: nothing goes that is not in the export, and the two join afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.ends import Exit
from tests.scenario.test_command_line import FINE, folder, recorded, run

__all__ = ["folder", "recorded"]  # fixtures


@pytest.mark.usefixtures("recorded")
def test_only_what_was_exported_goes_and_the_export_joins_the_rest(tmp_path: Path) -> None:
    """Refused with a copy that lacks a record; then done, and proved with the copy that has all."""
    export = tmp_path / "audit.jsonl"
    everything = run("audit", "export", **FINE).stdout
    prune = ("audit", "prune", "--before", "2022-01-01", "--yes", "--exported", str(export))
    export.write_text(everything.splitlines()[0])
    refused = run(*prune, **FINE)
    assert (refused.returncode, refused.stdout) == (Exit.WRONG, "")
    assert "record 2 is not in what was exported; export again, then prune" in refused.stderr
    export.write_text(everything)
    assert run(*prune, **FINE).returncode == Exit.DONE
    verified = run("audit", "verify", str(export), **FINE)
    assert verified.stdout.startswith("✓ 5 records, unbroken, with 1 export. Head: ")
    export.write_text(everything.replace("U0BOB", "U0EVE"))
    found = json.loads(run("audit", "verify", str(export), "--json", **FINE).stdout)
    assert found["faults"] == ["record 1 was edited: its content does not match its hash"]
    export.write_text("no export")
    assert run("audit", "verify", str(export), **FINE).returncode == Exit.REFUSED
