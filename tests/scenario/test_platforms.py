"""The bot where others run it: as a platform does, with what the platform has and nothing else."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import httpx
import pytest

from tests.deploy import dockerfiles
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
OF_PYTHON = {"bot", "_typeshed", *sys.stdlib_module_names}  # the second is there for type checkers alone
NOBODY = """
import pwd
def unknown(uid): raise KeyError(f"getpwuid(): uid not found: {uid}")
pwd.getpwuid = unknown
"""
CONFIG = """
[projects.prod-sg]
id = "2c0689c860ad4728a497c91ec0844383"
region = "ap-southeast-3"
"""


@pytest.fixture
def slug(tmp_path: Path) -> Path:
    """The files that are under version control, and an interpreter that has the requirements but not this package."""
    app = tmp_path / "app"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "bot", "Procfile"],  # noqa: S607  # wherever this machine has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, tracked.stdout.split("\0")):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, app / name)
    (app / "oms-bot.toml").write_text(CONFIG)
    venv.create(tmp_path / "python", symlinks=True)
    # A line of a .pth file adds a folder, but not the .pth files in it: the editable install stays out.
    (site_of(tmp_path) / "requirements.pth").write_text(sysconfig.get_path("purelib"))
    return app


def site_of(folder: Path) -> Path:
    """Return where that interpreter looks for packages."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(folder / "python")}))


@contextlib.contextmanager
def dyno(app: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The Procfile's line in a shell of its own, as a platform runs it."""
    [line] = re.findall(r"(?m)^web: (.+)$", (app / "Procfile").read_text())
    with _running(app, ["/bin/sh", "-c", line], environment) as run:
        yield run


@contextlib.contextmanager
def _running(app: Path, command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    run = subprocess.Popen(
        command,
        cwd=app,
        env={"PATH": f"{app.parent}/python/bin:/usr/bin:/bin", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield run
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait(10)
        assert run.stdout
        run.stdout.close()


@pytest.mark.parametrize("person", ["somebody", "nobody"])
def test_the_procfile_runs_after_the_requirements_alone(slug: Path, person: str) -> None:
    """No console script, the port from the platform, a user whom the system may not know and who has no home."""
    port = free_port()
    config = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99baac3785a5",
        "SLACK_API_URL": "http://127.0.0.1:9/api",
        "PORT": str(port),
        "DYNO": "web.1",
    }
    if person == "somebody":
        config["HOME"] = str(slug)
    else:
        (site_of(slug.parent) / "sitecustomize.py").write_text(NOBODY)
    with dyno(slug, config) as run:
        assert _answers(run, f"http://127.0.0.1:{port}/healthz") == "ok"
        os.killpg(run.pid, signal.SIGTERM)
        said, _ = run.communicate(timeout=30)
    assert "Traceback" not in said
    assert f"0.0.0.0:{port}" in said


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"),
    reason="root can write anywhere, and nothing takes that away",
)
def test_the_image_s_command_runs_with_its_settings_on_a_read_only_root(slug: Path, tmp_path: Path) -> None:
    """What the Dockerfile copies, sets and starts, without root's rights; only the volume can be written to."""
    volume, mounted = tmp_path / "data", tmp_path / "mounted"
    volume.mkdir(mode=0o700)
    mounted.mkdir()
    (slug / "oms-bot.toml").rename(mounted / "oms-bot.toml")
    for name, content in {
        "bot_token": "xoxb-1",
        "signing_secret": "8f742231b10e8888abcd99baac3785a5",
    }.items():
        (mounted / name).write_text(content + "\n")
    places = {"/data": str(volume), "/etc/oms-bot": str(mounted)}
    image = dockerfiles.environment() | {
        "SLACK_BOT_TOKEN": f"file:{mounted}/bot_token",
        "SLACK_SIGNING_SECRET": f"file:{mounted}/signing_secret",
    }
    for inside, here in places.items():
        image = {name: value.replace(inside, here) for name, value in image.items()}
    port = free_port()
    image |= {"PATH": f"{tmp_path}/python/bin:/usr/bin:/bin", "PORT": str(port)}
    image |= {"SLACK_API_URL": "http://127.0.0.1:9/api", "TMPDIR": str(slug)}
    for folder, _, _ in os.walk(slug):
        Path(folder).chmod(0o555)
    before = sorted(slug.rglob("*"))
    powerless = (
        ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    )
    command = [*powerless, *dockerfiles.command("ENTRYPOINT"), *dockerfiles.command("CMD")]
    with _running(slug, command, image) as run:
        assert _answers(run, f"http://127.0.0.1:{port}/healthz") == "ok"
        os.killpg(run.pid, signal.SIGTERM)
        said, _ = run.communicate(timeout=30)
    assert run.returncode == 0
    assert "Traceback" not in said
    assert sorted(slug.rglob("*")) == before
    assert [path.name for path in volume.glob("*.sqlite3")] == ["oms-bot.sqlite3"]


def _answers(run: subprocess.Popen[str], url: str, seconds: float = 60) -> str:
    """Return what *url* answers as soon as it does, while the process lives."""
    until = time.monotonic() + seconds
    while run.poll() is None and time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(url, timeout=10, trust_env=False).text
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    return run.communicate()[0]


def test_the_requirements_name_all_that_the_bot_imports() -> None:
    """Else it would start here, where more is installed, and not there."""
    pinned = set(re.findall(r"(?m)^([a-z0-9.-]+)==", (ROOT / "requirements.txt").read_text()))
    owners = packages_distributions()
    missing = set()
    for path in (ROOT / "bot").rglob("*.py"):
        if "sandbox" in path.parts or path.stem in (
            "hashicorp",
            "hashicorp_kv",
            "network_requests",
            "otlp",
        ):  # extras
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import():
                    names = [alias.name for alias in node.names]
                case ast.ImportFrom():
                    names = [node.module or ""]
                case _:
                    continue
            for name in {name.partition(".")[0] for name in names} - OF_PYTHON:
                if not pinned & {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners[name]}:
                    missing.add(name)
    assert not missing
