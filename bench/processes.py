"""Processes under measurement: started on the server's core, watched through /proc, killed without mercy."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.load import Line, is_good

SERVER_CORE, GENERATOR_CORE = 0, 1
_TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).parent.parent


class DidNotStart(Exception):  # noqa: N818  # reads as what happened
    """A contender ended, or said nothing, before its first good answer."""


def pin_generator() -> None:
    """Keep this process off the server's core."""
    os.sched_setaffinity(0, {GENERATOR_CORE})


def spawn(
    command: Sequence[str], env: Mapping[str, str], log: Path, *, cwd: Path = ROOT
) -> subprocess.Popen[bytes]:
    """Start *command* on the server's core; what it prints goes to *log*."""
    os.sched_setaffinity(0, {SERVER_CORE})  # a child inherits it; cheaper than a preexec_fn
    try:
        with log.open("ab") as output:
            return subprocess.Popen(
                command, env=dict(env), stdout=output, stderr=output, cwd=cwd, start_new_session=True
            )
    finally:
        pin_generator()


_alive: set[Running] = set()


def kill_all() -> None:
    """Kill what is still running, so that a benchmark that failed leaves nothing behind."""
    for running in list(_alive):
        running.kill()


class Running:
    """A contender that answers. `first_answer` is how many seconds passed from its start to its first 200."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, first_answer: float) -> None:
        self._process = process
        self.port = port
        self.first_answer = first_answer
        _alive.add(self)

    @classmethod
    async def start(
        cls, command: Sequence[str], env: Mapping[str, str], port: int, log: Path, probe: bytes, *, cwd: Path
    ) -> Running:
        """Start *command* in *cwd* and send it *probe* until it answers 200.

        Raises:
            DidNotStart: it ended, or took longer than a minute.
        """
        began = time.perf_counter()
        process = spawn(command, env, log, cwd=cwd)
        running = cls(process, port, 0.0)
        while time.perf_counter() - began < 60:
            if process.poll() is not None:
                break
            with contextlib.suppress(OSError, TimeoutError):
                line = await Line.open(port)
                answer = await line.ask(probe)
                line.close()
                if is_good(answer):
                    running.first_answer = time.perf_counter() - began
                    return running
            await asyncio.sleep(0.005)
        running.kill()
        raise DidNotStart(_end_of(log))

    def rss_mib(self) -> float:
        """Return the resident memory of the process and its children."""
        return sum(_rss_mib(pid) for pid in self._family())

    def cpu_seconds(self) -> float:
        """Return the CPU time that the process and its children have used."""
        return sum(_cpu_seconds(pid) for pid in self._family())

    def kill(self) -> None:
        """Kill -9, as an out-of-memory killer would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        _alive.discard(self)

    def _family(self) -> list[int]:
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *(int(child) for child in children)]


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _rss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
