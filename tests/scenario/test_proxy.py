"""In a company's network: everything goes through the proxy, which alone knows where Slack and Huawei Cloud are."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from bot.cli.check import check
from bot.sandbox.serving import serve
from tests.http_proxy import Proxy, behind_tls, certificate
from tests.scenario.conftest import TASK, MakeWorld, World

SLACK, CLOUD = "slack.company.test", "huawei.company.test"
IN_SECTION = """
[network]
proxy = "env:PROXY_URL"
no_proxy = [".internal"]
ca = "authority.pem"
"""


@contextlib.asynccontextmanager
async def company(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, folder: Path, *, in_section: bool = False
) -> AsyncIterator[tuple[World, Proxy]]:
    """A world whose Slack and Huawei Cloud are reached by name and TLS only.

    The environment says how, or the section `[network]`, before an environment that leads nowhere.
    """
    tls, trusted = certificate(folder, SLACK, CLOUD)
    for name in ("SSL_CERT_FILE", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with make_world(start=False) as world, serve(world.cloud.app) as cloud_url:
        base = str(world.slack.base_url)
        async with (
            behind_tls(base, tls) as slack_at,
            behind_tls(cloud_url, tls) as cloud_at,
            Proxy({SLACK: slack_at, CLOUD: cloud_at}, password="canary-of-the-proxy").running() as proxy,
        ):
            if in_section:
                monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
                monkeypatch.setenv("NO_PROXY", "*")
                monkeypatch.setenv("PROXY_URL", proxy.url)
            else:
                monkeypatch.setenv("HTTPS_PROXY", proxy.url)
                monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
            monkeypatch.setenv("SLACK_API_URL", world.slack.api_url.replace(base, f"https://{SLACK}"))
            lines = world.config.read_text().splitlines()
            world.config.write_text(
                "\n".join(
                    f'{line.split(" = ")[0]} = "https://{CLOUD}"' if "_endpoint = " in line else line
                    for line in lines
                )
                + (IN_SECTION if in_section else "")
            )
            yield world, proxy


@pytest.mark.parametrize("in_section", [False, True], ids=["environment", "section"])
async def test_a_pause_through_the_proxy(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_section: bool
) -> None:
    """With its password, which is in no log; `check` and the start say which proxy, and by whom it was named."""
    with structlog.testing.capture_logs() as logged:
        async with company(make_world, monkeypatch, tmp_path, in_section=in_section) as (world, proxy):
            said = "\n".join([str(line) async for line in check()])
            async with world.running():
                card = await world.card()
                await world.confirm(card)
                await world.told(card, "OMS confirmed it at")
    assert "✗" not in said
    where = proxy.url.rpartition("@")[2]
    used = f"proxy {where} ([network]), but not to .internal; the authorities in {tmp_path}/authority.pem are trusted"
    assert f"✓ network: {used if in_section else f'proxy {where} (HTTPS_PROXY)'}" in said
    [started] = [line for line in logged if line["event"] == "started"]
    assert f"✓ network: {started['network']}" in said.splitlines()
    assert set(proxy.asked) == {f"CONNECT {SLACK}:443", f"CONNECT {CLOUD}:443"}
    assert "canary-of-the-proxy" not in f"{said}{logged}"


async def test_a_websocket_and_a_whisper_go_through_the_proxy(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Socket Mode's WebSocket is opened, and a response_url called, where only the proxy knows the way."""
    async with company(make_world, monkeypatch, tmp_path, in_section=True) as (world, proxy):
        world.slack.base_url = f"https://{SLACK}"  # as it stands in the addresses that Slack gives out
        monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
        monkeypatch.delenv("SLACK_SIGNING_SECRET")
        async with world.running():
            world.slack.disconnect_http()
            await world.until(lambda: bool(world.slack.sockets.connections))
            await world.type(world.alice, "list prod-sg")
            whisper = await world.whispered(world.alice, "media-872")
        assert whisper.source == "response_url"
        assert set(proxy.asked) == {f"CONNECT {SLACK}:443", f"CONNECT {CLOUD}:443"}


@pytest.mark.parametrize("refusal", ["403 Forbidden", "407 Proxy Authentication Required"])
async def test_a_proxy_that_refuses_is_told_as_such(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, refusal: str
) -> None:
    """Huawei Cloud is not blamed, and nothing was asked of it."""
    async with company(make_world, monkeypatch, tmp_path) as (world, proxy):
        monkeypatch.setenv("SLACK_API_URL", world.slack.api_url)
        proxy.refuses_with = refusal.encode()
        said = "\n".join([str(line) async for line in check()])
        assert (
            f"✗ prod-sg: https://{CLOUD} can't be reached: the proxy {proxy.url.rpartition('@')[2]} answered"
            in said
        )
        assert f"answered {refusal}; check HTTPS_PROXY and NO_PROXY, or [network], and what the proxy" in said
        async with world.running():
            await world.type(world.alice, f"pause prod-sg {TASK}")
            await world.whispered(world.alice, f"answered {refusal}, so IAM was asked nothing")
        assert not world.cloud.calls


async def test_slack_behind_a_proxy_that_refuses_is_told_by_check(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is not the token."""
    async with company(make_world, monkeypatch, tmp_path) as (_, proxy):
        proxy.refuses_with = b"403 Forbidden"
        said = "\n".join([str(line) async for line in check()])
        assert f"✗ Slack: https://{SLACK}/api/ can't be reached: the proxy " in said
        assert "answered 403 Forbidden; check HTTPS_PROXY and NO_PROXY, or [network], and what" in said


async def test_a_certificate_that_is_not_trusted_is_told_as_such(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither the region nor the firewall is to blame."""
    async with company(make_world, monkeypatch, tmp_path):
        monkeypatch.delenv("SSL_CERT_FILE")
        said = "\n".join([str(line) async for line in check()])
        for server in (f"Slack: https://{SLACK}/api/", f"prod-sg: https://{CLOUD}"):
            assert f"✗ {server} is not trusted (self-signed certificate). If a proxy opens TLS" in said
