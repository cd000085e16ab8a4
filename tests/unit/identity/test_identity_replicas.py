"""Counters of the linking page and of proposals where several replicas count at once, on one PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.conversation.proposed import Proposal
from bot.identity.invitations import TRIES, TRIES_OF_PERSON, Invitations
from bot.proposals.board import Board
from bot.store.tables import link_tokens
from tests import databases

NOW = 1_795_000_000.0
AT_ONCE = 8


@pytest.fixture
def engines(emptied_postgres: str) -> Iterator[list[sa.Engine]]:
    """Return those of two replicas."""
    both = [databases.engine(emptied_postgres) for _ in "ab"]
    yield both
    for engine in both:
        engine.dispose()


@pytest.fixture
def invitations(engines: list[sa.Engine]) -> list[Invitations]:
    """Return those of as many requests as there are at once."""
    return [Invitations(engines[n % 2], clock=lambda: NOW) for n in range(AT_ONCE)]


async def test_a_page_has_its_tries_once_whichever_replica_is_asked(invitations: list[Invitations]) -> None:
    """And not once at each."""
    token = await invitations[0].issue("T1", "U0ALICE", "alice")
    taken = await asyncio.gather(*(each.take_try(token) for each in invitations))
    assert taken.count(True) == TRIES


async def test_a_person_has_theirs_once_over_all_pages_and_replicas(invitations: list[Invitations]) -> None:
    """IAM locks them after the fifth wrong password."""
    first = await invitations[0].issue("T1", "U0ALICE", "alice")
    assert [await invitations[0].take_try(first) for _ in range(TRIES)] == [True] * TRIES
    second = await invitations[1].issue("T1", "U0ALICE", "alice")
    taken = await asyncio.gather(*(each.take_try(second) for each in invitations))
    assert taken.count(True) == TRIES_OF_PERSON - TRIES


async def test_a_person_has_one_open_page_however_many_are_asked_for(
    invitations: list[Invitations], engines: list[sa.Engine]
) -> None:
    """The others stop working."""
    tokens = await asyncio.gather(*(each.issue("T1", "U0ALICE", "alice") for each in invitations))
    with engines[0].connect() as connection:
        open_ = sa.select(sa.func.count()).where(link_tokens.c.used_at.is_(None))
        assert connection.execute(open_).scalar_one() == 1
    assert len([token for token in tokens if await invitations[0].find(token)]) == 1


async def test_a_page_is_used_up_by_one(invitations: list[Invitations]) -> None:
    """Of all that submit it at once."""
    token = await invitations[0].issue("T1", "U0ALICE", "alice")
    assert (await asyncio.gather(*(each.use(token) for each in invitations))).count(True) == 1


async def test_one_of_those_who_propose_the_same_at_once_posts_it(engines: list[sa.Engine]) -> None:
    """Two Alertmanagers send what they send at the same moment, each to another replica."""
    boards = [Board(engines[n % 2], lambda: NOW) for n in range(AT_ONCE)]
    proposal = Proposal(proposer="alerts", project="prod-sg", task="1", reason="slow", channel="C1")
    standings = await asyncio.gather(*(board.put(proposal) for board in boards))
    assert sorted(standing.times for standing in standings) == list(range(1, AT_ONCE + 1))
    assert [standing.is_new for standing in standings].count(True) == 1
