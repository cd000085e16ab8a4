"""Where one word is wrong and all else was typed, a button does what was meant; free text is answered with help."""

from __future__ import annotations

import pytest

from tests.scenario.conftest import TASK, MakeWorld, World, buttons, said


@pytest.mark.parametrize(
    "typed",
    [
        "puase prod-sg media-872 night peak",
        "stop prod-sg media-872 night peak",
        "pause prd-sg media-872 night peak",
    ],
)
async def test_a_button_does_what_was_meant(world: World, typed: str) -> None:
    """Nothing is done on a guess: it asks, as if the command had been typed right."""
    await world.type(world.alice, typed)
    answer = await world.whispered(world.alice, "Did you mean")
    assert buttons(answer) == ["Pause media-872?"]
    await world.slack.click(world.alice, answer, "oms_run")
    [card] = await world.slack.wait_for(world.cards, 5)
    assert "“night peak”" in said(card)


async def test_a_list_that_was_meant_has_a_button_too(world: World) -> None:
    """With what to type on it."""
    await world.type(world.alice, "lst prod-sg")
    answer = await world.whispered(world.alice, "Did you mean")
    assert buttons(answer) == ["/oms list prod-sg"]


async def test_what_was_meant_is_shown_as_it_is_typed(world: World) -> None:
    """A list is of a project; no task belongs to it."""
    await world.type(world.alice, "list prod-gs")
    await world.whispered(world.alice, "Did you mean `/oms list prod-sg`?")


async def test_with_one_project_its_name_may_be_left_out(world: World) -> None:
    """A task alone is enough."""
    await world.type(world.alice, "pause media-872")
    [card] = await world.slack.wait_for(world.cards, 5)
    assert "Pause media-872?" in said(card)


async def test_who_is_in_the_wrong_channel_is_told_the_right_one(make_world: MakeWorld) -> None:
    """It is one click away."""
    async with make_world(start=False) as world:
        text = world.config.read_text()
        world.config.write_text(
            text.replace("[users.U0ALICE]", 'channels = ["C0ELSEWHERE"]\n[users.U0ALICE]')
        )
        async with world.running():
            await world.type(world.alice, f"pause prod-sg {TASK}")
            await world.whispered(
                world.alice, "prod-sg can't be used in this channel. Use it in <#C0ELSEWHERE>."
            )


@pytest.mark.parametrize(
    ("text", "words"), [("hello, are you there?", "What I do, as you"), ("help", "What I do, as you")]
)
async def test_free_text_to_the_bot_itself_is_answered_with_help(world: World, text: str, words: str) -> None:
    """In its direct messages, where the operator has added the scope for that."""
    await _write(world, text)
    await world.somewhere(words)


async def test_a_command_written_to_the_bot_itself_is_one(world: World) -> None:
    """Without its slash."""
    await _write(world, f"pause prod-sg {TASK}")
    await world.somewhere("Pause media-872?")


@pytest.mark.parametrize(
    "more", [{"bot_id": "B0SELF"}, {"subtype": "message_changed"}, {"channel_type": "channel"}]
)
async def test_what_nobody_said_to_the_bot_is_no_command(world: World, more: dict[str, str]) -> None:
    """Its own messages, edits, and what people say to each other."""
    await _write(world, "help", **more)
    await world.card()
    assert not [m for m in world.slack.world.log if "What I do, as you" in said(m)]


async def _write(world: World, text: str, **more: str) -> None:
    event = {
        "type": "message", "channel_type": "im", "channel": world.room.id, "user": world.alice.id, "text": text,
        "ts": world.slack.world.next_ts(),
    }  # fmt: skip
    delivery = await world.slack.event(event | more)
    assert delivery.ok
