"""Logs: one line an event, and no secret in any of them."""

from __future__ import annotations

import contextlib
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot import logs
from bot.logs import REDACTED, redact

SECRETS = {
    "a bot token": "xoxb-123-456-AbCdEf",
    "a user token": "xoxp-123-AbC",
    "an app token": "xapp-1-A1-2-abc",
    "a response_url": "https://hooks.slack.com/commands/T1/2/AbCdEf",
    "an action's response_url": "https://hooks.slack.com/actions/T1/2/AbCdEf",
    "an app's response_url": "https://hooks.slack.com/app/T1/2/AbCdEf",
    "an IAM token": "MII" + "Ab9+/" * 20 + "==",
    "an access key": "CANARYAK0000000000AA",
    "a signature": "Access=CANARYAK0000000000AA, SignedHeaders=host, Signature=0a1b2c",
}

Lines = Callable[[], list[dict[str, Any]]]


def configure(stderr: io.StringIO, level: str, form: logs.Form = "json", replica: str = "") -> None:
    """Configure logging; pytest's own handlers are taken out of the way first, since they would be closed."""
    logging.getLogger().handlers.clear()
    with contextlib.redirect_stderr(stderr):
        logs.configure(level, form, replica=replica)


def taken(stderr: io.StringIO) -> str:
    """Return what was written since the last time."""
    text = stderr.getvalue()
    stderr.seek(0)
    stderr.truncate()
    return text


@pytest.fixture
def stderr() -> io.StringIO:
    """What logging takes for the process's standard error."""
    return io.StringIO()


@pytest.fixture
def lines(stderr: io.StringIO) -> Iterator[Lines]:
    """Configure logging as a service does, at DEBUG, and return a reader of what was written."""
    loggers = [logging.getLogger(), *(logging.getLogger(n) for n in (*logs._TALKATIVE, *logs._QUOTING))]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    configure(stderr, "DEBUG")
    yield lambda: [json.loads(line) for line in taken(stderr).splitlines()]
    structlog.reset_defaults()
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers = handlers


def test_a_line_is_json_with_time_level_and_logger(lines: Lines) -> None:
    """And with what is bound to the operation at hand, and who wrote it."""
    with structlog.contextvars.bound_contextvars(operation="op1"):
        structlog.get_logger("bot.x").info("ended", ending="paused", seconds=1.5)
    [line] = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "ended", "ending": "paused", "seconds": 1.5, "operation": "op1", "level": "info", "logger": "bot.x",
        "version": bot.__version__,
    }  # fmt: skip


def test_other_libraries_lines_have_the_same_form(lines: Lines) -> None:
    """The standard library's loggers, with their arguments."""
    logging.getLogger("elsewhere").warning("%s of %s", 1, 2)
    [line] = lines()
    assert (line["event"], line["level"], line["logger"]) == ("1 of 2", "warning", "elsewhere")


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_known_by_its_look(lines: Lines, secret: str) -> None:
    """Wherever it stands: in the text, in a value, deep inside one, in an argument, in an exception."""
    canary = secret.rpartition("Signature=")[2] if "Signature" in secret else secret
    log = structlog.get_logger("bot.x")
    log.debug(f"text {secret} text", value=secret, deep={"a": [{"b": secret}]}, odd=ValueError(secret))
    logging.getLogger("elsewhere").debug("said %s", secret)
    try:
        raise ValueError(f"about {secret}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("elsewhere").exception("failed")
    told = lines()
    assert len(told) == 4
    assert canary not in json.dumps(told)
    assert json.dumps(told).count(REDACTED) >= 6
    assert "ValueError" in told[2]["exception"]


KEYS = (
    "password iam_password secret_key SK ak X-Auth-Token Authorization access_key cookie x-slack-signature "
    "response_url body headers X-Security-Token client_secret"
)


@pytest.mark.parametrize("key", KEYS.split())
def test_a_secret_is_known_by_its_name(key: str) -> None:
    """Whatever it looks like, and however deep it stands."""
    assert redact(None, "info", {key: "hunter2"}) == {key: REDACTED}
    deep = redact(None, "info", {"request": {"parts": [{key: "hunter2", "other": "kept"}]}})
    assert "hunter2" not in repr(deep)
    assert "kept" in repr(deep)


def test_what_is_no_secret_stays() -> None:
    """Ids are what one looks for at 3 a.m."""
    event = {
        "event": "called", "operation": "0123456789abcdef01234567", "task": "191297407830872", "user": "U0ALICE",
        "project": "2c0689c860ad4728a497c91ec0844383", "request_id": "8f3c0a1b2c3d4e5f8f3c0a1b2c3d4e5f", "n": 1,
        "ok": True, "none": None, "seconds": 0.5, "url": "https://oms.ap-southeast-3.myhuaweicloud.com/v2/p/tasks/1/stop",
    }  # fmt: skip
    assert redact(None, "info", dict(event)) == event


@given(
    st.dictionaries(
        st.text(max_size=5), st.recursive(st.none() | st.text() | st.binary(), st.lists, max_leaves=3)
    )
)
def test_redaction_never_fails(event: dict[str, Any]) -> None:
    """A log line that raises would take the request with it."""
    assert set(redact(None, "info", dict(event))) == set(event)


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "sqlalchemy.engine", "aiohttp.access"])
def test_talkative_libraries_are_quiet_at_debug(lines: Lines, name: str) -> None:
    """They would log bodies, headers, SQL parameters and capabilities; their warnings still come."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)  # as some libraries do with loggers of their own
    logger.debug("body")
    logger.info("body")
    logger.warning("trouble")
    assert [line["event"] for line in lines()] == ["trouble"]


@pytest.mark.parametrize(
    "name",
    [
        "slack_sdk.web.async_client",
        "slack_bolt",
        "slack_bolt.AsyncSslCheck",
        "slack_bolt:Ack",
        "dbos",
        "asyncio",
    ],
)
def test_libraries_that_quote_deliveries_are_reduced_to_where_they_spoke(lines: Lines, name: str) -> None:
    """At any level: an error of theirs holds the message that could not be handled."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    delivered = " ".join(["typed", "by", "alice"])
    logger.debug(f"Received a message: {delivered}")
    logger.error("Failed to handle a message: %s", delivered)
    try:
        raise ValueError(delivered)
    except ValueError as error:
        logger.error(f"Failed to run listener: {error}", exc_info=True)  # as they do
    told = lines()
    assert delivered not in json.dumps(told)
    assert [line["level"] for line in told] == ["error", "error"]
    assert all(f"{name} spoke at test_logs.py:" in line["event"] for line in told)
    assert "ValueError" in told[1]["exception"]


def test_an_exception_shows_where_and_of_what_kind_not_what_it_quotes(lines: Lines) -> None:
    """With its causes. What is said of files and databases is shown: an operator needs it."""
    log = structlog.get_logger("bot.x")
    delivered = " ".join(["typed", "by", "alice"])
    try:
        try:
            int(delivered)
        except ValueError as error:
            raise OSError("disk full") from error
    except OSError:
        log.exception("failed")
    [line] = lines()
    assert delivered not in json.dumps(line)
    assert "OSError: disk full" in line["exception"]
    assert f"ValueError: {REDACTED}" in line["exception"]
    assert 'raise OSError("disk full")' in line["exception"]


def test_what_would_turn_or_hide_a_line_is_escaped(stderr: io.StringIO, lines: Lines) -> None:
    """Bidi controls, zero widths, terminal escapes, line separators: in JSON and on a terminal."""
    hidden = "\u202e\u2066\u200f\u200b\x1b[2J\u2028\x9b\ufeff\U000e0041"
    structlog.get_logger("bot.x").info("said", name=f"a{hidden}b", deep=[{"c": hidden}])
    [line] = lines()
    assert not [
        char for char in json.dumps(line, ensure_ascii=False) if char in hidden and not char.isascii()
    ]
    assert line["name"].startswith("a\\u202e\\u2066")
    configure(stderr, "INFO", "console")
    structlog.get_logger("bot.x").info("said", name=hidden)
    assert not [char for char in taken(stderr) if char in hidden and not char.isascii()]


def test_our_own_debug_lines_are_there_at_debug_only(stderr: io.StringIO, lines: Lines) -> None:
    """LOG_LEVEL is what an operator chose."""
    structlog.get_logger("bot.x").debug("detail")
    assert len(lines()) == 1
    configure(stderr, "WARNING")
    structlog.get_logger("bot.x").info("detail")
    assert lines() == []
    configure(stderr, "ERROR")
    logging.getLogger("httpx").warning("trouble")
    assert lines() == []


def test_a_terminal_gets_text(stderr: io.StringIO, lines: Lines) -> None:
    """Readable, and redacted like everything else."""
    assert lines() == []
    configure(stderr, "INFO", "console")
    structlog.get_logger("bot.x").info("ended", token="hunter2", value=SECRETS["a bot token"])
    told = taken(stderr)
    assert "ended" in told
    assert "hunter2" not in told
    assert "xoxb" not in told


def test_every_line_of_json_says_which_version_and_which_replica_wrote_it(
    stderr: io.StringIO, lines: Lines
) -> None:
    """Also another library's; whoever watches a terminal knows."""
    configure(stderr, "INFO", replica="web.1")
    structlog.get_logger("bot.x").info("ended")
    logging.getLogger("elsewhere").warning("trouble")
    assert [(line["version"], line["replica"]) for line in lines()] == [(bot.__version__, "web.1")] * 2
    configure(stderr, "INFO", "console", replica="web.1")
    structlog.get_logger("bot.x").info("ended")
    assert "web.1" not in taken(stderr)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("form", "terminal", "is_json"),
    [
        ("auto", False, True),
        ("auto", True, False),
        ("json", True, True),
        ("console", False, False),
    ],
)
def test_the_form_is_what_was_chosen_else_what_stderr_is(
    lines: Lines, form: logs.Form, terminal: bool, is_json: bool
) -> None:
    """A terminal gets text, all else JSON."""
    assert lines() == []
    stderr = _Terminal() if terminal else io.StringIO()
    configure(stderr, "INFO", form)
    structlog.get_logger("bot.x").info("ended")
    assert taken(stderr).startswith("{") is is_json
