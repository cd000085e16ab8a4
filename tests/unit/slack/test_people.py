"""Slack may be asked about a click in advance, and the answer counts for that click alone."""

from __future__ import annotations

from typing import cast

from bot.conversation.policy import Person
from bot.slack.chat import Chat
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.workspaces.one import OneWorkspace


class _Chat:
    """A Slack in which somebody can be made a guest; it counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.guest = False

    async def person(self, user_id: str) -> Person:
        """Answer as things are now."""
        self.asked += 1
        return Person(user_id=user_id, team_id="T1", is_guest=self.guest)


def _people() -> tuple[People, _Chat]:
    chat = _Chat()
    return People(OneWorkspace(cast("Chat", chat)), Readers()), chat


async def test_a_click_that_was_asked_about_is_not_asked_about_again() -> None:
    """One request for one click, however often it is delivered."""
    people, chat = _people()
    people.expect("T1", "U1", "click-1")
    people.expect("T1", "U1", "click-1")
    await people.person("T1", "U1", "click-1")
    assert chat.asked == 1


async def test_the_answer_for_one_click_is_not_taken_for_another() -> None:
    """Somebody who became a guest between two clicks is one at the second."""
    people, chat = _people()
    people.expect("T1", "U1", "click-1")
    assert not (await people.person("T1", "U1", "click-0")).is_guest
    chat.guest = True
    people.expect("T1", "U1", "click-2")
    assert (await people.person("T1", "U1", "click-2")).is_guest
    assert (await people.person("T1", "U1")).is_guest


async def test_an_answer_is_taken_once() -> None:
    """A decision that is made again, as after a crash, asks again."""
    people, chat = _people()
    people.expect("T1", "U1", "click-1")
    await people.person("T1", "U1", "click-1")
    await people.person("T1", "U1", "click-1")
    assert chat.asked == 2
