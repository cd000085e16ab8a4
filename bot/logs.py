"""Structured logs: JSON for machines, colours for a terminal; every line passes the redaction.

Libraries that would log bodies or headers are kept at WARNING, whatever `LOG_LEVEL` says.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Each is known to log payloads, headers, SQL parameters or URLs with capabilities in them below WARNING.
_TALKATIVE = (
    "slack_sdk", "aiohttp", "httpx", "httpcore", "dbos", "sqlalchemy", "asyncio", "uvicorn.access",
)  # fmt: skip
_SECRET_KEYS = re.compile(
    r"(?i)password|secret|token|authorization|access_key|signature|response_url|cookie|^(ak|sk|body|headers)$"
)
_SECRET_VALUES = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+"  # Slack tokens
    r"|https?://(?:hooks\.slack\.com|\S*/(?:commands|actions|services|response))/\S+"  # response_url: a capability
    r"|(?<![A-Za-z0-9+/=])MII[A-Za-z0-9+/=_-]{40,}"  # IAM tokens
    r"|(?<![A-Z0-9])[A-Z0-9]{20}(?![A-Z0-9])"  # access keys
    r"|(?i:(?<=access=)|(?<=signature=))[^\s,]+"
)
REDACTED = "[redacted]"


def configure(level: str, *, json: bool | None = None) -> None:
    """Send all logs of this process to stderr at *level*; as JSON unless stderr is a terminal, or as told."""
    as_json = not sys.stderr.isatty() if json is None else json
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
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
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    logging.getLogger("slack_bolt").setLevel(
        logging.ERROR
    )  # it warns that a token in the environment is not read


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
            return _SECRET_VALUES.sub(REDACTED, str(value))
