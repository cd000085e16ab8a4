"""Reading as the likely one while Slack is asked who it is: it counts for nobody else, and no stop gets lost in it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.conversation.ahead import Seen, read_ahead
from bot.conversation.authority import Actor
from bot.conversation.policy import Refused
from bot.conversation.reasons import Reason
from bot.huawei.iam.token import PasswordCredential
from bot.identity.directory import Identity
from bot.settings.sections import Project

PROJECT = Project(id="2c0689c860ad4728a497c91ec0844383", region="ap-southeast-3", alias="sg")


def _actor(name: str) -> Actor:
    return Actor(Identity(f"IAM user {name}", PasswordCredential("acme", name, SecretStr("pw"))), PROJECT)


ALICE, BOB = _actor("alice"), _actor("bob")


async def _is(actor: Actor) -> Actor:
    return actor


class Readings:
    """Notes as whom it is read; *fails* are those whose reading fails."""

    def __init__(self, *fails: Actor) -> None:
        self.read_as: list[Actor] = []
        self._fails = fails

    async def __call__(self, actor: Actor) -> str:
        """Read."""
        self.read_as.append(actor)
        await asyncio.sleep(0)
        if actor in self._fails:
            raise ConnectionError
        return actor.identity.principal


async def test_what_was_read_as_the_right_one_counts() -> None:
    """Slack says what was guessed: it is read once. What else Slack says of them goes with it."""
    read, with_locale = Readings(), replace(ALICE, locale="zh-CN")
    assert await read_ahead(_is(with_locale), _is(ALICE), read) == Seen(with_locale, "IAM user alice")
    assert read.read_as == [ALICE]


@pytest.mark.parametrize("read", [Readings(), Readings(BOB)])
async def test_what_was_read_as_somebody_else_counts_for_nothing(read: Readings) -> None:
    """Not even that it failed."""

    async def who_may() -> Actor:
        await asyncio.sleep(0.01)
        return ALICE

    assert await read_ahead(who_may(), _is(BOB), read) == Seen(ALICE, "IAM user alice")
    assert read.read_as == [BOB, ALICE]


async def test_who_may_not_is_told_nothing_that_was_read() -> None:
    """The reading is broken off."""

    async def who_may() -> Refused:
        return Refused(Reason.GUEST)

    assert await read_ahead(who_may(), _is(ALICE), Readings()) == Refused(Reason.GUEST)


async def test_a_stop_is_not_lost_while_a_reading_is_broken_off() -> None:
    """What would go on after it waits for its end for ever, and the process with it."""
    breaking_off = asyncio.Event()

    async def read(_actor: Actor) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            breaking_off.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()  # such as a connection that is closed in good order
        return ""

    async def who_may() -> Refused:
        await asyncio.sleep(0.01)
        return Refused(Reason.GUEST)

    looking = asyncio.create_task(read_ahead(who_may(), _is(ALICE), read))
    await breaking_off.wait()
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
