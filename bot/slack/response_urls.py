"""Where Slack lets one answer a delivery: its `response_url`s, which are capabilities, so none is stored or logged."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from cachetools import TTLCache

log = structlog.get_logger(__name__)

RESPONSE_URL_USES = 5  # within 30 minutes. Source: Slack, "Handling user interaction", response_url
RESPONSE_URL_SECONDS = 30 * 60
_HOOKS = frozenset({"https://hooks.slack.com:443", "https://hooks.slack-gov.com:443"})
# Nothing before the host and nothing odd after it, so that no two readers of a URL find two hosts in it.
URL = re.compile(
    r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(?:[/?#][!-\[\]-~]*)?", re.IGNORECASE
)


class ResponseUrls:
    """Where to whisper about what, in memory only: each URL is a capability, so it is not stored."""

    def __init__(self, slack_api_url: str = "", *, foreign: Callable[[], object] = lambda: None) -> None:
        self._origins = {*_HOOKS, _origin(slack_api_url)} - {None}
        self._foreign = foreign
        self._left: TTLCache[str, list[str]] = TTLCache(50_000, RESPONSE_URL_SECONDS)

    def remember(self, key: str, url: str) -> None:
        """Keep the URL under which *key* can be answered, for as many uses as Slack allows."""
        if url and self.is_slacks(url):
            self._left[key] = [url] * RESPONSE_URL_USES

    def is_slacks(self, url: str) -> bool:
        """Tell whether *url* leads to Slack. Whoever holds the signing secret could name any other server."""
        if _origin(url) in self._origins:
            return True
        log.warning("foreign_response_url")
        self._foreign()
        return False

    def has(self, key: str) -> bool:
        """Tell whether a use of the URL for *key* is left."""
        return bool(self._left.get(key))

    def take(self, key: str) -> str | None:
        """Use up one use of the URL for *key*, if one is left."""
        left = self._left.get(key)
        return left.pop() if left else None


def _origin(url: str) -> str | None:
    found = URL.fullmatch(url)
    if found is None:
        return None
    scheme, host, port = found[1].lower(), found[2].lower(), found[3]
    return f"{scheme}://{host}:{int(port) if port else {'http': 80, 'https': 443}[scheme]}"
