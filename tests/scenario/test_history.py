"""The history: what was done, by whom, how it ended, the newest first; of what the asker may use, to them alone."""

from __future__ import annotations

import pytest

from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said

PAUSE = f"pause prod-sg {TASK}"


async def _asked(world: World, text: str, words: str) -> Message:
    await world.type(world.alice, text)
    return await world.whispered(world.alice, words)


async def test_an_ending_and_a_freeze_are_listed_with_who_and_why(world: World) -> None:
    """The newest first; what has not ended says so."""
    card = await world.card(f"{PAUSE} traffic spike")
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    world.cloud.add_task(PROJECT, name="second", task_id=78)
    await world.type(world.bob, "freeze prod-sg the line is full")
    await world.slack.wait_for(lambda: world.slack.messages(world.room)[2:], 10)
    await world.card("pause prod-sg 78")
    listed = said(await _asked(world, "history prod-sg", "What was asked for in prod-sg"))
    parts = ("Pause second?", "Frozen: prod-sg", "Paused media-872")
    places = [listed.index(part) for part in parts]
    assert places == sorted(places)
    assert "<@U0ALICE> · “traffic spike” · prod-sg · <!date^" in listed
    assert "<@U0BOB> · “the line is full”" in listed
    assert "not ended yet" in listed


async def test_a_limit_is_listed_with_what_it_was(world: World) -> None:
    """One that slowed a task down is none that sped it up."""
    card = await world.card(f"throttle prod-sg {TASK} 20")
    await world.confirm(card)
    await world.told(card, "OMS shows the limit")
    await _asked(world, "history prod-sg", "Slowed media-872 to 20 MB/s")
    card = await world.card(f"throttle prod-sg {TASK} 50")
    await world.confirm(card)
    await world.told(card, "OMS shows the limit")
    await _asked(world, "history prod-sg", "Raised the limit of media-872 to 50 MB/s")


async def test_a_page_has_ten_and_a_button_for_the_next(world: World) -> None:
    """None twice, none left out."""
    for number in range(12):
        world.cloud.add_task(PROJECT, name=f"task-{number}", task_id=100 + number)
        card = await world.card(f"pause prod-sg {100 + number}")
        await world.slack.click(world.alice, card, "oms_cancel")
        await world.told(card, "withdrew the request")
    first = await _asked(world, "history", "What was asked for, the newest first")
    assert buttons(first) == ["More"]
    await world.slack.click(world.alice, first, "oms_run")
    second = await world.whispered(world.alice, "Not paused task-1\n")
    assert buttons(second) == []
    names = [f"task-{number}\n" for number in range(12)]
    assert [name for name in names if name in said(first)] == names[2:]
    assert [name for name in names if name in said(second)] == names[:2]


async def test_it_is_narrowed_to_a_task_or_to_somebody(world: World) -> None:
    """A task by its id or its name, a person by a mention."""
    world.cloud.add_task(PROJECT, name="second", task_id=78)
    await world.card("pause prod-sg 78")
    await world.type(world.bob, PAUSE)
    await world.slack.wait_for(lambda: world.cards()[1:], 10)
    for typed in ("78", "second"):
        listed = said(await _asked(world, f"history prod-sg {typed}", "Pause second?"))
        assert "media-872" not in listed
        world.slack.world.log.clear()
    listed = said(await _asked(world, "history <@U0BOB|bob>", "What <@U0BOB> asked for"))
    assert "Pause media-872?" in listed
    assert "second" not in listed
    await _asked(world, "history @nobody", "People are found by a mention.")


@pytest.mark.parametrize("text", ["history", "history lab"])
async def test_only_what_the_asker_may_use_there_is_shown(make_world: MakeWorld, text: str) -> None:
    """A project that has channels of its own is used in them, and is heard of there."""
    lab = f'[projects.lab]\nid = "ab{PROJECT[2:]}"\nregion = "ap-southeast-3"\nchannels = ["C0LAB"]\n'
    async with make_world(more=lab) as world:
        elsewhere = world.slack.add_channel("lab", id="C0LAB", members=[world.alice, world.bob])
        await world.slack.slash(world.bob, elsewhere, "/oms", "freeze lab the line is full")
        await world.slack.wait_for(lambda: world.slack.messages(elsewhere), 10)
        refused = "lab can't be used in this channel" if text.endswith("lab") else "Nothing on record"
        assert "the line is full" not in said(await _asked(world, text, refused))
        dave = world.slack.add_user("dave")
        world.slack.invite(world.room, dave)
        await world.type(dave, text)
        await world.slack.wait_for(
            lambda: [m for m in world.slack.ephemerals(dave) if "prod-sg" not in said(m)], 10
        )


async def test_who_agreed_is_named(make_world: MakeWorld) -> None:
    """Beside who asked."""
    async with make_world(start=False) as world:
        settings = world.config.read_text()
        world.config.write_text(settings.replace("[users.U0ALICE]", "approvals = 1\n[users.U0ALICE]"))
        async with world.running():
            card = await world.card()
            await world.slack.click(world.bob, card, "oms_confirm")
            await world.told(card, "OMS confirmed it at")
            assert "✓ <@U0BOB>" in said(await _asked(world, "history prod-sg", "Paused media-872"))
