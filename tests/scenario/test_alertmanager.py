"""Prometheus' own Alertmanager proposes, a person pauses."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port
from tests.scenario.conftest import PATIENCE, MakeWorld, World, buttons, said
from tests.scenario.test_proposals import PROPOSERS, TOKEN

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
CONFIG = """
route:
  receiver: oms-bot
  group_wait: 0s
  group_interval: 1s
receivers:
  - name: oms-bot
    webhook_configs:
      - url: {url}/propose
        send_resolved: true
        http_config:
          authorization:
            type: Bearer
            credentials: {token}
"""


@contextlib.asynccontextmanager
async def alertmanager(world: World, directory: Path) -> AsyncIterator[str]:
    """Run Alertmanager with the bot as its receiver; return its address."""
    assert ALERTMANAGER
    config = directory / "alertmanager.yml"
    config.write_text(CONFIG.format(url=world.extra["url"], token=TOKEN))
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        ALERTMANAGER,
        f"--config.file={config}",
        f"--storage.path={directory / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as http:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await http.get(f"{url}/-/ready")).status_code == 200:
                        break
                await asyncio.sleep(0.05)
        yield url
    finally:
        process.kill()
        await process.wait()


async def _alert(url: str, *, ends_at: str = "") -> None:
    alert = {
        "labels": {"alertname": "UplinkFull", "team": "storage"},
        "annotations": {
            "summary": "the uplink is full",
            "oms_project": "prod-sg",
            "oms_task": "media-872",
        },
    } | ({"endsAt": ends_at} if ends_at else {})
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{url}/api/v2/alerts", json=[alert])
        assert answer.status_code == 200, answer.text


@pytest.mark.skipif(ALERTMANAGER is None, reason="Alertmanager is not installed")
async def test_its_alert_becomes_a_paused_task_after_a_person_s_click(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    """Firing, reviewed, confirmed, paused; and resolved, which the message says."""
    async with make_world(more=PROPOSERS) as world, alertmanager(world, tmp_path) as url:
        await _alert(url)
        [message] = await world.slack.wait_for(lambda: world.slack.messages(world.room), PATIENCE)
        assert "alertmanager proposes:* pause media-872 in prod-sg" in said(message)
        assert "the uplink is full" in said(message)
        await world.slack.click(world.alice, message, "oms_run")
        [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room)[1:], PATIENCE)
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")
        assert world.stops("alice") == 1
        await _alert(url, ends_at="2020-01-01T00:00:00Z")
        await world.slack.wait_for(
            lambda: "no longer proposes" in said(world.slack.messages(world.room)[0]), PATIENCE
        )
        assert buttons(world.slack.messages(world.room)[0]) == []
