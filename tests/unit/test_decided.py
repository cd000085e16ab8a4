"""Which decision came first, as this process knows it: whoever waits for one is told of it, however late it comes."""

from __future__ import annotations

import asyncio

from bot.conversation.decided import Verdicts
from bot.conversation.verdicts import Verdict


def _decided(operation_id: str) -> Verdict:
    return Verdict(operation_id=operation_id, kind="confirm", user_id="U0ALICE", message_ts="17.1", at=0.0)


async def test_who_waits_is_told_however_many_others_are_decided_meanwhile() -> None:
    """A card waits for minutes, and longer than what was decided is remembered."""
    verdicts = Verdicts()
    waiting = asyncio.create_task(verdicts.made_here("ours", within_seconds=5))
    await asyncio.sleep(0)
    for number in range(10_001):
        verdicts.note(_decided(f"other-{number}"))
    verdicts.note(_decided("ours"))
    assert await waiting


async def test_what_was_decided_a_moment_ago_is_not_waited_for() -> None:
    """The click may come before its card is waited for."""
    verdicts = Verdicts()
    verdicts.note(_decided("ours"))
    assert await verdicts.made_here("ours", within_seconds=5)
    assert await verdicts.of("ours") == _decided("ours")


async def test_the_first_decision_stands() -> None:
    """A workflow that is resumed notes its own again; there is no other."""
    verdicts = Verdicts()
    verdicts.note(_decided("ours"))
    verdicts.note(Verdict(operation_id="ours", kind="expire", message_ts="17.1", at=600.0))
    assert await verdicts.of("ours") == _decided("ours")
