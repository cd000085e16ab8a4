"""The mistakes that newcomers made, each with the whole sentence that answers it: the setting, the fault, the remedy.

Those that only the network shows are in tests/scenario/test_check.py, the port's in tests/scenario/test_bad_starts.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import load as settings
from bot.settings.regions import REGIONS, REGIONS_WITHOUT_IAM, meant_region
from tests.unit.setting_examples import ALICE, MINIMAL, Write, fault, faults

BOT_TOKEN = "copy the one that begins with xoxb- from the app's OAuth & Permissions page"
APP_TOKEN = "make one (xapp-…, scope connections:write) on the app's Basic Information page"
NO_TOKENS = [
    f"SLACK_BOT_TOKEN is missing; {BOT_TOKEN}",
    f"SLACK_APP_TOKEN is missing; {APP_TOKEN}, or set SLACK_SIGNING_SECRET to use HTTP instead",
]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"OMS_BOT_SECRET_KEYS": "hunter2"}, "OMS_BOT_SECRET_KEYS has a key (number 1) that is not 32 bytes in URL-safe base64; `oms-bot users new-key` prints one that is"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, f"SLACK_BOT_TOKEN is a user token; {BOT_TOKEN}"),
        ({"SLACK_BOT_TOKEN": "xapp-1"}, f"SLACK_BOT_TOKEN is an app-level token; put it in SLACK_APP_TOKEN, and here {BOT_TOKEN}"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, f"SLACK_APP_TOKEN is a bot token; put it in SLACK_BOT_TOKEN, and here {APP_TOKEN}"),
        ({"SLACK_SIGNING_SECRET": ""}, NO_TOKENS[1]),
        ({"DATABASE_URL": "mysql://db/oms"}, "DATABASE_URL is not supported; write sqlite:///FILE or postgresql://USER@HOST/NAME"),
        ({"PUBLIC_URL": "http://bot.example"}, "PUBLIC_URL must start with https://; plain http is accepted for loopback only"),
        ({"PUBLIC_URL": "bot.example"}, "PUBLIC_URL is not a URL; write it like https://host"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is not valid: input should be 'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL'; correct it"),
        ({"PORT": "http"}, "PORT is not valid: input should be a valid integer, unable to parse string as an integer; correct it"),
        ({"OMS_BOT_CONFIG": "gone.toml"}, "OMS_BOT_CONFIG: there is no file gone.toml; `oms-bot init` writes one"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_environment(configure: Write, environment: dict[str, str], sentence: str) -> None:
    """One sentence, and nothing else."""
    configure(**environment)
    assert faults() == [sentence]


SECTIONS = "bucket_credentials, hashicorp_vault, installs, limits, network, outcomes, projects, proposers, retention, service_account, sign_in_with_slack, texts, timing, users"


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        (MINIMAL.replace("ap-southeast-3", "Singapore"), 'projects.prod-sg.region "Singapore" is not a region id; write ap-southeast-3'),
        (MINIMAL.replace("ap-southeast-3", "Atlantis"), 'projects.prod-sg.region "Atlantis" is not a region id; write it like ap-southeast-3'),
        (MINIMAL.replace("region", "regoin"), "projects.prod-sg.regoin is not a setting; did you mean region?"),
        ("timeout = 5\n" + MINIMAL, f"timeout is not a section; use one of these: {SECTIONS}"),
        ("request_timeout = 5\n" + MINIMAL, "request_timeout is not a setting there; put it in [timing]"),
        (MINIMAL + "[project.x]\nid = 'p'\nregion = 'r'", "project is not a setting; did you mean projects?"),
        ("", "projects is empty; add a [projects.ALIAS] section with id and region"),
        (MINIMAL + 'channels = ["#incidents"]', "projects.prod-sg.channels.0 has '#incidents', which is no id; write a channel id (C…): open the channel's details to copy it"),
        (MINIMAL + ALICE.replace("U0ALICE", "alice"), 'users.alice is not a Slack user id; write [users.U0123ABC] or [users."T0123:U0123ABC"]'),
        (MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "env:NOT_SET"), "users.U0ALICE.credential.password refers to NOT_SET, which is not set; set that environment variable"),
        (MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "file:/gone"), "users.U0ALICE.credential.password refers to the file /gone, which can't be read (No such file or directory); put the secret there, or correct the path"),
        (MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "$ALICE_IAM_PASSWORD"), "users.U0ALICE.credential.password looks like a reference; write env:ALICE_IAM_PASSWORD"),
        (MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "ENV:ALICE_IAM_PASSWORD"), "users.U0ALICE.credential.password looks like a reference; write env:ALICE_IAM_PASSWORD"),
        (MINIMAL + ALICE.replace('"password", d', '"pasword", d'), 'users.U0ALICE.credential.type is "pasword"; write password, access_key or agency'),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file(configure: Write, toml: str, sentence: str) -> None:
    """The file, then the key by its path."""
    configure(toml, ALICE_IAM_PASSWORD="pw")
    told = [each.removeprefix("oms-bot.toml: ") for each in faults()]
    if "regoin" in toml:  # which is then missing, too
        told.remove("projects.prod-sg.region is missing; add it")
    assert told == [sentence]


def test_nothing_is_set_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a start takes, at once; Socket Mode first, as it is the shortest way."""
    monkeypatch.chdir(tmp_path)
    told = faults()
    assert told == ["OMS_BOT_CONFIG: there is no file oms-bot.toml; `oms-bot init` writes one", *NO_TOKENS]


def test_the_tokens_are_missing(configure: Write) -> None:
    """Both, and where each is found."""
    configure(SLACK_BOT_TOKEN="", SLACK_SIGNING_SECRET="")
    assert faults() == NO_TOKENS


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("id = 2c0689c860ad47", "line 2: id = 2c0689c860ad47  texts stand in quotes; write id = \"…\""),
        ("credential = { type = password }", "line 2: credential = …  invalid value; fix the line"),
        ("password = canary-Pa55word", "line 2: password = …  texts stand in quotes; write password = \"…\""),
        ("canary-Pa55word", "line 2: …  expected '=' after a key in a key/value pair; fix the line"),
        ("[projects", "line 2: [projects  expected ']' at the end of a table declaration; fix the line"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_toml_is_shown(configure: Write, line: str, sentence: str) -> None:
    """Quotes that were forgotten are the usual reason. What may be a secret in it is not shown."""
    configure(f"[projects.prod-sg]\n{line}\n")
    told = fault()
    assert told == f"OMS_BOT_CONFIG: oms-bot.toml can't be read, {sentence}"
    assert "canary" not in told


def test_a_secret_in_the_line_of_a_region_is_not_shown(configure: Write) -> None:
    """Only what can be a place is quoted."""
    configure(MINIMAL.replace("ap-southeast-3", "canary-Pa55word"))
    assert fault().endswith("projects.prod-sg.region is not a region id; write it like ap-southeast-3")


def test_the_regions_are_those_of_the_official_client() -> None:
    """Another one is a new region of theirs: add it."""
    from huaweicloudsdkoms.v2.region.oms_region import OmsRegion  # noqa: PLC0415  # a large library

    assert set(REGIONS) == set(OmsRegion.static_fields)
    assert set(REGIONS) >= REGIONS_WITHOUT_IAM


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("ap-southeast-33", "ap-southeast-3"),
        ("ap_southeast_3", "ap-southeast-3"),
        ("apsoutheast3", "ap-southeast-3"),
        ("AP-Singapore", "ap-southeast-3"),
        ("CN-Hong Kong", "ap-southeast-1"),
        ("cn-north4", "cn-north-4"),
        ("zzz", None),
    ],
)
def test_the_closest_region_is_found(written: str, region: str | None) -> None:
    """By its id, or by the city that the console calls it by."""
    assert meant_region(written) == region


def test_what_can_be_read_is_there_although_the_file_is_at_fault(configure: Write) -> None:
    """So that one mistake hides no other; a faulty environment leaves nothing to go by."""
    configure("[colour]")
    with pytest.raises(settings.SettingsError) as refused:
        settings.load()
    assert refused.value.settings is not None
    assert refused.value.settings.slack_bot_token.get_secret_value() == "xoxb-canary"
    configure(PORT="http")
    with pytest.raises(settings.SettingsError) as refused:
        settings.load()
    assert refused.value.settings is None
