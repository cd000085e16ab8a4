"""Secrets of the settings: read as they were meant, shown nowhere."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.settings import load as settings
from bot.settings.load import Settings
from bot.settings.reading import read_keys, read_password, read_token, tidy
from bot.settings.sections import AccessKey, PasswordLogin
from tests.unit.setting_examples import ALICE, CANARIES, KEY, MINIMAL, Write, fault, faults


def with_secrets(configure: Write) -> Settings:
    """Return settings that hold a canary of every kind."""
    configure(
        MINIMAL
        + ALICE
        + '[users.U0BOB]\ncredential = { type = "access_key", access_key = "env:BOB_AK", secret_key = "env:BOB_SK" }\n'
        + '[service_account]\ntype = "access_key"\naccess_key = "env:BOB_AK"\nsecret_key = "env:BOB_SK"\n',
        ALICE_IAM_PASSWORD="canary-Pa55word",
        BOB_AK="CANARYAK0000000000AA",
        BOB_SK="canary-secret-key",
        DATABASE_URL="postgresql://bot:canary-Pa55word@db/oms",
        OMS_BOT_SECRET_KEYS=KEY,
    )
    return settings.load()


def test_no_secret_shows_when_settings_are_printed(configure: Write) -> None:
    """Neither the whole nor a part of it, in any of the ways that a log or a traceback prints a value."""
    loaded = with_secrets(configure)
    credentials = [user.credential for user in loaded.users.values()]
    parts = [loaded, *loaded.users.values(), *credentials, loaded.service_account]
    printed = " ".join(f"{part} {part!r} {part:}" for part in parts)
    assert [canary for canary in CANARIES if canary in printed] == []


def test_no_secret_shows_in_a_fault(configure: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """Secrets put into a wrong place are the likeliest to be quoted by an error."""
    configure(
        """
        [projects.prod-sg]
        id = "canary-Pa55word!"
        region = "canary-Pa55word"
        oms_endpoint = "canary-Pa55word"
        approvals = "canary-Pa55word"
        [users.U0ALICE]
        name = 1
        credential = { type = "password", domain = "", username = "a", password = ["canary-Pa55word"], x = "canary-x" }
        """,
        DATABASE_URL="canary-Pa55word",
        PORT="canary-Pa55word",
        LOG_LEVEL="canary-Pa55word",
        PUBLIC_URL="https://a:canary-Pa55word@\u2100.example",
        SLACK_API_URL="canary-Pa55word",
    )
    told = "\n".join(faults()) + capsys.readouterr().err
    assert told.count("\n") >= 8
    assert "canary" not in told.lower()


def test_secrets_written_into_the_file_are_counted(configure: Write) -> None:
    """They are taken as they are; `oms-bot check` warns of them. An access key alone opens nothing."""
    configure(
        MINIMAL
        + ALICE.replace("env:ALICE_IAM_PASSWORD", "canary:Pa55word")
        + '[users.U0BOB]\ncredential = { type = "access_key", access_key = "AK", secret_key = "canary-secret-key" }\n'
    )
    loaded = settings.load()
    assert loaded.literal_secrets == (
        "users.U0ALICE.credential.password",
        "users.U0BOB.credential.secret_key",
    )
    credential = loaded.users["U0ALICE"].credential
    assert isinstance(credential, PasswordLogin)
    assert credential.password == SecretStr("canary:Pa55word")


# --- what is put around them ---------------------------------------------------------------------------

ARK = """
[users.U0BOB]
credential = { type = "access_key", access_key = "file:ak", secret_key = "env:BOB_SK" }
"""
AROUND = st.lists(st.sampled_from([" ", "\t", "\n", "\r\n", "\ufeff", "\u00a0", "\u200b"]), max_size=3).map(
    "".join
)
QUOTATION = st.sampled_from(["{}", '"{}"', "'{}'", "`{}`", "“{}”", "‘{}’"])
TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"'`"), min_size=1)


@given(TOKENS, QUOTATION, AROUND, AROUND, AROUND)
def test_what_is_put_around_a_token_comes_off(
    token: str, marks: str, before: str, inside: str, after: str
) -> None:
    """By `docker run --env-file`, by editors, by `echo` into a file, by chats."""
    assert read_token(before + marks.format(inside + token + inside) + after) == token
    assert tidy(token) == token


@given(TOKENS, st.characters(exclude_categories=["Cs"]), TOKENS)
def test_a_token_is_read_whole_or_refused(left: str, between: str, right: str) -> None:
    """Never changed inside: it would be refused with every request, and nobody would know why."""
    text = left + between + right
    if "!" <= between <= "~":
        assert read_token(text) == text
    else:
        with pytest.raises(ValueError, match="copy it anew"):
            read_token(text)


PASSWORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(
    lambda p: p[0] != "\ufeff"
)


@given(PASSWORDS, st.sampled_from(["", "\n", "\r\n", "\n\n"]), st.sampled_from(["", "\ufeff"]))
def test_a_password_in_a_file_is_taken_as_it_is(password: str, end: str, mark: str) -> None:
    """It may begin and end with anything that can be typed; the file's end of line is not of it."""
    assert read_password(mark + password + end, exact=True) == password


@given(PASSWORDS, st.sampled_from(["{}", "{}\n", '"{}"', "'{}'", " {}", "{} "]))
def test_a_password_in_a_variable_is_never_changed_in_silence(password: str, around: str) -> None:
    """What may be meant or not is refused, since IAM locks those out who try wrong passwords."""
    text = around.format(password)
    if text.strip("\r\n") == tidy(text):
        assert read_password(text, exact=False) == text.rstrip("\r\n")
    else:
        with pytest.raises(ValueError, match="put the password into a file"):
            read_password(text, exact=False)


def test_every_value_of_the_environment_is_read_as_it_was_meant(configure: Write) -> None:
    """In quotation marks and with a line end, as `docker run --env-file` hands over what stands in the file."""
    values = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": "https://slack.example/api/",
        "DATABASE_URL": "postgresql://bot@db/oms",
        "OMS_BOT_CONFIG": "oms-bot.toml",
        "OMS_BOT_SECRET_KEYS": KEY,
        "PUBLIC_URL": "https://bot.example",
        "HOST": "::",
        "PORT": "8080",
        "LOG_LEVEL": "warning",
    }
    configure(**values)
    meant = settings.load()
    for around in ('"{}"', "'{}'", "{}\n", " {}\r\n", "\ufeff{}"):
        configure(**{name: around.format(value) for name, value in values.items()})
        assert settings.load() == meant


def test_a_byte_order_mark_and_line_ends_of_windows_are_no_content(configure: Write, tmp_path: Path) -> None:
    """Of the settings and of every file of a secret."""
    (tmp_path / "pw").write_text("\ufeff p w' \r\n")
    (tmp_path / "ak").write_text("\ufeff'CANARYAK0000000000AA'\r\n")
    toml = MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "file: pw") + ARK
    configure("\ufeff" + toml.replace("\n", "\r\n"), BOB_SK='"canary-secret-key"\n')
    alice, bob = (user.credential for user in settings.load().users.values())
    assert isinstance(alice, PasswordLogin)
    assert isinstance(bob, AccessKey)
    assert alice.password.get_secret_value() == " p w' "
    assert (bob.access_key, bob.secret_key.get_secret_value()) == (
        "CANARYAK0000000000AA",
        "canary-secret-key",
    )


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        (
            {"SLACK_SIGNING_SECRET": "8f74 # canary"},
            "SLACK_SIGNING_SECRET has white space or other characters",
        ),
        ({"SLACK_SIGNING_SECRET": "8f74\n85a5"}, "SLACK_SIGNING_SECRET has white space or other characters"),
        ({"SLACK_BOT_TOKEN": "Bearer xoxb-canary"}, "SLACK_BOT_TOKEN has white space"),
        ({"SLACK_APP_TOKEN": "xapp-1\u2010canary"}, "SLACK_APP_TOKEN has white space or other characters"),
        ({"SLACK_BOT_TOKEN": '""'}, "SLACK_BOT_TOKEN is missing; copy"),
        ({"ALICE_IAM_PASSWORD": '"canary"'}, "password has white space or quotation marks around it"),
        ({"ALICE_IAM_PASSWORD": "canary "}, "password has white space or quotation marks around it"),
        ({"ALICE_IAM_PASSWORD": "canary\ncanary"}, "password has a line end or another control character"),
        ({"OMS_BOT_SECRET_KEYS": "canary"}, "OMS_BOT_SECRET_KEYS has a key (number 1) that is not 32 bytes"),
        ({"OMS_BOT_SECRET_KEYS": f"{KEY},{KEY}"}, "OMS_BOT_SECRET_KEYS has a key twice; remove one"),
        ({"OMS_BOT_SECRET_KEYS": " , "}, "OMS_BOT_SECRET_KEYS has no key in it; `oms-bot users new-key`"),
        ({"PUBLIC_URL": "https://bot.example /x"}, "PUBLIC_URL has white space in it; write it like"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL names no file, so nothing would be kept; write"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL names no file, so nothing would be kept"),
        ({"DATABASE_URL": "sqlite:///x?mode=ro"}, "DATABASE_URL has parameters, which are not passed on"),
        ({"DATABASE_URL": "sqlite:///file:x"}, "DATABASE_URL has parameters, which are not passed on"),
        ({"DATABASE_URL": "postgresql://bot@db"}, "DATABASE_URL names no database; write postgresql://"),
    ],
)
def test_what_cannot_be_meant_is_refused(configure: Write, environment: dict[str, str], words: str) -> None:
    """In one sentence that does not quote it."""
    configure(MINIMAL + ALICE, **{"ALICE_IAM_PASSWORD": "pw"} | environment)
    told = fault()
    assert words in told
    assert "canary" not in told


@pytest.mark.parametrize(
    "reference",
    [
        "${}",
        "${{{}}}",
        "$({})",
        "$env:{}",
        "%{}%",
        "ENV:{}",
        "Env: {}",
        "env.{}",
        "{{{{ env.{} }}}}",
        "<{}>",
        " ${} ",
    ],
)
def test_what_looks_like_a_reference_is_no_secret(configure: Write, reference: str) -> None:
    """Sent as it stands it would count as a wrong password. The variable is named, if there is one of that name."""
    for name, meant in (("ALICE_IAM_PASSWORD", "env:ALICE_IAM_PASSWORD"), ("CANARY_HUNTER2", "env:NAME")):
        written = reference.format(name)
        configure(MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", written), ALICE_IAM_PASSWORD="pw")
        assert fault() == (
            f"oms-bot.toml: users.U0ALICE.credential.password looks like a reference; write {meant}"
        )


@pytest.mark.parametrize("password", ["a$b", "$ecret", "100%", "env", "{x}", "a<b>", "50% OFF%"])
def test_a_secret_that_looks_like_none_is_taken_as_it_is(configure: Write, password: str) -> None:
    """With the warning that it stands in the file."""
    configure(MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", password))
    assert settings.load().literal_secrets == ("users.U0ALICE.credential.password",)


def test_a_reference_to_a_variable_in_a_variable_is_not_followed(configure: Write) -> None:
    """Where a token is expected, it would be sent to Slack."""
    for written in ("env:TOKEN", "${TOKEN}", "FILE:/run/token"):
        configure(SLACK_BOT_TOKEN=written)
        assert (
            fault() == "SLACK_BOT_TOKEN looks like a reference; set it to the secret itself, or to file:/path"
        )


def test_every_secret_of_the_environment_may_stand_in_a_file(configure: Write, tmp_path: Path) -> None:
    """As systemd's credentials do, and the secrets of Kubernetes and Docker."""
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_CLIENT_SECRET": "shh",
        "DATABASE_URL": "postgresql://bot:pw@db/oms",
        "OMS_BOT_SECRET_KEYS": KEY,
    }
    configure(**secrets)
    meant = settings.load()
    for name, value in secrets.items():
        (tmp_path / name).write_text(f"\ufeff{value}\r\n")
    configure(**{name: f"file:{tmp_path / name}" for name in secrets})
    assert settings.load() == meant


def test_a_file_of_a_secret_is_looked_at_as_the_secret_itself(configure: Write, tmp_path: Path) -> None:
    """What is wrong with it is said once, and not what is in it."""
    held = tmp_path / "held"
    configure(SLACK_BOT_TOKEN=f"file:{held}", SLACK_APP_TOKEN=f"file:{held}")
    reason = f"refers to the file {held}, which can't be read (No such file or directory)"
    remedy = "put the secret there, or correct the path"
    assert faults() == [f"{name} {reason}; {remedy}" for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")]
    held.write_text("xoxb-canary\n")
    assert "SLACK_APP_TOKEN is a bot token; put it in SLACK_BOT_TOKEN" in fault()
    held.write_text("canary two")
    configure(SLACK_BOT_TOKEN=f"file:{held}", SLACK_APP_TOKEN="")
    told = fault()
    assert told.startswith("SLACK_BOT_TOKEN has white space or other characters in it")
    assert "canary" not in told


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3, unique=True), QUOTATION, AROUND)
def test_keys_may_be_separated_by_commas_or_lines(keys: list[bytes], marks: str, around: str) -> None:
    """As they come out of a file, too."""
    written = [marks.format(base64.urlsafe_b64encode(key).decode()) + around for key in keys]
    assert read_keys(",".join(written)) == read_keys(" , \n".join(written)) == keys
