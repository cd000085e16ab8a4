"""What a resume hands to OMS: `[bucket_credentials.NAME]`, its mistakes, and what is shown of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.checks.buckets import buckets
from bot.settings import load as settings
from bot.settings.effective import effective
from tests.unit.setting_examples import ALICE, MEDIA, MINIMAL, Write, faults

CANARIES = {"MEDIA_AK": "CANARYAK0000000000MM", "MEDIA_SK": "canary-secret-key"}
GOOGLE = """
[bucket_credentials.google]
side = "source"
buckets = ["logs"]
json_auth_file = "file:google.json"
"""
AGENCY = """
[bucket_credentials.obs]
side = "destination"
buckets = ["media-dst"]
agency = true
"""
CAROL = """
[users.U0CAROL]
credential = { type = "agency", agency = "oms-oncall", domain = "acme" }

[service_account]
type = "access_key"
access_key = "env:MEDIA_AK"
secret_key = "env:MEDIA_SK"
"""
ONE = "bucket_credentials.aws-media"
OTHER = MEDIA.replace("aws-media", "old")
CHOICE = "access_key and secret_key, connection_string (Azure), json_auth_file (Google) or agency = true"


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        (MEDIA.replace('side = "source"', ""), f"oms-bot.toml: {ONE}.side is missing; add it"),
        (MEDIA.replace('"source"', '"sauce"'), f"oms-bot.toml: {ONE}.side is not valid: input should be 'source' or 'destination'; correct it"),
        (MEDIA.replace('buckets = ["media-src"]', ""), f"oms-bot.toml: {ONE}.buckets is missing; add it"),
        (MEDIA.replace('["media-src"]', '"media-src"'), f'oms-bot.toml: {ONE}.buckets must be a list of texts; write it in brackets: ["…"]'),
        (MEDIA.replace('"media-src"', '"s3://media-src/"'), f"oms-bot.toml: {ONE}.buckets.0 has 's3://media-src/', which is no bucket; write its name alone, such as media-src"),
        (MEDIA.replace("secret_key", "secretkey"), f"oms-bot.toml: {ONE}.secretkey is not a setting; did you mean secret_key?"),
        (MEDIA.replace("env:MEDIA_SK", "env:GONE"), f"oms-bot.toml: {ONE}.secret_key refers to GONE, which is not set; set that environment variable"),
        (MEDIA.replace("env:MEDIA_SK", "$MEDIA_SK"), f"oms-bot.toml: {ONE}.secret_key looks like a reference; write env:MEDIA_SK"),
        (MEDIA.replace('secret_key = "env:MEDIA_SK"', ""), f"{ONE}.secret_key is missing; add it"),
        (MEDIA.replace('access_key = "env:MEDIA_AK"', ""), f"{ONE}.access_key is missing; add it"),
        (MEDIA.partition("access_key")[0], f"{ONE} has no keys; add {CHOICE}"),
        (MEDIA + 'connection_string = "env:MEDIA_SK"', f"{ONE} has access_key and connection_string, and only one can be handed over; remove the others"),
        (MEDIA.partition("access_key")[0].replace("source", "destination") + 'connection_string = "env:MEDIA_SK"', f"{ONE}.connection_string opens sources only, and a destination is a bucket of OBS; add an access key"),
        (MEDIA + 'projects = ["prod-de"]', f"{ONE}.projects has prod-de, which is no project; write an alias of [projects.ALIAS]"),
        (MEDIA.replace("aws-media", '"aws media"'), "bucket_credentials.aws media: its name stands on cards; use up to 40 letters, digits, dots and dashes only"),
        (MEDIA + OTHER, f"bucket_credentials.old is for media-src, as {ONE} is, and nothing says which to take; name different projects, or remove it from one"),
        (AGENCY, "bucket_credentials.obs is for those who act through an agency, and nobody does; add keys instead"),
        (GOOGLE.replace("file:google.json", "env:MEDIA_SK"), "oms-bot.toml: bucket_credentials.google.json_auth_file is not JSON; refer to the key file as it was downloaded: file:/path"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_bucket_credential(configure: Write, toml: str, sentence: str) -> None:
    """Each has its whole sentence, and no secret in it."""
    configure(MINIMAL + toml, **CANARIES)
    assert faults() == [sentence]
    assert not any(canary in sentence for canary in CANARIES.values())


def test_one_that_names_the_project_goes_beside_one_for_all(configure: Write) -> None:
    """The closer one is chosen, so nothing is unclear."""
    configure(MINIMAL + MEDIA + OTHER + 'projects = ["prod-sg"]', **CANARIES)
    assert set(settings.load().bucket_credentials) == {"aws-media", "old"}


def test_the_key_file_of_google_is_taken_whole(configure: Write, tmp_path: Path) -> None:
    """It is JSON over several lines."""
    (tmp_path / "google.json").write_text('{\n  "private_key": "canary key"\n}\n')
    configure(MINIMAL + GOOGLE)
    file = settings.load().bucket_credentials["google"].json_auth_file
    assert file is not None
    assert file.get_secret_value() == '{\n  "private_key": "canary key"\n}'


def test_config_and_check_show_what_there_is_and_no_secret(configure: Write) -> None:
    """The names, the buckets, and whether the keys are set."""
    configure(MINIMAL + ALICE + CAROL + MEDIA + AGENCY, ALICE_IAM_PASSWORD="pw", **CANARIES)
    shown = {setting.name: setting.value for setting in effective(settings.read())}
    assert shown[f"{ONE}.buckets"] == "media-src"
    assert shown[f"{ONE}.access_key"] == shown[f"{ONE}.secret_key"] == "set"
    assert [str(line) for line in buckets(settings.load())] == [
        "✓ bucket credential aws-media: an access key for the source media-src; proved by the first resume",
        (
            "✓ bucket credential obs: a temporary key of each requester's own agency for the destination media-dst; "
            "proved by the first resume"
        ),
    ]
    everything = f"{shown} {settings.load()!r}"
    assert not any(canary in everything for canary in CANARIES.values())


def test_a_key_in_the_file_itself_is_warned_of(configure: Write) -> None:
    """As any other secret."""
    configure(MINIMAL + MEDIA.replace("env:MEDIA_SK", "canary-in-the-file"), **CANARIES)
    assert settings.load().literal_secrets == (f"{ONE}.secret_key",)
