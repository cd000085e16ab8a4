"""Every limit of the API reference, tried at both ends, over real HTTP."""

from __future__ import annotations

import pytest

from bot.sandbox.faults import Fault
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, said


@pytest.mark.parametrize("length", [1, 8_190, 8_191, 16_384])
async def test_a_token_may_be_as_long_as_oms_takes_it(world: World, length: int) -> None:
    """1 to 16,384 characters, from IAM's header to the call's."""
    world.cloud.token_length = length
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS shows status 3")
    assert len(world.cloud.issued_tokens()[0]) == length


@pytest.mark.parametrize("length", [16_385, 60_000, 100_000])
async def test_a_token_that_is_too_long_is_told_as_such(world: World, length: int) -> None:
    """IAM was reached, and answered; OMS would not take what it said."""
    world.cloud.token_length = length
    await world.type(world.alice, f"pause prod-sg {TASK}")
    told = said(await world.whispered(world.alice, "IAM answered with more than OMS takes"))
    assert "can't be reached" not in told
    assert ("longer than 65536 bytes" if length > 65_536 else f"has {length} characters") in told
    assert not world.cloud.calls_of("show_task")


@pytest.mark.parametrize("number", [0, 7, 999_999_999_999_999])
async def test_a_task_id_is_any_number_of_up_to_fifteen_digits(world: World, number: int) -> None:
    """The Long of the API reference."""
    world.cloud.add_task(PROJECT, task_id=number, name=f"edge-{number}", pause_takes=0.1)
    card = await world.card(f"pause prod-sg {number}")
    await world.confirm(card)
    await world.told(card, "OMS shows status 3")


async def test_a_name_and_a_description_may_have_255_characters(world: World) -> None:
    """And the name is found by what was typed."""
    name = "n" * 255
    world.cloud.add_task(PROJECT, name=name, description="d" * 255, pause_takes=0.1)
    card = await world.card(f"pause prod-sg {name}")
    assert "Pause nnn" in said(card)


async def test_an_error_of_any_length_is_told_in_a_line(world: World) -> None:
    """Ten megabytes less a little; what is longer is no answer of Huawei's."""
    body = {"error_code": "OMS.0072", "error_msg": "x y " * 1_000_000, "request_id": "r" * 100_000}
    world.cloud.faults.add(Fault(kind="status", operation="show_task", status=400, body=body, times=1))
    await world.type(world.alice, f"pause prod-sg {TASK}")
    told = said(await world.whispered(world.alice, "may not do this in prod-sg"))
    assert len(told) < 2_000


async def test_thousands_of_tasks_are_paged_through(make_world: MakeWorld) -> None:
    """100 at a time, each once; the one that is meant stands on the last page."""
    async with make_world(request_timeout=20) as world:
        for number in range(2_500):
            world.cloud.add_task(PROJECT, task_id=number, name=f"many-{number}", status=3)
        world.cloud.forget_calls()
        await world.type(world.alice, "pause prod-sg many")
        await world.whispered(world.alice, "No task in prod-sg is named", 30)
        offsets = [c.query for c in world.cloud.calls_of("list_tasks") if "limit=100" in c.query]
        assert any("offset=2500" in query for query in offsets)
