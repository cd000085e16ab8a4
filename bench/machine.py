"""What the figures were measured on, and with."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "dbos", "slack-bolt", "starlette", "uvicorn", "uvloop", "httptools", "aiohttp", "httpx", "sqlalchemy",
    "psycopg", "huaweicloudsdkoms", "gunicorn",
)  # fmt: skip


def facts(directory: Path) -> dict[str, str]:
    """Return the machine, its disk's fsync and the versions of what is measured."""
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "CPU": f"{_cpu()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "load before": f"{_loads()} (above 0.3 means that others use the machine: figures are too slow)",
        "fsync of 4 KiB": f"{_fsync_ms(directory):.2f} ms (median)",
        "commit": commit(Path(__file__).parent),
        "versions": ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
    }


def _loads() -> str:
    return " ".join(f"{load:.2f}" for load in os.getloadavg())


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _fsync_ms(directory: Path) -> float:
    times = []
    with (directory / "fsync").open("wb", buffering=0) as file:
        for _ in range(101):
            file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return 1000 * sorted(times)[50]


def commit(tree: Path) -> str:
    """Return what git calls the commit that *tree* stands at."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            capture_output=True,
            text=True,
            check=True,
            cwd=tree,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return found.stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"
