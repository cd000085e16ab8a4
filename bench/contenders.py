"""Who is compared: our bot on either database, and what people would pick instead."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.clouds import Clouds
from bench.databases import Databases
from bench.deliveries import BOT_TOKEN, OTHERS, SIGNING_SECRET, USER, new_task, slash
from bench.processes import ROOT, Running
from tests.ports import free_port

APPS = Path(__file__).parent / "apps"
PROJECT = "2c0689c860ad4728a497c91ec0844383"

CONFIG = """
[timing]
confirm_within = 3600
verify_every = 0.05

[limits]
cards_per_minute = 1_000_000
[projects.prod-sg]
id = "{project}"
region = "ap-southeast-3"
oms_endpoint = "{cloud}"
iam_endpoint = "{cloud}"
"""

_PERSON = """
[users.{user}]
name = "alice"
credential = {{ type = "password", domain = "acme", username = "{user}", password = "env:ALICE_IAM_PASSWORD" }}
"""


@dataclass
class Contender:
    """A program that is measured. `databases` is None for those that keep nothing."""

    name: str
    command: list[str]
    directory: Path
    clouds: Clouds
    databases: Databases | None = None
    url: str = ""
    tree: Path = ROOT

    @property
    def is_ours(self) -> bool:
        """Whether it is the bot that all this is about."""
        return self.databases is not None

    async def start(self, *, fresh: bool = True, probe: bytes | None = None) -> Running:
        """Start it and wait until it answers *probe*, or else a slash command; *fresh* gives it an empty database."""
        if self.databases and (fresh or not self.url):
            self.url = self.databases.new()
        port = free_port()
        command = [part.replace("{port}", str(port)) for part in self.command]
        probe = probe or slash(new_task(), self.clouds.url)
        return await Running.start(command, self._env(), port, self.log, probe, cwd=self.tree)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.directory / f"{self.name.replace(' ', '-').replace('/', '-')}.log"

    def _env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": str(self.tree),
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{self.clouds.url}/api/",
            "DATABASE_URL": self.url,
            "OMS_BOT_CONFIG": str(self.directory / "oms-bot.toml"),
            "ALICE_IAM_PASSWORD": "bench-password",
            "LOG_LEVEL": "WARNING",
            "HUAWEI_AK": "AKBENCH0000000000000",
            "HUAWEI_SK": "bench-secret-key",
            "PROJECT_ID": PROJECT,
            "OMS_ENDPOINT": self.clouds.url,
            "NODE_PATH": str(self.directory / "node" / "node_modules"),
            "NODE_ENV": "production",
        }


def ours(directory: Path, clouds: Clouds, databases: Databases, tree: Path = ROOT) -> Contender:
    """Return our bot, as it is really started; from another *tree*, as it is there."""
    config = directory / "oms-bot.toml"
    people = "".join(_PERSON.format(user=user) for user in (USER, *OTHERS))
    config.write_text(CONFIG.format(project=PROJECT, cloud=clouds.url) + people)
    command = [sys.executable, "-m", "bot", "serve", "--port", "{port}"]
    name = "oms-bot" if tree == ROOT else f"oms-bot at {machine.commit(tree)}"
    return Contender(f"{name}, {databases.name}", command, directory, clouds, databases, tree=tree)


def others(directory: Path, clouds: Clouds, node: bool) -> list[Contender]:
    """Return the alternatives."""

    def app(name: str, *command: str) -> Contender:
        return Contender(name, list(command), directory, clouds)

    python = sys.executable
    gunicorn = ["-w", "1", "-k", "gthread", "--threads", "16", "--log-level", "warning"]
    found = [
        app("limit: Starlette + HMAC", python, str(APPS / "limit.py"), "{port}"),
        app("Bolt async, no-op", python, str(APPS / "bolt_async.py"), "{port}"),
        app("Bolt async, no-op, ack at once", python, str(APPS / "bolt_async.py"), "{port}", "--fast"),
        app(
            "tutorial bot",
            python,
            "-m",
            "gunicorn",
            *gunicorn,
            "-b",
            "127.0.0.1:{port}",
            "bench.apps.tutorial:app",
        ),
    ]
    if node:
        found.insert(1, app("Node Bolt, no-op", "node", str(APPS / "bolt_node.cjs"), "{port}"))
    return found


def trivial(directory: Path, clouds: Clouds) -> Contender:
    """Return the server that the generator is measured against."""
    return Contender(
        "trivial server", [sys.executable, str(APPS / "trivial_server.py"), "{port}"], directory, clouds
    )


def install_node_bolt(directory: Path) -> str | None:
    """Install Bolt for JavaScript; return its version, or None where there is no node, or no registry."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    target = directory / "node"
    target.mkdir()
    try:
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--silent", "@slack/bolt@4"],
            cwd=target,
            check=True,
            capture_output=True,
            timeout=90,
        )
    except (subprocess.SubprocessError, OSError):
        return None

    manifest = target / "node_modules" / "@slack" / "bolt" / "package.json"
    return str(json.loads(manifest.read_text())["version"])
