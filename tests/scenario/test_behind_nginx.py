"""The bot behind a real nginx with the settings of deploy/nginx."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import ssl
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox.slack.dispatch import sign
from tests.docs.documents import ROOT, read
from tests.http_proxy import certificate
from tests.ports import free_port
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, is_card

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/oms-bot.conf;
}}
"""
HOST = "bot.example.com"


@contextlib.asynccontextmanager
async def nginx(world: World, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Run nginx before the bot, on another port and with a certificate of the test; yield a browser's view of it."""
    assert NGINX
    _, authority = certificate(folder, HOST)
    port = free_port()
    conf = (ROOT / "deploy/nginx/oms-bot.conf").read_text()
    for written, here in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "http://127.0.0.1:3000": world.extra["url"],
        "/etc/ssl/bot.pem": str(authority),
        "/etc/ssl/bot.key": str(folder / "key.pem"),
    }.items():
        assert written in conf
        conf = conf.replace(written, here)
    (folder / "oms-bot.conf").write_text(conf)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    command = (NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"))
    tested = await asyncio.create_subprocess_exec(*command, "-t", stderr=asyncio.subprocess.PIPE)
    _, said = await tested.communicate()
    assert tested.returncode == 0, said.decode()
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        trusting = ssl.create_default_context(cafile=str(authority))
        async with httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{port}", verify=trusting, headers={"Host": HOST}, trust_env=False
        ) as http:
            await _until_it_listens(port)
            yield http
    finally:
        process.kill()
        await process.wait()


async def _until_it_listens(port: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.01)


def test_the_page_about_nginx_shows_the_file_as_it_is() -> None:
    """docs/operations/nginx.md, to be read without opening another."""
    [shown] = re.findall(r"(?ms)^   ```nginx\n(.*?)^   ```$", read("docs/operations/nginx.md"))
    assert textwrap.dedent(shown) == read("deploy/nginx/oms-bot.conf")


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
async def test_a_signed_command_comes_through_and_the_inside_stays_inside(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    """The body arrives unchanged, or its signature would not fit; a stranger sees neither metrics nor health."""
    proxied = '[network]\ntrusted_proxies = ["127.0.0.1/32"]\n'
    async with make_world(more=proxied) as world, nginx(world, tmp_path) as outside:
        payload = world.slack.slash_payload(world.alice, world.room, "/oms", f"pause prod-sg {TASK}")
        body, now = payload.body(), str(int(time.time()))
        headers = {
            "Content-Type": payload.content_type,
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": sign(world.slack.signing_secret, now, body),
        }
        sni = {"sni_hostname": HOST}
        answer = await outside.post("/slack/events", content=body, headers=headers, extensions=sni)
        assert answer.status_code == 200
        [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), PATIENCE)
        assert is_card(card)
        for path, status in {"/link/x": 410, "/metrics": 404, "/healthz": 404, "/propose": 404}.items():
            assert (await outside.get(path, extensions=sni)).status_code == status, path
