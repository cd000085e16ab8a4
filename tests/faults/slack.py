"""What Slack makes of a card, of the question who clicked, and of an ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.sandbox.slack.objects import Message
from tests.faults.row import Row
from tests.scenario.conftest import World

_TEST: Final = "tests/faults/test_slack.py::test_what_slack_refuses_or_loses_is_told_another_way_or_later"


@dataclass(frozen=True, kw_only=True)
class OfSlack(Row):
    """One that befalls Slack's `method` when a card, a click, or an ending is due; `how` is the sandbox's fault.

    `happens` befalls the channel instead, with the card.
    """

    name: str
    when: Literal["card", "click", "ending"]
    method: str = "chat.postMessage"
    how: Mapping[str, Any]
    happens: Callable[[World, Message], object] | None = None
    statuses: tuple[int, ...] = ()


def _card(
    name: str, fault: str, reads: str, *, ending: str = "", audit: str = "shown", **how: Any
) -> OfSlack:
    return OfSlack(
        name=name, fault=fault, reads=reads, when="card", how=how, ending=ending, audit=audit, test=_TEST
    )


def _click(name: str, fault: str, reads: str, **how: Any) -> OfSlack:
    return OfSlack(
        name=name, fault=fault, reads=reads, when="click", method="users.info", how=how,
        ending="failed", audit="decided ended", test=_TEST,
    )  # fmt: skip


def _ending(name: str, fault: str, reads: str, *, happens: Callable[[World, Message], object] | None = None,
            audit: str = "called ended", **how: Any) -> OfSlack:  # fmt: skip
    return OfSlack(
        name=name, fault=fault, reads=reads, when="ending", how=how, happens=happens,
        calls="1", ending="paused", audit=audit, test=_TEST, statuses=(200,),
    )  # fmt: skip


_LATER: Final = "thread: “OMS confirmed it at”, as soon as Slack takes it; once"
_DIRECT: Final = "a direct message to the asker: “I couldn't post in the thread”, “OMS confirmed it at”"
_WHO: Final = "thread: “Slack didn't tell me who you are, so I didn't go on.”, “Try again in a minute.”"

OF_SLACK: Final = (
    _card("429", "429 to the card", "the card: “Pause ”, as soon as Slack takes it", retry_after=1),
    _card("503", "503 to the card", "the card: “Pause ”, as soon as Slack takes it", status=503, times=2),
    _card("revoked", "the token is revoked when the card is due", "asker alone, at the command's own address: “Slack didn't accept my message (token_revoked)”",
          error="token_revoked", ending="not_posted", audit="ended"),
    _card("archived", "the channel is archived when the card is due", "asker alone: “This channel is archived”", error="is_archived", ending="not_posted", audit="ended"),
    _card("removed", "the bot is not in the channel when the card is due", "asker alone: “/invite @oms-bot”", error="not_in_channel", ending="not_posted", audit="ended"),
    _click("429", "429 when it is asked who clicked", _WHO, retry_after=1, times=None),
    _click("503", "503 when it is asked who clicked", _WHO, status=503, times=None),
    _click("cut", "no answer to who clicked", _WHO, cut=True, times=None),
    _ending("429", "429 to the ending", _LATER, retry_after=1),
    _ending("503", "503 to the ending", _LATER, status=503, times=2),
    _ending("late", "the answer to the ending comes late", _LATER, delay=2, after_effect=True),
    _ending("lost", "Slack took the ending, and the answer is lost", "thread: “OMS confirmed it at”; not posted again, and a direct message", cut=True, after_effect=True),
    _ending("archived", "the channel is archived when the ending is due", _DIRECT, error="is_archived", times=None),
    _ending("removed", "the bot is removed from the channel before the ending", _DIRECT, happens=lambda world, _: world.slack.kick(world.room)),
    _ending("deleted", "the card is deleted before the ending", "thread, below the deleted card: “OMS confirmed it at”", happens=lambda world, card: world.slack.world.delete(card)),
)  # fmt: skip  # a row each
