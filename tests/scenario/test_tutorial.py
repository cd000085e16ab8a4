"""A newcomer follows the tutorial word for word, with the sandbox for Slack and Huawei Cloud, and pauses a task."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.huawei.oms_tasks import PAUSED
from tests.docs.documents import ROOT, read
from tests.ports import free_port
from tests.scenario.conftest import SECRETS, TASK, MakeWorld, World, buttons, said

TUTORIAL = read("docs/tutorial/first-pause.md")
INSTALL = "python3 -m venv .venv && . .venv/bin/activate && pip install ."
"""Left out: it would fetch and build what the tests run from. README.md says the same."""


def blocks(language: str) -> list[str]:
    """Return what is to be typed: in a shell (`sh`), or in Slack (`slack`)."""
    return [block.strip() for block in re.findall(rf"(?ms)^```{language}\n(.*?)^```", TUTORIAL)]


class Newcomer:
    """Somebody at a shell, in an empty folder, with the tutorial before them."""

    def __init__(self, world: World, folder: Path) -> None:
        oms_bot = folder / "bin" / "oms-bot"
        oms_bot.parent.mkdir()
        oms_bot.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n')
        oms_bot.chmod(0o755)
        port = free_port()
        self._folder = folder / "theirs"
        self._folder.mkdir()
        self._environment = {
            "PATH": f"{oms_bot.parent}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "SLACK_API_URL": world.slack.api_url,
            "PORT": str(port),
        }
        self._own = {
            "xoxb-…": world.slack.bot_token,
            "xapp-…": world.slack.app_token,
            "IAM_ACCESS_KEY=…": f"IAM_ACCESS_KEY={SECRETS['BOB_AK']}",
            "IAM_SECRET_KEY=…": f"IAM_SECRET_KEY={SECRETS['BOB_SK']}",
            "U0ALICE": world.alice.id,
        }
        (endpoint,) = re.findall(r'oms_endpoint = "(.+)"', world.config.read_text())
        # The one thing that the tutorial does not say: this Huawei Cloud is elsewhere than the region's.
        self._after_init = (
            f"sed -i 's|^# \\(...\\)_endpoint = [^ ]*|\\1_endpoint = \"{endpoint}\"|' oms-bot.toml"
        )

    def script(self, until: str) -> str:
        """Return what they type, up to that command."""
        typed = ["set -e"]
        for block in blocks("sh")[1:]:
            typed.append(block)
            if block.startswith("oms-bot init"):
                typed.append(self._after_init)
            if block == until:
                break
        script = "\n".join(typed)
        for example, own in self._own.items():
            script = script.replace(example, own)
        return script

    def in_the_same_environment(self, command: str) -> str:
        """Return a command after what they export before it."""
        return "\n".join([*re.findall(r"(?m)^export .*", self.script(blocks("sh")[-1])), command])

    async def run(self, script: str) -> str:
        """Return what it prints; it must succeed."""
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            script,
            cwd=self._folder,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        return printed.decode()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Have the bot run; Ctrl-C ends it in order."""
        with (self._folder / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                "bash",
                "-c",
                self.in_the_same_environment("exec oms-bot serve"),
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            await process.wait()
        assert process.returncode == 0, (self._folder / "log").read_text()

    def logged(self, event: str) -> bool:
        """Tell whether the log has said that."""
        return event in (self._folder / "log").read_text()


@pytest.mark.sqlite_only("the tutorial is about it too")
async def test_a_newcomer_who_follows_the_tutorial_ends_with_a_paused_task(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    """Each command in a shell and in Slack is typed as it stands there."""
    assert blocks("sh")[0] == INSTALL
    assert INSTALL in read("README.md")
    async with make_world(start=False) as world:
        newcomer = Newcomer(world, tmp_path)
        printed = await newcomer.run(newcomer.script("oms-bot check"))
        assert "socket_mode_enabled: true" in printed
        assert "✓ oms-bot.toml written" in printed
        assert "✗" not in printed

        async with newcomer.serving():
            await world.until(lambda: newcomer.logged("started") and newcomer.logged("socket_open"))
            invite, listing, pause = blocks("slack")
            assert invite == "/invite @oms-bot"  # whom the sandbox has in its channels from the start
            await world.type(world.alice, listing.removeprefix("/oms "))
            await world.whispered(world.alice, "media-872")

            card = await world.card(pause.removeprefix("/oms "))
            assert "traffic spike" in said(card)
            (button,) = re.findall(r"Press \*\*(.+?)\*\*", TUTORIAL)
            assert button in buttons(card)
            assert world.stops() == 0

            await world.confirm(card)
            await world.card_showing(card, "Paused media-872")
            assert world.cloud.tasks[int(TASK)].status == PAUSED
            assert world.stops() == 1

            record = await newcomer.run(newcomer.in_the_same_environment(blocks("sh")[-1]))
            assert '"ended"' in record
