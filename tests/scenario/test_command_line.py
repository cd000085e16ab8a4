"""The command line as an operator or a script meets it: what it prints where, how it ends, what it refuses."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.audit import Audit, Event
from bot.cli.ends import Exit
from bot.conversation.operations import Operations
from bot.conversation.values import Operation, short_id
from bot.gallery.examples import NOW, OPERATION, TASK_ID, card
from bot.store import database
from tests import databases, forked
from tests.scenario.conftest import MakeWorld, World

ROOT = Path(__file__).parents[2]
FINE = {
    "SLACK_BOT_TOKEN": "xoxb-canary",
    "SLACK_APP_TOKEN": "xapp-canary",
    "IAM_ACCESS_KEY": "canary-ak",
    "IAM_SECRET_KEY": "canary-sk",
}
PROJECT = "2c0689c860ad4728a497c91ec0844383"
NOWHERE = "http://127.0.0.1:9"
GIVEN = ("--project", PROJECT, "--region", "ap-southeast-3", "--user", "U0ALICE", "--alias", "prod")

ENDED, NEARLY = "fedcba9876543210fedcba98", OPERATION[:4] + "f" * 20
OPEN = Operation(
    id=OPERATION,
    team_id="T1",
    user_id="U0ALICE",
    channel_id="C1",
    project="prod-sg",
    task_id=TASK_ID,
    card=asdict(card()),
    asked_at=NOW,
    expires_at=NOW + 600,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command until it ends by itself."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return forked.run(*arguments, environment=kept | environment)


# --- what every command has ----------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_it_says_its_version_and_helps() -> None:
    """By -h too, at every level; in groups, and with examples."""
    assert run("--version").stdout == f"oms-bot {__version__}\n"
    told = run("-h").stdout
    assert re.findall(r"(Run|Set up|Records) ─", told) == ["Run", "Set up", "Records"]
    assert "oms-bot audit show 7f3a9c12" in told
    assert "Usage: oms-bot" in told
    for command in (["users"], ["users", "link"], ["audit", "show"], ["serve"], ["init"]):
        helped = run(*command, "-h")
        assert (helped.returncode, helped.stderr) == (Exit.DONE, "")
        assert f"Usage: oms-bot {' '.join(command)}" in helped.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            ["serve", "--port", "99999"],
            "Invalid value for '--port': Input should be less than or equal to 65535",
        ),
        (["manifest", "--public-url", "http://bot.example"], "--public-url must start with https://"),
        (
            ["manifest", "--public-url", "http://127.0.0.1:3000"],
            "--public-url must start with https://, or Slack",
        ),
        (
            ["manifest", "--public-url", "bot.example"],
            "--public-url is not a URL; write it like https://host",
        ),
        (["manifest", "--many-workspaces"], "--many-workspaces needs --public-url URL"),
        (["users", "link", "alice"], "'alice' is not a Slack user id, which begins with U or W"),
        (["users", "link", "U0ALICE", "--team", "acme"], "--team 'acme' is not a workspace's id"),
        (["users", "unlink", "@alice"], "'@alice' is not a Slack user id"),
        (["audit", "prune", "--before", "yesterday"], "'yesterday' does not match the format"),
        (["nonsense"], "No such command 'nonsense'"),
    ],
)
def test_what_was_typed_is_refused_before_anything_is_begun(command: list[str], words: str) -> None:
    """With exit code 2 and nothing on stdout: no secret was asked for, no manifest printed, no port announced."""
    refused = run(*command)
    assert (refused.returncode, refused.stdout) == (Exit.REFUSED, "")
    assert words in " ".join(re.sub(r"[│╭╮╰╯─]", " ", refused.stderr).split())
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["users", "list"], ["users", "link", "U0ALICE", "--team", "T1"], ["users", "unlink", "U0ALICE"],
        ["users", "rotate-keys"], ["operations", "list"], ["audit", "show", "7f3a"], ["audit", "export"],
        ["audit", "verify"], ["audit", "prune", "--before", "2026-01-31", "--yes"],
    ],
)  # fmt: skip
def test_every_command_answers_an_unusable_database_as_serve_does(folder: Path, command: list[str]) -> None:
    """In its words, and with its exit code."""
    run("init", *GIVEN)
    (folder / "text.sqlite3").write_text("no database " * 1000)
    environment = FINE | {"DATABASE_URL": "sqlite:///text.sqlite3"}
    sentence = run("serve", "--port", "0", **environment).stderr
    assert sentence.startswith(
        f"DATABASE_URL: the file {folder}/text.sqlite3 can't be used (file is not a database)"
    )
    refused = run(*command, **environment)
    assert (refused.returncode, refused.stdout, refused.stderr) == (Exit.REFUSED, "", sentence)


@pytest.mark.usefixtures("folder")
def test_a_terminal_without_the_signs_shows_others() -> None:
    """No command ends with a traceback for a ✗."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "check"],
        env=environment | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "SLACK_API_URL": NOWHERE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == Exit.WRONG
    assert ended.stdout.startswith(
        "NO OMS_BOT_CONFIG: there is no file oms-bot.toml; `oms-bot init` writes one\n"
    )
    assert "(xoxb-" not in ended.stdout
    assert ended.stderr == ""


async def test_results_are_on_stdout_and_logs_are_not(make_world: MakeWorld) -> None:
    """Whatever LOG_LEVEL says; they are shown when they are asked for, on stderr."""
    async with make_world(start=False):
        environment = dict(os.environ) | {"LOG_LEVEL": "DEBUG"}

        async def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return await asyncio.to_thread(forked.run, *arguments, environment=environment)

        checked = await run("check")
        assert all(line.startswith(("✓ ", "✗ ")) for line in checked.stdout.splitlines())
        assert (checked.returncode, checked.stderr) == (Exit.DONE, "")
        talkative = await run("--verbose", "check")
        assert talkative.stdout == checked.stdout
        assert "auth.test" in talkative.stderr
        told = json.loads((await run("check", "--json")).stdout)
        assert told["ok"]
        assert [f"✓ {found['what']}" for found in told["found"]] == checked.stdout.splitlines()


# --- setting up ----------------------------------------------------------------------------------------


def test_init_writes_what_was_given_and_overwrites_nothing(folder: Path) -> None:
    """With every other setting as a comment, and with what to do next."""
    told = run("init", *GIVEN)
    assert told.returncode == Exit.DONE
    assert "✓ oms-bot.toml written" in told.stdout
    assert "export IAM_ACCESS_KEY=… IAM_SECRET_KEY=…" in told.stdout
    written = (folder / "oms-bot.toml").read_text()
    assert tomllib.loads(written)["projects"] == {"prod": {"id": PROJECT, "region": "ap-southeast-3"}}
    assert list(tomllib.loads(written)["users"]) == ["U0ALICE"]
    assert "/oms pause prod <task>" in written
    assert "# [service_account]" in written
    again = run("init", *GIVEN)
    assert (again.returncode, again.stdout) == (Exit.REFUSED, "")
    assert again.stderr.startswith("oms-bot.toml is there already; move it away")
    assert (folder / "oms-bot.toml").read_text() == written
    assert run("config", **FINE).returncode == Exit.DONE


@pytest.mark.usefixtures("folder")
def test_init_may_write_the_example_as_it_is() -> None:
    """The one that the package carries, wherever OMS_BOT_CONFIG says."""
    assert run("init", "--example", OMS_BOT_CONFIG="bot.toml").returncode == Exit.DONE
    assert Path("bot.toml").read_text() == (ROOT / "oms-bot.example.toml").read_text()


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--region", "Singapore", "Singapore is not a region of OMS; did you mean ap-southeast-3?"),
        ("--user", "alice", "alice is not a Slack user id, which begins with U or W"),
        ("--project", "prod", "prod is not a project id, which is 32 hexadecimal digits"),
        ("--alias", "my project", "my project would be typed on a phone"),
    ],
)
def test_init_refuses_what_can_not_be_meant(folder: Path, option: str, value: str, words: str) -> None:
    """Before anything is written."""
    refused = run("init", *GIVEN, option, value)
    assert refused.returncode == Exit.REFUSED
    assert words in refused.stderr
    assert list(folder.iterdir()) == []


def test_init_asks_for_what_is_not_given(folder: Path) -> None:
    """Again, if the answer can't be meant."""
    answers = "\n".join([PROJECT, "Singapore", "ap-southeast-3", "", "U0ALICE", ""])
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = subprocess.run(
        [sys.executable, "-m", "bot", "init"],
        env=environment | {"PYTHONPATH": str(ROOT)},
        input=answers,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "✗ Singapore is not a region of OMS; did you mean ap-southeast-3?" in told.stdout
    assert list(tomllib.loads((folder / "oms-bot.toml").read_text())["projects"]) == ["prod"]


@pytest.mark.usefixtures("folder")
def test_config_says_what_counts_and_where_it_comes_from() -> None:
    """Environment, file or default; and no secret."""
    run("init", *GIVEN)
    environment = FINE | {
        "PORT": "8080",
        "HTTPS_PROXY": "http://bot:canary-Pa55word@127.0.0.1:9",
        "DATABASE_URL": "postgresql://bot:canary-Pa55word@db/oms?password=canary",
    }
    told = run("config", "--json", **environment)
    found = {one["name"]: (one["value"], one["source"]) for one in json.loads(told.stdout)}
    expected = {
        "PORT": ("8080", "environment"),
        "HOST": ("127.0.0.1", "default"),
        "SLACK_BOT_TOKEN": ("set", "environment"),
        "SLACK_SIGNING_SECRET": ("missing", "default"),
        "HTTPS_PROXY": ("set", "environment"),
        "network": ("proxy 127.0.0.1:9 (HTTPS_PROXY)", "HTTPS_PROXY"),
        "DATABASE_URL": ("postgresql://bot:***@db/oms", "environment"),
        "timing.verify_every": ("3", "oms-bot.toml"),
        "projects.prod.region": ("ap-southeast-3", "oms-bot.toml"),
        "projects.prod.iam_endpoint": ("https://iam.ap-southeast-3.myhuaweicloud.com", "region"),
        "users.U0ALICE.credential.secret_key": ("set", "oms-bot.toml"),
    }
    assert {name: found[name] for name in expected} == expected
    table = run("config", **environment).stdout
    assert table.splitlines()[0].split() == ["SETTING", "VALUE", "FROM"]
    assert "canary" not in told.stdout + table


# --- records -------------------------------------------------------------------------------------------


@pytest.fixture
async def recorded(folder: Path) -> Audit:
    """A database with an open operation, one that ended long ago, and one with nearly its id; and settings."""
    run("init", *GIVEN)
    engine = databases.engine(f"sqlite:///{folder}/oms-bot.sqlite3")
    audit, operations = Audit(engine, lambda: NOW), Operations(engine)
    long_ago = Audit(engine, lambda: NOW - 2_000 * 86_400)
    await long_ago.append(Event.ASKED, ENDED, user_id="U0BOB", reason="\x1b[2Jnight")
    await long_ago.append(Event.ENDED, ENDED, ending="paused", fault={"kind": "NotFound", "code": "OMS.0001"})
    await operations.open(OPEN, audit.entry(Event.ASKED, OPEN.id, user_id="U0ALICE"))
    await audit.append(Event.ANSWERED, NEARLY, text="Nothing to pause.")
    engine.dispose()
    return audit


@pytest.mark.usefixtures("recorded")
def test_open_operations_are_listed() -> None:
    """With the id that their cards show."""
    told = run("operations", "list", **FINE)
    head, row = told.stdout.splitlines()
    assert head.split() == ["ID", "VERB", "TASK", "PROJECT", "BY", "ASKED", "STATE"]
    assert row.startswith(f"{short_id(OPEN.id)}  pause  media-872  prod-sg  U0ALICE  2026-")
    assert "waits for an answer until" in row
    [one] = json.loads(run("operations", "list", "--json", **FINE).stdout)
    assert (one["id"], one["verb"], one["task_name"]) == (OPEN.id, "pause", "media-872")


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("id_", [short_id(OPERATION), OPERATION, OPERATION.upper()])
def test_an_operation_is_shown_by_the_beginning_of_its_id(id_: str) -> None:
    """Its heading, and its records."""
    told = run("audit", "show", id_, **FINE)
    assert told.returncode == Exit.DONE
    assert told.stdout.splitlines()[:2] == [
        f"Operation {OPERATION}",
        "pause media-872 (191297407830872) in prod-sg, asked for by U0ALICE in C1",
    ]
    assert "asked  user_id=U0ALICE" in told.stdout
    shown = json.loads(run("audit", "show", id_, "--json", **FINE).stdout)
    assert [record["event"] for record in shown["records"]] == ["asked"]
    assert shown["operation"]["state"].startswith("waits for an answer until")


@pytest.mark.usefixtures("recorded")
def test_an_ended_one_is_shown_without_what_would_move_the_cursor() -> None:
    """Reasons are typed by people."""
    told = run("audit", "show", ENDED, **FINE).stdout
    assert "ending=paused fault.code=OMS.0001 fault.kind=NotFound" in told
    assert r"reason=\u001b[2Jnight" in told


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (OPERATION[:4], f"✗ 2 operations have an id that begins with {OPERATION[:4]}: "),
        ("ffff", "✗ no operation's id begins with ffff; `oms-bot operations list` has the open ones"),
        ("%", "✗ no operation's id begins with %"),
    ],
)
def test_an_id_that_is_not_one_operations_is_told(typed: str, words: str) -> None:
    """If it is several, which."""
    refused = run("audit", "show", typed, **FINE)
    assert (refused.returncode, refused.stdout) == (Exit.WRONG, "")
    assert refused.stderr.startswith(words)


@pytest.mark.usefixtures("recorded")
def test_old_records_are_pruned_when_it_is_confirmed() -> None:
    """Not what an open operation needs; and the chain is whole, and says that it was shortened."""
    asked = run("audit", "prune", "--before", "2022-01-01", **FINE)
    assert asked.returncode == Exit.WRONG  # there was nobody to say yes
    assert "2 records from before 2022-01-01, up to number 2." in asked.stdout
    assert json.loads(run("audit", "verify", "--json", **FINE).stdout)["records"] == 4
    done = run("audit", "prune", "--before", "2022-01-01", "--yes", **FINE)
    assert done.returncode == Exit.DONE
    assert "✓ 2 records pruned, and that is recorded." in done.stdout
    verified = run("audit", "verify", **FINE)
    assert verified.stdout.startswith("✓ 3 records, unbroken (2 older ones pruned). Head: ")
    assert '"event": "pruned"' in run("audit", "export", **FINE).stdout
    refused = run("audit", "prune", "--before", "2999-01-01", "--yes", **FINE)
    assert (refused.returncode, refused.stdout) == (Exit.REFUSED, "")


def test_a_broken_chain_is_not_pruned(recorded: Audit, folder: Path) -> None:
    """Whoever looks into it needs all of it."""
    engine = database.create_engine(f"sqlite:///{folder}/oms-bot.sqlite3")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET details = '{}' WHERE seq = 1")
    engine.dispose()
    refused = run("audit", "prune", "--before", "2022-01-01", "--yes", **FINE)
    assert refused.returncode == Exit.WRONG
    assert "the chain is broken" in refused.stderr
    told: dict[str, Any] = json.loads(run("audit", "verify", "--json", **FINE).stdout)
    assert (told["ok"], told["faults"]) == (
        False,
        ["record 1 was edited: its content does not match its hash"],
    )
    assert recorded


async def test_an_operation_is_shown_whole_while_the_bot_runs(world: World) -> None:
    """From the command to its ending, by the id that people were shown; then it is open no more."""
    await world.confirm(await world.card())
    await world.until(lambda: world.recorded("ended") == 1)
    [id_] = {record.operation for record in world.bot.audit.records()}
    told = await asyncio.to_thread(forked.run, "audit", "show", short_id(id_))
    events = [line.split()[2] for line in told.stdout.splitlines()[5:]]
    assert events == ["asked", "shown", "decided", "calling", "called", "ended"], told.stdout
    assert "paused at 20" in told.stdout.splitlines()[2]
    listed = await asyncio.to_thread(forked.run, "operations", "list", "--json")
    assert json.loads(listed.stdout) == []
