"""SIGTERM in the middle of everything: it ends with 0, nothing is lost, and who balances is told to ask others."""

from __future__ import annotations

import asyncio
import signal

import httpx
import pytest

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.serving import serve
from tests import plain_http
from tests.scenario.conftest import PROJECT, TASK, TB, MakeWorld, buttons, served
from tests.scenario.process import Process
from tests.scenario.test_modal import choose_task, opened
from tests.scenario.test_orderly_stop import stopped
from tests.scenario.test_outcomes_elsewhere import SECRET, Receiver
from tests.scenario.test_pause_all import populate

OPEN = 50


async def test_who_balances_hears_of_it_and_what_still_comes_is_recorded(
    make_world: MakeWorld, process: Process
) -> None:
    """It asks every few seconds, so it is answered once more before the door is closed."""
    async with served(make_world, process) as world:
        async with plain_http.async_client(base_url=process.url) as http:
            assert (await http.get("/readyz")).json() == {"ready": True, "faults": {}}
            ending = asyncio.create_task(stopped(process))
            await asyncio.sleep(0.2)
            await world.type(world.alice, f"pause prod-sg {TASK}")
            async with asyncio.timeout(10):
                while (ready := await http.get("/readyz")).status_code == 200:
                    await asyncio.sleep(0.05)
            assert ready.json() == {"ready": False, "faults": {"process": "stopping"}}
            await ending
            with pytest.raises(httpx.TransportError):
                await http.get("/readyz")
        await process.start()
        [card] = await world.slack.wait_for(world.cards, 30)
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at", 30)


async def test_what_waits_for_people_and_for_others_waits_on(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Socket Mode: fifty open cards, a modal that is being filled in, and a receiver of outcomes that is down."""
    receiver = Receiver(statuses=[503] * 3)
    async with serve(receiver.app) as url, make_world(start=False, more=_outcomes(url)) as world:
        monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
        world.slack.disconnect_http()
        try:
            await process.start()
            await world.until(lambda: bool(world.slack.sockets.connections))
            first = await world.card()
            await world.confirm(first)
            await world.told(first, "OMS confirmed it at")
            for task in populate(world, OPEN):
                await world.type(world.bob, f"pause prod-sg {task}")
            await world.slack.wait_for(lambda: len(world.cards()) > OPEN, 60)
            another = str(world.cloud.add_task(PROJECT, name="media-new", total_size=TB, speed=1).id)
            view = await opened(world, world.alice)
            await choose_task(world, world.alice, view, another)
            await stopped(process)
            assert not world.slack.sockets.connections
            await process.start()
            await world.until(lambda: bool(world.slack.sockets.connections))
            cards = [card for card in world.cards() if buttons(card)]
            assert len(cards) == OPEN
            await world.slack.click(world.bob, cards[-1], "oms_confirm")
            await world.told(cards[-1], "OMS confirmed it at")
            await world.slack.submit(world.alice, view, {"oms_task": another})
            await world.slack.wait_for(lambda: len(world.cards()) == OPEN + 2, 30)
            sent = {headers["webhook-id"] for _, headers, _ in await receiver.first(5)}
            assert len(sent) == 2
        finally:
            await process.stop()


def _outcomes(url: str) -> str:
    receiver = f'type = "webhook"\nurl = "{url}/hook"\nsecret = "{SECRET}"'
    return f"[limits]\ncards_per_minute = 0\n[outcomes.elsewhere]\n{receiver}\n"


async def test_many_at_once_go_on_where_they_stood(make_world: MakeWorld, process: Process) -> None:
    """Some are paused, some are being paused, and of some OMS has not been told yet."""
    async with served(make_world, process) as world:
        ids = [int(TASK), *populate(world, 7)]
        for task in world.cloud.tasks.values():
            task.pause_takes = 1.0
        card = await world.card("pause prod-sg all")
        await world.confirm(card)
        await world.until(lambda: world.stops() >= 5)
        await stopped(process)
        assert world.stops() < len(ids)
        await process.start()
        await world.told(card, "Paused 8 migrations", 60)
        assert world.stops() == len(ids)


async def test_a_call_that_hangs_for_longer_is_looked_into(make_world: MakeWorld, process: Process) -> None:
    """OMS got it and does not answer in time: the next start reads the task, and asks nothing again."""
    async with served(make_world, process, request_timeout=30) as world:
        card = await world.card()
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", seconds=30))
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        await stopped(process)
        world.cloud.faults.clear()
        await process.start()
        await world.told(card, "OMS confirmed it at", 30)
        assert world.stops() == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_loses_nothing(
    make_world: MakeWorld, process: Process, how: signal.Signals
) -> None:
    """While OMS answers: a second SIGTERM changes nothing; a second Ctrl-C ends it at once, as a crash would."""
    async with served(make_world, process, request_timeout=10) as world:
        card = await world.card()
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", seconds=1.5))
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        ending = asyncio.create_task(stopped(process, how))
        await asyncio.sleep(0.5)
        await process.stop(how)
        await ending
        world.cloud.faults.clear()
        await process.start()
        await world.told(card, "OMS confirmed it at", 30)
        assert world.stops() == 1
