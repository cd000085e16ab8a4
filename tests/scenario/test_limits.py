"""Every limit of the API reference, tried at both ends, over real HTTP."""

from __future__ import annotations

import pytest

from bot.sandbox.huawei.cloud import ON_CALL
from bot.sandbox.huawei.faults import Fault
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, said


@pytest.mark.parametrize("length", [1, 8_190, 8_191, 16_384])
async def test_a_token_may_be_as_long_as_oms_takes_it(world: World, length: int) -> None:
    """1 to 16,384 characters, from IAM's header to the call's."""
    world.cloud.token_length = length
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert len(world.cloud.issued_tokens()[0]) == length


AGENCY = """
[service_account]
type = "password"
domain = "acme"
username = "alice"
password = "env:ALICE_IAM_PASSWORD"
[users."T0SANDBOX:U0ALICE"]
name = "alice"
credential = { type = "agency", agency = "oms-oncall", domain = "acme" }
"""


@pytest.mark.parametrize("length", [1, 8_190, 8_191, 16_384])
async def test_a_security_token_may_be_as_long_as_oms_takes_it(make_world: MakeWorld, length: int) -> None:
    """The same for agencies, whose temporary keys come in IAM's body and go with each call."""
    async with make_world(start=False) as world:
        world.cloud.add_agency("oms-oncall", "acme", ["alice"], {PROJECT: ON_CALL})
        world.cloud.token_length = length
        world.config.write_text(world.config.read_text() + AGENCY)
        async with world.running():
            card = await world.card()
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            assert [call.user for call in world.cloud.calls_of("stop_task")] == ["oms-oncall/alice.U0ALICE"]


@pytest.mark.parametrize(("access", "secret"), [(1, 1), (1, 100), (100, 1), (100, 100)])
async def test_an_access_key_has_1_to_100_characters(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, access: int, secret: int
) -> None:
    """Either half, from the settings to the signature."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("BOB_AK", "A" * access)
        monkeypatch.setenv("BOB_SK", "s" * secret)
        rights = {PROJECT: ON_CALL}
        world.cloud.add_user("bob", "another", "acme", "A" * access, "s" * secret, permissions=rights)
        async with world.running():
            await world.type(world.bob, "pause prod-sg")
            await world.whispered(world.bob, "1 task is migrating")


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
    await world.told(card, "OMS confirmed it at")


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
    told = said(await world.whispered(world.alice, "lacks `oms:task:"))
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


async def test_a_name_longer_than_any_of_oms_is_not_asked_for(world: World) -> None:
    """A server on the way may refuse so long an address, in words that are about something else."""
    await world.type(world.alice, f"pause prod-sg {'x' * 2_000}")
    await world.whispered(world.alice, "No task in prod-sg is named")
    assert all("xxx" not in call.query for call in world.cloud.calls)
