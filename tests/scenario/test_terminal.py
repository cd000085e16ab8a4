"""`oms-bot task …`: the same verbs from a terminal, with one's own keys, as `/oms` has them; without Slack."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.audit import Audit, verify
from bot.cli.ends import Exit
from bot.huawei.oms.models import TaskStatus
from bot.sandbox.huawei.cloud import Fault, HuaweiCloud
from tests import forked
from tests.scenario.conftest import PATIENCE, PROJECT, SECRETS, TASK, MakeWorld, World, maker_of_worlds

ROOT = Path(__file__).parents[2]
HERE = ("--project-id", PROJECT, "--region", "ap-southeast-3")
KEYS = {"CLOUD_SDK_AK": SECRETS["BOB_AK"], "CLOUD_SDK_SK": SECRETS["BOB_SK"]}
WRONG = {"CLOUD_SDK_AK": SECRETS["BOB_AK"], "CLOUD_SDK_SK": "canaryWrongKeyOfBob/0000000000000000000"}
CTRL_C = "\x03"
Ended = subprocess.CompletedProcess[str]


@dataclass
class Terminal:
    """A shell of Bob's: his keys in its environment, and nothing of Slack."""

    world: World
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def cloud(self) -> HuaweiCloud:
        """What he works on."""
        return self.world.cloud

    async def run(self, *words: str, **environment: str) -> Ended:
        """Run ``oms-bot task`` to its end, without a terminal to ask at."""
        whole = self.environment | environment
        return await asyncio.to_thread(forked.run, "task", *words, environment=whole)

    def open(self, *words: str, **environment: str) -> Window:
        """Start ``oms-bot task`` in a terminal."""
        return Window([sys.executable, "-m", "bot", "task", *words], self.environment | environment)

    def stops(self) -> int:
        """Return how often OMS was asked to pause."""
        return self.world.stops()


class Window:
    """A terminal with one command in it: what it shows, and what is typed."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._keyboard, there = pty.openpty()
        self.shown = ""
        self._child = subprocess.Popen(
            command,
            stdin=there,
            stdout=there,
            stderr=there,
            env=environment,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  # a system call, no more
        )
        os.close(there)

    async def until(self, words: str) -> None:
        """Wait until *words* are shown."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.shown:
                if not await asyncio.to_thread(self._read):
                    break
        assert words in self.shown, self.shown

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._keyboard, text.encode())

    async def ended(self) -> int:
        """Return what it ended with, once all is shown."""
        async with asyncio.timeout(PATIENCE):
            while await asyncio.to_thread(self._read):
                pass
            return await asyncio.to_thread(self._child.wait)

    def _read(self) -> bool:
        try:
            more = os.read(self._keyboard, 4096)
        except OSError:  # so Linux says that nobody is at the other end
            more = b""
        self.shown += more.decode(errors="replace")
        return bool(more)


def _take_terminal() -> None:
    """Make the terminal the one whose keys are this process's."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
async def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Terminal]:
    """Return Bob's shell; the bot is not running, and its settings name others' secrets that are not here."""
    async with maker_of_worlds(tmp_path, monkeypatch)(start=False, more=MORE) as world:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "OMS_BOT_CONFIG") if name in os.environ}
        yield Terminal(world, kept | KEYS | {"PYTHONPATH": str(ROOT), "COLUMNS": "120", "TZ": "UTC"})


MORE = """
[users.U0CAROL]
credential = { type = "access_key", access_key = "env:CAROLS_ALONE", secret_key = "file:/nowhere" }
"""


# --- finding -------------------------------------------------------------------------------------------


async def test_tasks_are_listed_without_slack(terminal: Terminal) -> None:
    """As columns where nobody looks, and as a table at a terminal."""
    told = await terminal.run("list", "prod-sg")
    assert told.returncode == Exit.DONE, told.stderr
    head, row, said = told.stdout.splitlines()
    assert head.split()[:3] == ["Name", "Id", "Status"]
    assert row.split()[:3] == ["media-872", TASK, "migrating"]
    assert said == "1 task is migrating in prod-sg."
    window = terminal.open("list", "prod-sg")
    assert await window.ended() == Exit.DONE
    assert "media-872" in window.shown
    assert "───" in window.shown


async def test_a_script_reads_a_list_as_one_json_document(terminal: Terminal) -> None:
    """With what was read, in words and as values."""
    told = json.loads((await terminal.run("list", "prod-sg", "--json")).stdout)
    assert (told["verb"], told["exit"]) == ("list", Exit.DONE)
    [task] = told["answer"]["tasks"]
    assert (task["task_id"], task["speed"]) == (TASK, 420_000_000)


async def test_what_can_not_be_meant_is_refused_with_what_may_be(terminal: Terminal) -> None:
    """As it is typed here; nothing was asked of Huawei Cloud."""
    refused = await terminal.run("pase", "prod-sg", TASK)
    assert refused.returncode == Exit.REFUSED
    assert "Did you mean oms-bot task pause <project> <task>?" in refused.stderr
    refused = await terminal.run("link")
    assert (refused.returncode, refused.stdout) == (Exit.REFUSED, "")
    assert "link is for Slack: /oms link" in refused.stderr
    assert "oms-bot task pause <project> <task> " in (await terminal.run("help")).stdout
    assert not terminal.cloud.calls


async def test_a_name_that_no_task_has_is_told(terminal: Terminal) -> None:
    """With the one that may be meant."""
    told = await terminal.run("pause", "prod-sg", "media-827", "--yes")
    assert (told.returncode, terminal.stops()) == (Exit.WRONG, 0)
    assert "Closest: media-872." in told.stdout


async def test_all_about_one_task_is_told(terminal: Terminal) -> None:
    """What decides first; by its name, and as a value for a script."""
    told = await terminal.run("status", "prod-sg", "media-872")
    assert told.returncode == Exit.DONE, told.stderr
    assert told.stdout.splitlines()[0] == "media-872 · migrating"
    assert "420 MB/s" in told.stdout
    told = await terminal.run("status", "prod-sg", TASK, "--json")
    assert json.loads(told.stdout)["answer"]["task"]["status"] == TaskStatus.MIGRATING


# --- acting --------------------------------------------------------------------------------------------


async def test_a_yes_at_the_terminal_pauses_the_task_as_whoever_has_the_keys(terminal: Terminal) -> None:
    """After what would be done and what it costs was shown; a bar moves until OMS shows the task as paused."""
    window = terminal.open("pause", "prod-sg", "media-872", "night", "peak")
    await window.until("Pause media-872? [y/N] ")
    for words in (
        "media-872 · id 191297407830872 · prod-sg (ap-southeast-3)",
        "the access keys of source and destination are needed again",
        "As the access key ending in 00BB.",
        "Reason: night peak",
        "Not in the bot's audit: DATABASE_URL is not set.",
    ):
        assert words in window.shown, window.shown
    assert terminal.stops() == 0
    window.type("y\n")
    assert await window.ended() == Exit.DONE
    assert "OMS confirmed it at" in window.shown
    assert len(terminal.cloud.calls_of("stop_task", user="bob")) == 1
    assert not any(secret in window.shown for secret in SECRETS.values())


@pytest.mark.parametrize("typed", ["n\n", CTRL_C])
async def test_anything_but_a_yes_changes_nothing(terminal: Terminal, typed: str) -> None:
    """Ctrl-C too is a no."""
    window = terminal.open("pause", "prod-sg", TASK)
    await window.until("[y/N] ")
    window.type(typed)
    assert await window.ended() == Exit.WRONG
    assert "withdrew the request. Nothing was changed." in window.shown
    assert terminal.stops() == 0


async def test_without_a_terminal_it_takes_yes_to_act(terminal: Terminal) -> None:
    """Else nothing is begun, not even read."""
    refused = await terminal.run("pause", "prod-sg", TASK)
    assert (refused.returncode, refused.stdout) == (Exit.REFUSED, "")
    assert refused.stderr == "there is no terminal to ask at; --yes acts without asking\n"
    assert not terminal.cloud.calls
    told = await terminal.run("pause", "prod-sg", TASK, "--yes", "--json")
    ended = json.loads(told.stdout)
    assert (told.returncode, ended["exit"], ended["ending"]) == (Exit.DONE, Exit.DONE, "paused")
    assert (ended["name"], ended["principal"]) == ("media-872", "the access key ending in 00BB")
    assert ended["outcome"]["task"]["status"] == TaskStatus.PAUSED
    assert "the access keys of source and destination are needed again" in told.stderr


async def test_the_installed_package_and_a_key_are_enough(terminal: Terminal, tmp_path: Path) -> None:
    """For the example of the API page: no file, no Slack; where OMS is follows from the region, or is said."""
    [url] = {
        line.split('"')[1] for line in terminal.world.config.read_text().splitlines() if "_endpoint" in line
    }
    there = ("--oms-endpoint", url, "--iam-endpoint", url)
    nowhere = str(tmp_path / "none" / "oms-bot.toml")
    told = await terminal.run("pause", *HERE, *there, TASK, "a", "spike", "--yes", OMS_BOT_CONFIG=nowhere)
    assert told.returncode == Exit.DONE, told.stderr
    assert "OMS confirmed it at" in told.stdout
    assert "Reason: a spike" in told.stdout
    assert terminal.stops() == 1


async def test_a_password_is_asked_for_and_not_shown(terminal: Terminal) -> None:
    """Nor is it among the arguments, where other users of the machine could read it."""
    window = terminal.open("pause", "prod-sg", TASK, "--user", "acme/alice", "--yes")
    await window.until("Password of IAM user alice (not shown): ")
    window.type(SECRETS["ALICE_IAM_PASSWORD"] + "\n")
    assert await window.ended() == Exit.DONE
    assert "As IAM user alice." in window.shown
    assert SECRETS["ALICE_IAM_PASSWORD"] not in window.shown
    assert len(terminal.cloud.calls_of("stop_task", user="alice")) == 1
    refused = await terminal.run("list", "prod-sg", "--user", "alice")
    assert "--user alice is no IAM user; write DOMAIN/NAME" in refused.stderr


# --- endings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words", "code"),
    [
        (TaskStatus.PAUSED, "It was paused before. Nothing was changed.", Exit.DONE),
        (TaskStatus.PAUSING, "It is pausing already.", Exit.UNCERTAIN),
        (TaskStatus.RETRYING, "It is retrying, and OMS pauses only what migrates.", Exit.WRONG),
        (TaskStatus.SUCCEEDED, "It has finished.", Exit.WRONG),
    ],
)
async def test_the_exit_code_is_what_was_seen(
    terminal: Terminal, status: TaskStatus, words: str, code: Exit
) -> None:
    """0 only if the task was seen to be as was asked for."""
    terminal.cloud.tasks[int(TASK)].pause_takes = 60
    terminal.cloud.set_status(int(TASK), status)
    told = await terminal.run("pause", "prod-sg", TASK, "--yes")
    assert (told.returncode, terminal.stops()) == (code, 0), told.stdout
    assert words in told.stdout


async def test_what_is_still_pausing_when_the_time_is_over_is_no_success(make_world: MakeWorld) -> None:
    """Nor a failure; and nobody goes on looking, which is said."""
    async with make_world(start=False, verify_for=0.3) as world:
        world.cloud.tasks[int(TASK)].pause_takes = 60
        told = await Terminal(world, dict(os.environ) | KEYS).run("pause", "prod-sg", TASK, "--yes")
        assert told.returncode == Exit.UNCERTAIN
        assert "Still pausing media-872" in told.stdout
        assert "I no longer check it. Look it up in the OMS console." in told.stdout


async def test_what_ends_first_is_told(terminal: Terminal) -> None:
    """As what it is: not paused."""
    terminal.cloud.tasks[int(TASK)].pause_takes = 60
    telling = asyncio.create_task(terminal.run("pause", "prod-sg", TASK, "--yes"))
    await terminal.world.until(lambda: terminal.stops() == 1)
    terminal.cloud.finish_task(int(TASK))
    told = await telling
    assert told.returncode == Exit.WRONG
    assert "Not paused: media-872 finished first" in told.stdout


async def test_a_lost_answer_is_looked_into_and_the_call_is_not_repeated(terminal: Terminal) -> None:
    """OMS has taken the request: that is found out by reading."""
    terminal.cloud.faults.add(Fault(kind="cut", operation="stop_task", when="after"))
    told = await terminal.run("pause", "prod-sg", TASK, "--yes")
    assert (told.returncode, terminal.stops()) == (Exit.DONE, 1)


async def test_a_lost_request_is_not_repeated_either(terminal: Terminal) -> None:
    """Whether OMS has it can't be known, and that is what is told."""
    terminal.cloud.faults.add(Fault(kind="cut", operation="stop_task"))
    told = await terminal.run("pause", "prod-sg", TASK, "--yes")
    assert (told.returncode, terminal.stops()) == (Exit.UNCERTAIN, 1)
    assert "Whether OMS got the request isn't known. Read afterwards, it was migrating." in told.stdout
    assert "I no longer check it." in told.stdout


async def test_ctrl_c_takes_nothing_back(terminal: Terminal) -> None:
    """What OMS has accepted goes on, and so it is told."""
    terminal.cloud.tasks[int(TASK)].pause_takes = 60
    window = terminal.open("pause", "prod-sg", TASK, "--yes")
    await window.until("pausing · 50")
    window.type(CTRL_C)
    assert await window.ended() == Exit.UNCERTAIN
    assert "OMS accepted the pause" in window.shown
    assert "I no longer check it. Look it up in the OMS console." in window.shown


async def test_a_wrong_key_is_sent_once(terminal: Terminal) -> None:
    """However many readings there are to make; and what to do about it is told."""
    told = await terminal.run("pause", "prod-sg", TASK, "--yes", **WRONG)
    assert told.returncode == Exit.WRONG
    assert [call.status for call in terminal.cloud.calls] == [401]
    assert "doesn't accept the credential of the access key ending in 00BB. It was sent once" in told.stdout
    assert "Check CLOUD_SDK_AK and CLOUD_SDK_SK" in told.stdout
    assert "canary" not in told.stdout + told.stderr


async def test_a_missing_permission_is_told_with_what_to_do(terminal: Terminal) -> None:
    """The endings are those of Slack."""
    terminal.cloud.revoke("bob", PROJECT, "oms:task:update")
    told = await terminal.run("pause", "prod-sg", TASK, "--yes")
    assert told.returncode == Exit.WRONG
    assert "the access key ending in 00BB lacks oms:task:update in prod-sg." in told.stdout
    assert "OMS.0072 · request " in told.stdout


async def test_the_keys_are_nowhere_but_in_the_signature(terminal: Terminal) -> None:
    """Not among what is shown, with all that is logged."""
    terminal.environment["PYTHONWARNINGS"] = "default"
    verbose = await asyncio.to_thread(
        forked.run, "--verbose", "task", "pause", "prod-sg", TASK, "--yes", environment=terminal.environment
    )
    assert verbose.returncode == Exit.DONE, verbose.stderr
    assert '"operation": "stop_task"' in verbose.stderr
    assert SECRETS["BOB_SK"] not in verbose.stdout + verbose.stderr
    assert SECRETS["BOB_AK"] not in verbose.stdout + verbose.stderr


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"CLOUD_SDK_AK": "", "CLOUD_SDK_SK": ""}, "CLOUD_SDK_AK and CLOUD_SDK_SK are not set"),
        ({"CLOUD_SDK_SK": ""}, "CLOUD_SDK_SK is not set"),
        ({"CLOUD_SDK_AK": "two words"}, "CLOUD_SDK_AK is no key"),
        ({"CLOUD_SDK_SECURITY_TOKEN": "two words"}, "CLOUD_SDK_SECURITY_TOKEN has white space"),
    ],
)
async def test_a_key_that_can_be_none_is_refused_unsent(
    terminal: Terminal, given: dict[str, str], words: str
) -> None:
    """By its name, not by what stands in it."""
    refused = await terminal.run("list", "prod-sg", **given)
    assert (refused.returncode, refused.stdout) == (Exit.REFUSED, "")
    assert words in refused.stderr
    assert not terminal.cloud.calls


async def test_a_project_that_takes_approval_is_paused_in_slack(make_world: MakeWorld) -> None:
    """Where the others are."""
    async with make_world(start=False) as world:
        text = world.config.read_text()
        world.config.write_text(text.replace('region = "ap', 'approvals = 1\nregion = "ap', 1))
        refused = await Terminal(world, dict(os.environ) | KEYS).run("pause", "prod-sg", TASK, "--yes")
        assert refused.returncode == Exit.REFUSED
        assert f"Ask there: /oms pause prod-sg {TASK}" in refused.stderr
        assert not world.cloud.calls


async def test_it_speaks_the_language_of_the_locale(terminal: Terminal) -> None:
    """Or the one that is asked for."""
    told = await terminal.run("list", "prod-sg", LANG="zh_CN.UTF-8")
    assert told.stdout.splitlines()[0].startswith("名称")
    told = await terminal.run("list", "prod-sg", "--language", "en", LANG="zh_CN.UTF-8")
    assert told.stdout.startswith("Name")


# --- the audit -----------------------------------------------------------------------------------------


def name_the_database(terminal: Terminal, url: str | None) -> None:
    """Let the commands know the bot's database."""
    world = terminal.world
    world.database_url = url or world.database_url
    world.prepared()
    terminal.environment["DATABASE_URL"] = world.database_url


async def test_it_is_in_the_bots_audit_if_the_database_is_named(
    terminal: Terminal, database_url: str | None
) -> None:
    """As somebody's at a terminal, as whom OMS was asked, and in one chain with all else."""
    name_the_database(terminal, database_url)
    ended = json.loads((await terminal.run("pause", "prod-sg", TASK, "night", "--yes", "--json")).stdout)
    assert "Not in the bot's audit" not in ended["text"]
    audit = Audit(terminal.world.stored, time.time)
    records = {record.event: json.loads(record.details) for record in audit.of(ended["operation"])}
    assert list(records) == ["asked", "shown", "decided", "calling", "called", "ended"]
    assert records["calling"]["user"].startswith("terminal:")
    assert records["calling"]["principal"] == "the access key ending in 00BB"
    assert (records["asked"]["reason"], records["ended"]["ending"]) == ("night", "paused")
    assert verify(audit) == []


async def test_with_a_database_that_can_not_be_used_nothing_is_begun(terminal: Terminal) -> None:
    """It was named to be written into."""
    nowhere = "postgresql://bob:canary-Pa55word@127.0.0.1:9/none"
    refused = await terminal.run("pause", "prod-sg", TASK, "--yes", DATABASE_URL=nowhere)
    assert (refused.returncode, terminal.stops()) == (Exit.REFUSED, 0)
    assert "DATABASE_URL: the database can't be used" in refused.stderr
    assert "canary" not in refused.stderr


# --- many, watching, freezes ---------------------------------------------------------------------------


async def test_all_of_a_project_are_paused_each_with_an_ending(terminal: Terminal) -> None:
    """Which they are, and what it costs, is shown before; the exit code is of all of them."""
    terminal.cloud.add_task(PROJECT, task_id=5001, name="logs-1", speed=100_000_000, pause_takes=0.1)
    told = await terminal.run("pause", "prod-sg", "all", "--yes", "--json")
    ended = json.loads(told.stdout)
    assert (told.returncode, ended["ending"], terminal.stops()) == (Exit.DONE, "paused", 2), told.stderr
    assert {one["task"]["name"] for one in ended["outcome"]["endings"]} == {"media-872", "logs-1"}
    assert "media-872" in told.stderr
    assert "logs-1" in told.stderr


async def test_of_many_each_is_told_and_what_is_not_known_goes_before_all(terminal: Terminal) -> None:
    """For a script too: something may be on its way."""
    terminal.cloud.add_task(PROJECT, task_id=5001, name="logs-1", speed=100_000_000, pause_takes=0.1)
    terminal.cloud.faults.add(Fault(kind="cut", path="/v2/*/tasks/5001/stop"))
    told = await terminal.run("pause", "prod-sg", "all", "--yes")
    assert (told.returncode, terminal.stops()) == (Exit.UNCERTAIN, 2)
    assert "Paused 1 of 2 migrations" in told.stdout
    assert "Not sure yet logs-1" in told.stdout


async def test_a_watch_goes_on_until_the_task_ends(terminal: Terminal) -> None:
    """For a script, an object a line."""
    watching = asyncio.create_task(terminal.run("watch", "prod-sg", TASK, "--json"))
    await terminal.world.until(lambda: len(terminal.cloud.calls_of("show_task")) > 2)
    terminal.cloud.finish_task(int(TASK))
    told = await watching
    readings = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.returncode == Exit.DONE, told.stderr
    assert [reading["status"] for reading in (readings[0], readings[-1])] == [2, TaskStatus.SUCCEEDED]


async def test_a_watch_at_a_terminal_moves_a_bar_until_ctrl_c(terminal: Terminal) -> None:
    """The task goes on, and so the exit code says."""
    window = terminal.open("watch", "prod-sg", TASK)
    await window.until("migrating · 50")
    window.type(CTRL_C)
    assert await window.ended() == Exit.UNCERTAIN
    assert "media-872 · migrating · 50" in window.shown


def freeze(world: World) -> None:
    """Freeze the project, as somebody has in Slack."""
    world.rows(
        "INSERT INTO freezes (id, project_id, project, team_id, user_id, reason, at) "
        "VALUES ('f1', :project, 'prod-sg', 'T1', 'U0ALICE', 'month end', 0)",
        project=PROJECT,
    )


async def test_a_freeze_is_told_and_hinders_no_pause(terminal: Terminal, database_url: str | None) -> None:
    """As far as the bot's database is named, which knows of it."""
    name_the_database(terminal, database_url)
    freeze(terminal.world)
    assert "month end" in (await terminal.run("list", "prod-sg")).stdout
    told = await terminal.run("pause", "prod-sg", TASK, "--yes")
    assert told.returncode == Exit.DONE, told.stderr
    assert "month end" in told.stdout


# --- resuming ------------------------------------------------------------------------------------------

BUCKETS = """
[bucket_credentials.aws-media]
side = "source"
buckets = ["media-src"]
access_key = "env:MEDIA_AK"
secret_key = "env:MEDIA_SK"

[bucket_credentials.obs]
side = "destination"
buckets = ["media-dst"]
access_key = "env:OBS_AK"
secret_key = "env:OBS_SK"

[bucket_credentials.lent]
side = "destination"
buckets = ["elsewhere"]
agency = true
"""
BUCKET_KEYS = {
    "MEDIA_AK": "CANARYAK0000000MEDIA",
    "MEDIA_SK": "canarySecretKeyOfMedia/000000000000000",
    "OBS_AK": "CANARYAK000000000OBS",
    "OBS_SK": "canarySecretKeyOfObs/00000000000000000",
}


@pytest.fixture
async def paused(terminal: Terminal) -> Terminal:
    """Return a shell in which the keys of the buckets are set; the task is paused."""
    with terminal.world.config.open("a") as config:
        config.write(BUCKETS)
    terminal.environment.update(BUCKET_KEYS)
    for bucket, name in (("media-src", "MEDIA"), ("media-dst", "OBS")):
        terminal.cloud.add_keys(
            bucket, access_key=BUCKET_KEYS[f"{name}_AK"], secret_key=BUCKET_KEYS[f"{name}_SK"]
        )
    terminal.cloud.set_status(int(TASK), TaskStatus.PAUSED)
    return terminal


async def test_a_task_is_resumed_with_the_keys_that_are_named(paused: Terminal) -> None:
    """By name; the keys themselves go to OMS and nowhere else."""
    told = await paused.run("resume", "prod-sg", TASK, "--yes", "--json")
    ended = json.loads(told.stdout)
    assert (told.returncode, ended["ending"]) == (Exit.DONE, "resumed"), told.stderr
    assert "aws-media" in told.stderr
    assert paused.cloud.tasks[int(TASK)].status == TaskStatus.MIGRATING
    assert not any(secret in told.stdout + told.stderr for secret in BUCKET_KEYS.values())


async def test_a_key_that_can_not_be_had_here_is_named(paused: Terminal) -> None:
    """Others' variables need not be set; which of them is lacking is told when it matters."""
    del paused.environment["OBS_SK"]
    assert (await paused.run("list", "prod-sg", "paused")).stderr == ""
    told = await paused.run("resume", "prod-sg", TASK, "--yes")
    assert (told.returncode, paused.cloud.calls_of("start_task")) == (Exit.WRONG, [])
    assert "media-dst" in told.stdout
    assert "bucket_credentials.obs: secret_key refers to OBS_SK, which is not set" in told.stderr


async def test_a_frozen_project_is_not_resumed(paused: Terminal, database_url: str | None) -> None:
    """Where the bot's database says so."""
    name_the_database(paused, database_url)
    freeze(paused.world)
    told = await paused.run("resume", "prod-sg", TASK, "--yes")
    assert (told.returncode, paused.cloud.calls_of("start_task")) == (Exit.WRONG, [])
    assert "month end" in told.stdout


async def test_a_pause_that_ends_by_itself_takes_the_bot(terminal: Terminal) -> None:
    """Nobody would be here then."""
    refused = await terminal.run("pause", "prod-sg", TASK, "for", "2h", "--yes")
    assert (refused.returncode, terminal.cloud.calls) == (Exit.REFUSED, [])
    assert f"Ask in Slack: /oms pause prod-sg {TASK} for 2h" in refused.stderr


async def test_a_speed_is_limited_and_the_limit_taken_away(terminal: Terminal) -> None:
    """Each is seen at OMS before it is told as done."""
    limited = await terminal.run("throttle", "prod-sg", TASK, "20", "--yes", "--json")
    ended = json.loads(limited.stdout)
    assert (limited.returncode, ended["ending"]) == (Exit.DONE, "throttled"), limited.stderr
    assert "20" in limited.stderr
    assert terminal.cloud.task_body(int(TASK))["bandwidth_policy"]
    lifted = await terminal.run("throttle", "prod-sg", TASK, "off", "--yes")
    assert lifted.returncode == Exit.DONE, lifted.stdout + lifted.stderr
    assert not terminal.cloud.task_body(int(TASK))["bandwidth_policy"]
    refused = await terminal.run("throttle", "prod-sg", TASK, "fast", "--yes")
    assert refused.returncode == Exit.REFUSED


def test_a_terminal_loads_neither_slack_nor_workflows() -> None:
    """Whoever is in a hurry does not wait for what is not used."""
    unwanted = ["slack_sdk", "slack_bolt", "starlette", "dbos", "alembic"]
    code = f"import sys, bot.cli.terminal.door; print([n for n in {unwanted!r} if n in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
