"""Help for who asks: what they may do in this channel, with an example of theirs, and why the rest is not offered."""

from __future__ import annotations

import pytest

from tests.scenario.conftest import TASK, MakeWorld, World, said
from tests.scenario.test_modal import OTHER

KEYS = """
[bucket_credentials.media]
side = "destination"
buckets = ["media"]
access_key = "env:BOB_AK"
secret_key = "env:BOB_SK"
"""


@pytest.mark.parametrize("typed", ["help", ""])
async def test_it_shows_what_may_be_used_here_with_a_task_of_one_s_own(
    make_world: MakeWorld, typed: str
) -> None:
    """And in one line what is not offered, and why."""
    async with make_world(more=OTHER) as world:
        await world.type(world.alice, typed)
        text = said(await world.whispered(world.alice, "What I do, as you"))
        assert "`/oms pause prod-sg media-872`" in text
        assert "Projects: `prod-sg`, `staging`" in text
        assert "/oms resume" not in text
        [rest] = [line for line in text.splitlines() if line.startswith("Not offered here")][:1]
        assert "elsewhere (only in <#C0ELSEWHERE>)" in rest
        assert "no bucket keys are set up for `prod-sg`" in rest


async def test_with_keys_a_resume_is_offered(make_world: MakeWorld) -> None:
    """Then nothing is missing, and nothing is said of it."""
    async with make_world(more=KEYS) as world:
        await world.type(world.alice, "help")
        text = said(await world.whispered(world.alice, "What I do, as you"))
        assert "/oms resume" in text
        assert "Not offered here" not in text


async def test_only_approvers_are_offered_to_unfreeze(make_world: MakeWorld) -> None:
    """Each sees their own help."""
    async with make_world(start=False) as world:
        settings = world.config.read_text()
        world.config.write_text(
            settings.replace("[users.U0ALICE]", 'approvals = 1\napprovers = ["U0BOB"]\n[users.U0ALICE]')
        )
        async with world.running():
            await world.type(world.alice, "help")
            assert "for the approvers of `prod-sg`" in said(await world.whispered(world.alice, "What I do"))
            await world.type(world.bob, "help")
            assert "/oms unfreeze" in said(await world.whispered(world.bob, "What I do"))


async def test_where_nothing_may_be_used_it_says_where(make_world: MakeWorld) -> None:
    """In another channel."""
    async with make_world(start=False) as world:
        settings = world.config.read_text()
        world.config.write_text(
            settings.replace("[users.U0ALICE]", 'channels = ["C0OTHER"]\n[users.U0ALICE]')
        )
        async with world.running():
            await world.type(world.alice, "help")
            text = said(await world.whispered(world.alice, "None of your projects"))
            assert "prod-sg (only in <#C0OTHER>)" in text
            assert "/oms pause" not in text


async def test_without_a_link_it_says_the_one_next_step(world: World) -> None:
    """For help and for a first pause alike; no project is named by the help."""
    carol = world.slack.add_user("carol")
    world.slack.invite(world.room, carol)
    await world.type(carol, "help")
    text = said(await world.whispered(carol, "Type `/oms link`"))
    assert "prod-sg" not in text
    assert "/oms pause" not in text
    await world.type(carol, f"pause prod-sg {TASK}")
    await world.slack.wait_for(lambda: len(world.slack.ephemerals(carol)) == 2, 10)
    assert "Type `/oms link`" in said(world.slack.ephemerals(carol)[1])
