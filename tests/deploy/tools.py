"""What reads deploy/ as those do who run it: programs of the system, and those of the environment `.venv/deploy`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

_BIN: Final = Path(sys.prefix) / "deploy/bin"  # made by `make test`
_READY: Final = _BIN.parent / "ready"


def program(name: str) -> str:
    """Return where a program is; a test that needs one that is missing is skipped."""
    found = shutil.which(name, path=f"{_BIN}:/usr/sbin") or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def said_by(
    *command: str, folder: Path | None = None, environment: dict[str, str] | None = None
) -> tuple[int, str]:
    """Run a program; return its exit code and all that it printed."""
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def run(script: str, *arguments: str, given: object = None) -> Any:
    """Return what a script beside this one prints as JSON; it runs in `.venv/deploy`, and *given* is its input."""
    if not _READY.exists():
        pytest.skip("the environment of these tools can't be made here (`make .venv/deploy/ready` says why)")
    ran = subprocess.run(
        [_BIN / "python", "-I", Path(__file__).with_name(script), *arguments],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
