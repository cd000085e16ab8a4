"""Structured logs: JSON for machines, colours for a terminal; every line passes the redaction.

Nothing that Slack delivers is logged. Libraries that log bodies or headers are kept at WARNING, whatever `LOG_LEVEL`
says and whatever level they give their own loggers; those that quote deliveries even in their errors are reduced to the
place that spoke. Of an exception, the text is shown only where it can't quote what was delivered.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import structlog

from bot import __version__
from bot.visible import visible

# Each is known to log payloads, headers, SQL parameters or URLs with capabilities in them below WARNING …
_TALKATIVE = ("aiohttp", "httpx", "httpcore", "sqlalchemy", "uvicorn.access")
# … and these at any level: a message that could not be handled, an object that could not be stored.
_QUOTING = ("slack_bolt", "slack_sdk", "dbos", "asyncio")
# Exceptions whose texts are about files, connections and databases. Others may quote what a person typed.
_HARMLESS = frozenset({"OSError", "OperationalError"})
_SECRET_KEYS = re.compile(
    r"(?i)password|secret|token|authorization|access_key|signature|response_url|cookie|^(ak|sk|body|headers)$"
)
_SECRET_VALUES = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+"  # Slack tokens
    r"|https?://(?:hooks\.slack\.com|\S*/(?:commands|actions|services|response))/\S+"  # response_url: a capability
    r"|(?<![A-Za-z0-9+/=])MII[A-Za-z0-9+/=_-]{40,}"  # IAM tokens
    r"|(?<![A-Z0-9])[A-Z0-9]{20}(?![A-Z0-9])"  # access keys
    r"|(?<=://)[^/\s@]*:[^/\s@]+(?=@)"  # the user and password of a URL, such as a proxy's
    r"|(?i:(?<=access=)|(?<=signature=))[^\s,]+"
)
REDACTED = "[redacted]"


Form = Literal["auto", "json", "console"]


def configure(level: str, form: Form = "auto", *, replica: str = "") -> None:
    """Send all logs of this process to stderr at *level*; "auto" is JSON, but for a terminal.

    Lines of JSON come from many machines, so each names the version and the *replica* that wrote it.
    """
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    origin = {"version": __version__} | ({"replica": replica} if replica else {})
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_without_texts),
        redact,
        *([_from(origin)] if as_json else ()),
    ]
    structlog.configure(
        # What is below the level is dropped before any work is done on it.
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(_discreet)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in (*_TALKATIVE, *_QUOTING):  # spares them the work; `_discreet` is what keeps them quiet
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # It warns that a token in the environment is not read.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)


def _from(origin: Mapping[str, str]) -> structlog.types.Processor:
    def add(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        event.update(origin)
        return event

    return add


def _discreet(record: logging.LogRecord) -> bool:
    """Decide at the handler, which every record passes: some libraries give each of their loggers the root's level."""
    if _is_of(record, _QUOTING):
        place = f"{Path(record.pathname).name}:{record.lineno}"
        record.msg, record.args = f"{record.name} spoke at {place}; its words may quote a delivery", ()
    elif not _is_of(record, _TALKATIVE):
        return True
    return record.levelno >= logging.WARNING


def _is_of(record: logging.LogRecord, libraries: tuple[str, ...]) -> bool:
    return record.name.startswith(tuple(f"{name}{end}" for name in libraries for end in ".:")) or (
        record.name in libraries
    )


def _without_texts(
    exc_info: tuple[type[BaseException] | None, BaseException | None, TracebackType | None],
) -> str:
    """Format an exception and its causes: where each was raised, of what kind, and its text if that is harmless."""
    error = exc_info[1]
    said = []
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        said.append(f"{frames}{type(error).__qualname__}: {_text_of(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nfrom\n\n".join(said)


def _text_of(error: BaseException) -> str:
    kinds = type(error).__mro__
    ours = any(kind.__module__.split(".")[0] == "bot" for kind in kinds)
    return str(error) if ours or _HARMLESS & {kind.__name__ for kind in kinds} else REDACTED


def redact(
    _logger: Any,  # noqa: ANN401  # structlog's own signature
    _method: str,
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Take secrets out of a log line, by the name of a field and by the look of a value."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _redacted(key, value)
    return event


def _redacted(key: str, value: Any) -> Any:  # noqa: ANN401  # whatever somebody logs
    """Return *value*, which stands under *key*, without its secrets; what is no JSON becomes text."""
    if _SECRET_KEYS.search(key):
        return REDACTED
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {str(k): _redacted(str(k), v) for k, v in value.items()}
        case list() | tuple():
            return [_redacted("", part) for part in value]
        case _:
            return visible(_SECRET_VALUES.sub(REDACTED, str(value)), keep="\n\t")
