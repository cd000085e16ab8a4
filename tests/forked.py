"""The command line until it ends by itself, in a process that is forked from one that has imported the bot already.

What a start itself is like is tested with interpreters of their own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.sandbox.stage.forked import Forked

SECONDS: Final = 60


def run(*arguments: str, environment: Mapping[str, str] = os.environ) -> subprocess.CompletedProcess[str]:
    """Run ``oms-bot`` with these *arguments* until it ends by itself; it has nothing to read."""
    with tempfile.TemporaryDirectory(prefix="oms-bot-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        child = Forked(*arguments, environment=environment, folder=Path.cwd(), out=out, err=err, daemon=False)
        child.join(SECONDS)
        if child.returncode is None:
            child.send_signal(signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, SECONDS)
        return subprocess.CompletedProcess(arguments, child.returncode, out.read_text(), err.read_text())
