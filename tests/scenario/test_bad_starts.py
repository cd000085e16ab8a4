"""What `serve` refuses, `check` says beforehand, in the same words; and it leaves everything as it was."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import databases, forked

ROOT = Path(__file__).parents[2]
PROJECT = """
[projects.prod-sg]
id = "2c0689c860ad4728a497c91ec0844383"
region = "ap-southeast-3"
oms_endpoint = "http://127.0.0.1:9"
iam_endpoint = "http://127.0.0.1:9"
"""
VAULT = '[hashicorp_vault]\naddress = "http://127.0.0.1:9"\ntoken = "canary"\n'
FINE = {
    "SLACK_BOT_TOKEN": "xoxb-canary",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99baac3785a5",
    "SLACK_API_URL": "http://127.0.0.1:9/api",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with settings that are fine, and things in it that are not."""
    (tmp_path / "oms-bot.toml").write_text(PROJECT)
    (tmp_path / "two.toml").write_text(PROJECT + 'approvals = 2\napprovers = ["U0BOB"]\n')
    (tmp_path / "vault.toml").write_text(PROJECT + VAULT)
    (tmp_path / "utf16.toml").write_bytes(PROJECT.encode("utf-16"))
    (tmp_path / "text.sqlite3").write_text("canary " * 1000)
    engine = databases.engine(f"sqlite:///{tmp_path}/newer.sqlite3")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE schema_revision SET version_num = '9999'")
    engine.dispose()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command until it ends by itself."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return forked.run(*arguments, environment=kept | {"PORT": "0"} | FINE | environment)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SLACK_SIGNING_SECRET": "8f74 2231"}, "SLACK_SIGNING_SECRET has white space"),
        ({"OMS_BOT_SECRET_KEYS": "canary"}, "OMS_BOT_SECRET_KEYS has a key (number 1) that is not 32 bytes"),
        ({"OMS_BOT_CONFIG": "."}, "OMS_BOT_CONFIG: . can't be read"),
        ({"OMS_BOT_CONFIG": "utf16.toml"}, "OMS_BOT_CONFIG: utf16.toml can't be read"),
        ({"OMS_BOT_CONFIG": "two.toml"}, "approvals is 2, but approvers names 1; name more"),
        ({"OMS_BOT_CONFIG": "vault.toml"}, "HashiCorp Vault can't be asked"),
        ({"DATABASE_URL": "sqlite:///."}, "is a folder; name a file in it"),
        ({"DATABASE_URL": "sqlite:///text.sqlite3"}, "can't be used (file is not a database)"),
        ({"DATABASE_URL": "sqlite:////proc/self/bot.sqlite3"}, "DATABASE_URL: "),
        ({"DATABASE_URL": "sqlite:///newer.sqlite3"}, "a newer version of this bot has changed the database"),
        (
            {"DATABASE_URL": "postgresql://bot:canary@127.0.0.1:9/oms"},
            "DATABASE_URL: the database can't be used",
        ),
        ({"HOST": "203.0.113.7"}, "HOST: 203.0.113.7 can't be listened on"),
        ({"HOST": "no such host"}, "HOST: no such host can't be listened on"),
    ],
)
def test_check_says_beforehand_why_serve_will_refuse(
    folder: Path, environment: dict[str, str], words: str
) -> None:
    """Exit code 2 and sentences there, exit code 1 and the same sentences here; no traceback, no secret."""
    before = {path: path.read_bytes() for path in folder.iterdir()}
    checked = run("check", **environment)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    refused = run("serve", **environment)
    assert (refused.returncode, checked.returncode) == (2, 1)
    assert words in refused.stderr
    sentences = [line for line in refused.stderr.splitlines() if "in the file itself" not in line]
    assert [sentence for sentence in sentences if sentence not in checked.stdout] == []
    assert all(line.startswith(("✓ ", "✗ ")) for line in checked.stdout.splitlines())
    assert (checked.stderr, refused.stdout) == ("", "")
    assert "Traceback" not in refused.stderr
    assert "canary" not in refused.stderr + checked.stdout


def test_a_port_in_use_refuses_the_start_before_anything_is_begun(folder: Path) -> None:
    """Not even the database is made. `check` says nothing of it: the bot itself may be running."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", "--port", str(port))
    assert refused.returncode == 2
    assert (
        refused.stderr == f"PORT: {port} is in use; choose another with --port, or end what listens there\n"
    )
    assert not (folder / "oms-bot.sqlite3").exists()


def test_so_does_the_port_of_the_metrics(folder: Path) -> None:
    """By the name of its own setting."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", METRICS_PORT=str(port))
    assert refused.returncode == 2
    assert refused.stderr == f"METRICS_PORT: {port} is in use; choose another, or end what listens there\n"
    assert not (folder / "oms-bot.sqlite3").exists()


@pytest.mark.parametrize("command", [["users", "list"], ["audit", "verify"], ["audit", "export"]])
def test_the_other_commands_refuse_a_bad_database_alike(folder: Path, command: list[str]) -> None:
    """An operator at a terminal reads the sentence that `serve` prints."""
    refused = run(*command, DATABASE_URL=f"sqlite:///{folder}")
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"DATABASE_URL: {folder} is a folder; name a file in it")
    assert refused.stdout == ""


def test_serve_refuses_a_bad_start_with_sentences_and_exit_code_2(tmp_path: Path) -> None:
    """As an operator sees it: no traceback, every fault, and the exit code of a usage error."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=tmp_path,
        env=kept | {"PYTHONPATH": str(ROOT), "PORT": "canary-Pa55word", "SLACK_BOT_TOKEN": "xoxb-canary"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = ended.stderr.splitlines()
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert [line.split()[0].rstrip(":") for line in lines] == [
        "PORT",
        "OMS_BOT_CONFIG",
        "SLACK_APP_TOKEN",
    ]
    assert "Traceback" not in ended.stderr
    assert "canary" not in ended.stderr
