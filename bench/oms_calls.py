"""How many calls a second each client of OMS makes from one core."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bench.clouds import Clouds
from bench.contenders import APPS
from bench.figures import Figures
from bench.processes import spawn

CLIENTS = {
    "ours": "our OmsClient, signed",
    "ours-token": "our OmsClient, token",
    "sdk-new": "official SDK, new client a call",
    "sdk-reused": "official SDK, client reused",
    "httpx": "plain httpx, token",
}
CONCURRENT = (4, 100)


async def measure(directory: Path, clouds: Clouds, figures: Figures, *, seconds: float) -> None:
    """Measure one round of all clients."""
    for client, name in CLIENTS.items():
        for concurrent in CONCURRENT:
            output = directory / f"oms-{client}-{concurrent}.log"
            output.write_text("")
            command = [
                sys.executable,
                str(APPS / "oms_caller.py"),
                client,
                str(concurrent),
                str(seconds),
                clouds.url,
            ]
            env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(APPS.parent.parent)}
            process = spawn(command, env, output)
            while process.poll() is None:  # noqa: ASYNC110  # the clouds answer meanwhile
                await asyncio.sleep(0.02)
            lines = output.read_text().split()
            if process.returncode or not lines:
                raise RuntimeError(output.read_text())
            figures.add(f"OMS calls/s at {concurrent}", name, float(lines[-1]))
