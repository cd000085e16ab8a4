"""The rule of `bot.network` for requests, on which libraries of extras are built. Blocking: used in threads."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import requests
import requests.adapters

from bot.network import Outgoing, authorities


def new_requests_session(url: str, outgoing: Outgoing, *, ca: Path | None = None) -> requests.Session:
    """Return the way to *url*; requests would take all else from the environment, a .netrc too.

    *ca* is a file with the only authorities to trust there, in place of those that all trust.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = str(ca) if ca else authorities() or True
    if outgoing.ca and not ca:
        session.mount("https://", _TrustingMore(outgoing.ca))
    if proxy := outgoing.proxy_for(url):
        session.proxies = {"https": proxy.url}
    return session


class _TrustingMore(requests.adapters.HTTPAdapter):
    """Trusts some more authorities than its session: urllib3 adds the session's to a context that it is given."""

    def __init__(self, ca: Path) -> None:
        self._ca = ca
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(cafile=self._ca), **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:  # noqa: ANN401  # requests' own signature
        context = ssl.create_default_context(cafile=self._ca)
        return super().proxy_manager_for(proxy, ssl_context=context, **options)
