"""One rule for every connection that the bot opens, whichever library opens it.

https and wss go through the proxy of the settings' `[network]`, unless it names the host among the exceptions; what it
leaves open, the environment's HTTPS_PROXY and NO_PROXY say. Loopback is always reached directly, and plain http goes
nowhere else. Nothing else of the environment counts: no HTTP_PROXY, no ALL_PROXY, no .netrc. Trusted are certifi's
authorities, or instead of them those in SSL_CERT_FILE or SSL_CERT_DIR; and those of `[network]` besides.
"""

from __future__ import annotations

import functools
import ipaddress
import os
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import httpx
import yarl

LONGEST_HEADER: Final = 64 * 1024  # bytes; OMS takes tokens of 16,384 characters, aiohttp's default is 8,190
_UNUSABLE: Final = "is not the URL of an HTTP proxy; write it like http://proxy.example:3128"


@dataclass(frozen=True)
class Proxy:
    """A proxy that tunnels (CONNECT). `url` has the credentials in it, `name` and `address` have not."""

    url: str = field(repr=False)

    @property
    def address(self) -> yarl.URL:
        """Where it is."""
        return yarl.URL(self.url).with_user(None)

    @property
    def name(self) -> str:
        """How people know it: host and port."""
        return f"{self.address.host}:{self.address.port}"

    def headers(self) -> dict[str, str]:
        """What lets the bot in, if the URL has credentials."""
        url = yarl.URL(self.url)
        if url.user is None:
            return {}
        return {"Proxy-Authorization": aiohttp.encode_basic_auth(url.user, url.password or "", "utf-8")}


@dataclass(frozen=True)
class Outgoing:
    """How others are reached: through which proxy, to whom without it, and which authorities are trusted besides."""

    proxy: Proxy | None = None
    direct: tuple[str, ...] = ()
    ca: Path | None = None
    named_by: str = "HTTPS_PROXY"

    @classmethod
    def choose(
        cls,
        environ: Mapping[str, str] = os.environ,
        *,
        proxy: str | None = None,
        no_proxy: Sequence[str] | None = None,
        ca: Path | None = None,
    ) -> Outgoing:
        """Take what the settings say, and where they say nothing, HTTPS_PROXY and NO_PROXY; the lower case wins there.

        Raises:
            ValueError: with one sentence, which does not quote the URL: it may hold a password.
        """
        lower = {name: environ[name] for name in ("https_proxy", "no_proxy") if name in environ}
        if no_proxy is None:
            no_proxy = re.split(r"[,\s]+", lower.get("no_proxy", environ.get("NO_PROXY") or ""))
        direct = tuple(entry.lower() for entry in no_proxy if entry)
        if proxy is not None:
            return cls(read_proxy(proxy), direct, ca, named_by="[network]")
        named = lower.get("https_proxy", environ.get("HTTPS_PROXY") or "").strip()
        try:
            return cls(read_proxy(named) if named else None, direct, ca)
        except ValueError as error:
            raise ValueError(f"HTTPS_PROXY {error}") from None

    def proxy_for(self, url: str | yarl.URL) -> Proxy | None:
        """The proxy through which `url` is reached; None: directly."""
        if self.proxy is None:
            return None
        target = yarl.URL(url)
        host, port = (target.host or "").rstrip(".").lower(), target.port
        if target.scheme not in ("https", "wss") or is_loopback(host):
            return None
        return None if any(_names(entry, host, port) for entry in self.direct) else self.proxy

    def tls(self) -> ssl.SSLContext:
        """Whom every session trusts."""
        return _tls(authorities(), self.ca)

    def __str__(self) -> str:
        if self.proxy is None:
            said = "no proxy"
        else:
            said = f"proxy {self.proxy.name} ({self.named_by})"
            said += f", but not to {', '.join(self.direct)}" if self.direct else ""
        return said + (f"; the authorities in {self.ca} are trusted too" if self.ca else "")


class ProxyRefusedError(aiohttp.ClientProxyConnectionError):
    """The proxy gave no connection. Nothing was sent to whom it was for."""

    def __init__(self, request: aiohttp.ClientRequest, said: str) -> None:
        super().__init__(request.connection_key, OSError(said))
        self.said = said

    def __str__(self) -> str:
        return self.said


class _Connector(aiohttp.TCPConnector):
    """Connects by the rule, whatever proxy the library above has read from the environment."""

    def __init__(self, outgoing: Outgoing, **options: Any) -> None:
        super().__init__(ssl=outgoing.tls(), **options)
        self._outgoing = outgoing

    async def connect(self, req: aiohttp.ClientRequest, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # as above
        proxy = self._outgoing.proxy_for(req.url)
        if proxy is None:
            req.update_proxy(None, None, None)
            return await super().connect(req, *args, **options)
        req.update_proxy(proxy.address, None, proxy.headers())
        try:
            return await super().connect(req, *args, **options)
        except aiohttp.ClientHttpProxyError as error:
            said = f"the proxy {proxy.name} answered {error.status} {error.message}"
        except aiohttp.ClientConnectorError as error:
            if (error.host, error.port) != (proxy.address.host, proxy.address.port):
                raise  # the tunnel stood: it is the other end that is not trusted
            said = f"the proxy {proxy.name} can't be reached ({error.os_error.strerror or error.os_error})"
        except (aiohttp.ClientError, ConnectionError) as error:
            said = f"the proxy {proxy.name} gave no connection ({type(error).__name__})"
        raise ProxyRefusedError(req, said) from None  # the cause's request has the proxy's password


def new_session(outgoing: Outgoing, *, limit: int = 100, **options: Any) -> aiohttp.ClientSession:
    """A session of connections by the rule, without cookies. Every aiohttp session of the bot is made here."""
    return aiohttp.ClientSession(
        connector=_Connector(outgoing, limit=limit),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        max_field_size=LONGEST_HEADER,
        **options,
    )


def authorities() -> str | None:
    """The file or folder with the authorities to trust, if the operator has named one; None: certifi's."""
    return os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")


@functools.lru_cache(maxsize=4)
def _tls(_authorities: str | None, ca: Path | None) -> ssl.SSLContext:
    """What all sessions trust; loading the authorities takes long, so once for each choice."""
    context = httpx.create_ssl_context()
    if ca:
        context.load_verify_locations(ca)
    return context


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    address = _address(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return bool(address and (mapped or address).is_loopback)


def read_proxy(written: str) -> Proxy:
    """Return the proxy that an operator has named, with or without a scheme.

    Raises:
        ValueError: it is none. What is said does not quote it, for it may hold a password.
    """
    try:
        url = yarl.URL(written if "://" in written else f"http://{written}")
    except ValueError:
        raise ValueError(_UNUSABLE) from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(_UNUSABLE)
    return Proxy(str(url))


def _names(entry: str, host: str, port: int | None) -> bool:
    """Whether an exception is meant for this host: "*", an address, a network, or a name and all below it."""
    if entry == "*":
        return True
    address = _address(host)
    if address and "/" in entry:
        try:
            return address in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    name, only_port = _split_port(entry)
    if only_port is not None and only_port != port:
        return False
    if address:
        return _address(name) == address
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _split_port(entry: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(?:\[(?P<six>.+)\]|(?P<name>[^:]+))(?::(?P<port>\d+))?", entry)
    if found is None:
        return entry, None  # a bare IPv6 address
    return found["six"] or found["name"], int(found["port"]) if found["port"] else None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
