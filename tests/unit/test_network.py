"""One rule for all outgoing connections: the settings' proxy, else the environment's; loopback never; nothing else."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.huawei.errors import ProxyRefused, Unreachable, from_transport
from bot.huawei.transport import new_http_client
from bot.identity.keyring import VaultUnavailable
from bot.network import Outgoing, ProxyRefusedError, new_session
from bot.sandbox.serving import serve
from tests.http_proxy import Proxy, behind_tls, certificate
from tests.unit.identity.fake_hashicorp import TOKEN, FakeHashiCorp

HOST = "service.company.test"
URL = f"https://{HOST}/v2/x?a=%2F"
PROXY = "http://proxy.test:3128"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has set."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("", "https://slack.com/api/", False),
        ("*", "https://slack.com/api/", True),
        ("a.test, *", "https://slack.com/api/", True),
        ("slack.com", "https://slack.com/api/", True),
        ("SLACK.com.", "https://Slack.COM./api/", True),
        ("slack.com", "wss://wss-primary.slack.com/link", True),
        (".slack.com", "wss://wss-primary.slack.com/link", True),
        ("*.slack.com", "wss://wss-primary.slack.com/link", True),
        ("*.slack.com", "https://slack.com", True),
        ("slack.com", "https://notslack.com", False),
        ("lack.com", "https://slack.com", False),
        ("hooks.slack.com", "https://slack.com", False),
        ("a.test slack.com", "https://slack.com", True),
        ("a.test,,\tslack.com ,", "https://slack.com", True),
        ("slack.com:443", "https://slack.com", True),
        ("slack.com:8443", "https://slack.com", False),
        ("slack.com:8443", "https://slack.com:8443", True),
        (".slack.com:443", "https://a.slack.com", True),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("10.1.2.9/8", "https://10.1.2.3", True),
        ("10.0.0.0/99", "https://10.1.2.3", False),
        ("10.0.0.0/8", "https://ten.test", False),
        ("10.1.2.3", "https://10.1.2.3:8200", True),
        ("10.1.2.3:443", "https://10.1.2.3:8200", False),
        ("2.3", "https://10.1.2.3", False),
        ("fd00::/8", "https://[fd00::1]", True),
        ("fd00::1", "https://[fd00:0::1]", True),
        ("[fd00::1]:443", "https://[fd00::1]", True),
        ("[fd00::1]:444", "https://[fd00::1]", False),
        ("huawei.test", "https://oms.例子.huawei.test", True),
        ("", "http://slack.com", True),
        ("", "https://localhost:3000", True),
        ("", "https://127.0.0.1", True),
        ("", "https://127.9.9.9", True),
        ("", "https://[::1]", True),
        ("", "https://[::ffff:127.0.0.1]", True),
    ],
)
def test_whom_the_proxy_is_for(no_proxy: str, url: str, direct: bool) -> None:
    """NO_PROXY as curl, Go and Python read it where they agree."""
    rule = Outgoing.choose({"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy})
    assert (rule.proxy_for(url) is None) is direct


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": PROXY}, "proxy.test:3128"),
        ({"https_proxy": PROXY}, "proxy.test:3128"),
        ({"https_proxy": PROXY, "HTTPS_PROXY": "http://other.test:1"}, "proxy.test:3128"),
        ({"https_proxy": "", "HTTPS_PROXY": PROXY}, None),
        ({"HTTPS_PROXY": "proxy.test:3128"}, "proxy.test:3128"),
        ({"HTTPS_PROXY": " https://proxy.test "}, "proxy.test:443"),
        ({"HTTPS_PROXY": "http://bot:p%40ss@proxy.test:3128/"}, "proxy.test:3128"),
        ({"HTTP_PROXY": PROXY, "http_proxy": PROXY, "ALL_PROXY": PROXY, "all_proxy": PROXY}, None),
    ],
)
def test_where_the_proxy_is_named(environ: dict[str, str], proxy: str | None) -> None:
    """In HTTPS_PROXY, in either case, with or without a scheme; nowhere else."""
    found = Outgoing.choose(environ).proxy_for("https://slack.com")
    assert (found.name if found else None) == proxy


@pytest.mark.parametrize(
    "written", ["socks5://u:canary@proxy.test", "http://", "http://u:canary@h:x", "ftp://a"]
)
def test_what_is_no_http_proxy_is_refused_in_one_sentence(written: str) -> None:
    """Which does not show the password."""
    with pytest.raises(ValueError, match="HTTPS_PROXY is not the URL of an HTTP proxy") as refused:
        Outgoing.choose({"HTTPS_PROXY": written})
    assert "canary" not in str(refused.value)


@given(st.text(max_size=40), st.sampled_from(["slack.com", "10.1.2.3", "[fd00::1]"]))
def test_no_list_of_exceptions_breaks_anything(no_proxy: str, host: str) -> None:
    """People write all sorts of things there."""
    rule = Outgoing.choose({"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy})
    assert rule.proxy_for(f"https://{host}") in (None, rule.proxy)
    assert rule.proxy_for("https://127.0.0.1") is None


@dataclass
class Company:
    """A network in which HOST can be reached through a proxy only."""

    proxy: Proxy
    seen: list[Request]


@pytest.fixture
async def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Company]:
    """With an authority of its own in SSL_CERT_FILE; the password has what must be quoted."""
    seen: list[Request] = []

    async def answer(request: Request) -> JSONResponse:
        seen.append(request)
        return JSONResponse({"ok": True})

    tls, trusted = certificate(tmp_path, HOST, "vault.company.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    vault = FakeHashiCorp()
    async with (
        serve(app) as url,
        serve(vault.app, any_method=True) as vault_url,
        behind_tls(url, tls) as where,
        behind_tls(vault_url, tls) as vault_at,
        Proxy({HOST: where, "vault.company.test": vault_at}, password="p@ss:/w").running() as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("p@ss:/w", "p%40ss%3A%2Fw"))
        yield Company(proxy, seen)


@pytest.fixture
def _netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that some libraries would send to anybody named there."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login x password canary\ndefault login y password canary\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))


@pytest.mark.usefixtures("_netrc")
async def test_huawei_is_reached_through_the_proxy(company: Company) -> None:
    """The name is resolved there, the tunnel is kept, the password is for the proxy alone."""
    async with new_http_client(5, Outgoing.choose()) as http:
        for _ in range(3):
            assert (await http.post(URL)).json() == {"ok": True}
    assert company.proxy.asked == [f"CONNECT {HOST}:443"]
    assert [f"https://{HOST}{request.url.path}?{request.url.query}" for request in company.seen] == [URL] * 3
    for request in company.seen:
        assert not {"proxy-authorization", "authorization"} & set(request.headers)


@pytest.mark.usefixtures("_netrc")
async def test_slack_is_reached_through_the_proxy_whatever_its_library_has_read(company: Company) -> None:
    """Its SDK hands over what it found in the environment itself."""
    async with new_session(Outgoing.choose()) as session:
        for theirs in (None, "http://127.0.0.1:9", "nonsense:1"):
            async with session.post(URL, proxy=theirs) as answer:
                assert await answer.json() == {"ok": True}
    assert company.proxy.asked == [f"CONNECT {HOST}:443"]
    assert "authorization" not in company.seen[0].headers


@pytest.mark.usefixtures("_netrc")
async def test_the_vault_is_reached_through_the_proxy(company: Company) -> None:
    """Requests and hvac follow the same rule, with the same authorities."""
    hashicorp = pytest.importorskip(
        "bot.identity.hashicorp", reason="needs the extra `vault`", exc_type=ImportError
    )
    store = hashicorp.HashiCorpVault(
        "https://vault.company.test", SecretStr(TOKEN), outgoing=Outgoing.choose()
    )
    await store.check()
    assert company.proxy.asked == ["CONNECT vault.company.test:443"]


@pytest.mark.usefixtures("_netrc")
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"])
async def test_loopback_is_reached_directly_by_every_library(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """No variable of the environment sends it elsewhere, none adds a credential."""
    hashicorp = pytest.importorskip(
        "bot.identity.hashicorp", reason="needs the extra `vault`", exc_type=ImportError
    )
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    vault, seen = FakeHashiCorp(), []

    async def answer(request: Request) -> JSONResponse:
        seen.append(request.headers.get("authorization"))
        return JSONResponse({})

    async with (
        serve(vault.app, any_method=True) as vault_url,
        serve(Starlette(routes=[Route("/", answer)])) as url,
    ):
        await hashicorp.HashiCorpVault(vault_url, SecretStr(TOKEN), outgoing=Outgoing.choose()).check()
        async with new_http_client(5, Outgoing.choose()) as http, new_session(Outgoing.choose()) as session:
            assert (await http.get(url)).status_code == 200
            async with session.get(url, proxy="http://127.0.0.1:9") as response:
                assert response.status == 200
    assert seen == [None, None]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (b"407 Proxy Authentication Required", "answered 407 Proxy Authentication Required"),
        (b"403 Forbidden", "answered 403 Forbidden"),
        (b"502 Bad Gateway", "answered 502 Bad Gateway"),
        (b"xyz", "gave no connection"),
    ],
)
async def test_a_proxy_that_refuses_is_named_and_nothing_was_sent(
    company: Company, refusal: bytes, said: str
) -> None:
    """Neither Huawei nor Slack is blamed, and what was asked may be asked again."""
    company.proxy.refuses_with = refusal
    async with new_http_client(5, Outgoing.choose()) as http, new_session(Outgoing.choose()) as session:
        with pytest.raises(httpx.TransportError) as caught:
            await http.post(URL)
        with pytest.raises(aiohttp.ClientConnectorError, match=r"^the proxy "):
            await session.post(URL)
    error = from_transport(caught.value)
    assert type(error) is ProxyRefused
    assert said in error.message
    for secret in ("p@ss", "p%40ss", "cEBzcz"):
        assert secret not in f"{error} {caught.value!r} {caught.value.__cause__!r}"


async def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused, or no such host."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{probe.getsockname()[1]}"
        for url in (closed, "http://proxy.invalid:3128"):
            monkeypatch.setenv("HTTPS_PROXY", url)
            async with (
                new_http_client(5, Outgoing.choose()) as http,
                new_session(Outgoing.choose()) as session,
            ):
                with pytest.raises(httpx.ProxyError, match=f"the proxy {url[7:]} can't be reached"):
                    await http.get(URL)
                with pytest.raises(ProxyRefusedError):
                    await session.get(URL)


async def test_an_untrusted_server_behind_the_proxy_is_not_the_proxys_fault(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tunnel stood; somebody in the middle gets no credential."""
    monkeypatch.delenv("SSL_CERT_FILE")
    async with new_http_client(5, Outgoing.choose()) as http:
        with pytest.raises(httpx.ConnectError, match="certificate") as caught:
            await http.get(URL)
    assert type(from_transport(caught.value)) is Unreachable
    assert company.seen == []


@pytest.fixture
async def signed_by_the_company(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """A server on loopback with a certificate of the company's own authority, and the file with that."""

    async def answer(_: Request) -> JSONResponse:
        return JSONResponse({"ok": True})

    tls, authority = certificate(tmp_path, "localhost")
    app = Starlette(routes=[Route("/", answer)])
    async with serve(app) as url, behind_tls(url, tls) as (_, port):
        yield f"https://localhost:{port}/", authority


async def test_an_authority_of_the_companys_own_is_trusted_when_it_is_named(
    signed_by_the_company: tuple[str, Path],
) -> None:
    """By every library alike; without it nobody trusts the server, and nothing is sent to it."""
    url, authority = signed_by_the_company
    requests = pytest.importorskip("bot.network_requests", reason="needs an extra", exc_type=ImportError)
    named, unnamed = Outgoing(ca=authority), Outgoing()
    async with new_http_client(5, named) as http, new_session(named) as session:
        assert (await http.get(url)).json() == {"ok": True}
        async with session.get(url) as answer:
            assert await answer.json() == {"ok": True}
    assert (
        await asyncio.to_thread(requests.new_requests_session(url, named).get, url, timeout=5)
    ).status_code == 200
    async with new_http_client(5, unnamed) as http, new_session(unnamed) as session:
        with pytest.raises(httpx.ConnectError, match="certificate"):
            await http.get(url)
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get(url)
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        await asyncio.to_thread(requests.new_requests_session(url, unnamed).get, url, timeout=5)


def test_whom_everybody_trusts_is_trusted_still(signed_by_the_company: tuple[str, Path]) -> None:
    """The company's authority comes to certifi's, it does not replace them."""
    _, authority = signed_by_the_company
    everybodys = Outgoing().tls().cert_store_stats()["x509"]
    assert everybodys > 50
    assert Outgoing(ca=authority).tls().cert_store_stats()["x509"] == everybodys + 1


async def test_behind_the_proxy_the_companys_authority_is_trusted_too(
    company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also by the library of the vault, whose proxies are connections of another kind."""
    hashicorp = pytest.importorskip(
        "bot.identity.hashicorp", reason="needs the extra `vault`", exc_type=ImportError
    )
    monkeypatch.delenv("SSL_CERT_FILE")
    outgoing = Outgoing.choose(ca=tmp_path / "authority.pem")
    async with new_http_client(5, outgoing) as http:
        assert (await http.post(URL)).json() == {"ok": True}
    await hashicorp.HashiCorpVault("https://vault.company.test", SecretStr(TOKEN), outgoing=outgoing).check()
    assert company.proxy.asked == [f"CONNECT {HOST}:443", "CONNECT vault.company.test:443"]


async def test_the_vault_says_that_it_is_the_proxy(company: Company) -> None:
    """In one sentence, without the password."""
    hashicorp = pytest.importorskip(
        "bot.identity.hashicorp", reason="needs the extra `vault`", exc_type=ImportError
    )
    company.proxy.refuses_with = b"403 Forbidden"
    store = hashicorp.HashiCorpVault(
        "https://vault.company.test", SecretStr(TOKEN), outgoing=Outgoing.choose()
    )
    with pytest.raises(VaultUnavailable, match="the proxy lets nothing through") as caught:
        await store.check()
    assert "p@ss" not in str(caught.value)


async def test_a_websocket_goes_the_same_way(company: Company) -> None:
    """Socket Mode's; what answers here speaks none, and says so through the tunnel."""
    async with new_session(Outgoing.choose()) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"wss://{HOST}/link")
    assert company.proxy.asked == [f"CONNECT {HOST}:443"]


async def test_the_proxys_password_is_in_no_log(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    """At any level, of any library."""
    caplog.set_level(logging.DEBUG)
    company.proxy.refuses_with = b"407 Proxy Authentication Required"
    async with new_http_client(5, Outgoing.choose()) as http:
        with pytest.raises(httpx.ProxyError):
            await http.get(URL)
    await asyncio.sleep(0)
    assert "p@ss" not in caplog.text
    assert "p%40ss" not in caplog.text
