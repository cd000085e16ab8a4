"""One 429 holds back what Slack would refuse as well, over real HTTP with Slack's own client: calls are counted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable

import aiohttp
import pytest

from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace
from bot.slack import cards
from bot.slack.chat import Chat
from bot.slack.client import new_client
from bot.slack.delivery import RateLimited, deliver
from bot.slack.rate_limits import RateLimits

AN_HOUR = 3600.0
LONG, SHORT = 60, 1  # as Slack asks for, in whole seconds; whatever waits for LONG ends with the test


@pytest.fixture
async def chats(slack: Workspace) -> AsyncIterator[tuple[Chat, Chat]]:
    """The bot in two workspaces, of which one server plays both."""
    async with aiohttp.ClientSession() as session:
        client = new_client(session, slack.api_url, slack.bot_token)
        limits = RateLimits()
        yield (
            Chat(client, workspace="T1", rate_limits=limits),
            Chat(client, workspace="T2", rate_limits=limits),
        )


@pytest.fixture
def chat(chats: tuple[Chat, Chat]) -> Chat:
    """The bot in one."""
    return chats[0]


async def limit(slack: Workspace, chat: Chat, incidents: Channel, seconds: int) -> None:
    """Let Slack limit what is posted in a room."""
    slack.faults.add("chat.postMessage", retry_after=seconds)
    with pytest.raises(RateLimited):
        await chat.post(incidents.id, cards.note("one too many"))
    slack.calls.clear()


def post(chat: Chat, incidents: Channel, text: str, within_seconds: float = AN_HOUR) -> asyncio.Task[str]:
    """Begin to post."""

    async def posting() -> str:
        return await deliver(
            lambda: chat.post(incidents.id, cards.note(text)), within_seconds=within_seconds, repeatable=False
        )

    return asyncio.create_task(posting())


async def ends(*tasks: Awaitable[object]) -> None:
    """Wait for them, with some patience."""
    async with asyncio.timeout(20):
        await asyncio.gather(*tasks)


async def begun() -> None:
    """Let the tasks that were made come to where they wait."""
    for _ in range(5):
        await asyncio.sleep(0)


async def met(fault: Fault) -> None:
    """Wait until a call has met it."""
    async with asyncio.timeout(20):
        while not fault.hits:  # the sandbox counts, it does not signal
            await asyncio.sleep(0.01)


def posted(slack: Workspace, incidents: Channel) -> list[str]:
    """Return what stands in a room."""
    return [message.text for message in slack.messages(incidents)]


async def test_one_asks_again_for_all(slack: Workspace, chat: Chat, incidents: Channel) -> None:
    """Ten were sent before the first 429; from then on each costs one call, and nothing is posted twice."""
    slack.faults.add("chat.postMessage", retry_after=SHORT, times=10 + 1)
    await ends(*(post(chat, incidents, f"{number}") for number in range(10)))
    assert sorted(posted(slack, incidents)) == sorted(map(str, range(10)))
    assert len(slack.calls) == 10 + 1 + 10


async def test_the_most_urgent_goes_first_then_the_oldest(
    slack: Workspace, chat: Chat, incidents: Channel
) -> None:
    """A card that somebody waits for is of no use after seconds, an ending is for a day. The card asks for all."""
    await limit(slack, chat, incidents, SHORT)
    waiting = []
    for text, within_seconds in (("ending", AN_HOUR), ("later ending", AN_HOUR), ("card", 15.0)):
        waiting.append(post(chat, incidents, text, within_seconds))
        await begun()
    slack.faults.add("chat.postMessage", retry_after=SHORT)
    await ends(*waiting)
    told = [call.args["text"] for call in slack.calls]
    assert told[:2] == ["card", "card"]
    assert sorted(told[2:]) == ["ending", "later ending"]


async def test_what_can_not_wait_is_refused_without_asking(
    slack: Workspace, chat: Chat, incidents: Channel
) -> None:
    """A decoration, which is tried once, and what would come too late; each is told how long it would take."""
    await limit(slack, chat, incidents, LONG)
    for send in (
        chat.post(incidents.id, cards.note("a decoration")),
        post(chat, incidents, "a card", LONG / 2),
    ):
        with pytest.raises(RateLimited) as refused:
            await send
        assert 0 < (refused.value.retry_after or 0) <= LONG
    assert slack.calls == []


async def test_what_can_not_wait_gives_way_to_what_waits(
    slack: Workspace, chat: Chat, incidents: Channel
) -> None:
    """While others are on their way in turn, a decoration makes none of them later."""
    await limit(slack, chat, incidents, SHORT)
    waiting = [post(chat, incidents, "first"), post(chat, incidents, "second")]
    await met(slack.faults.add("chat.postMessage", delay=0.3))
    with pytest.raises(RateLimited):
        await chat.post(incidents.id, cards.note("a decoration"))
    await ends(*waiting)
    assert posted(slack, incidents) == ["first", "second"]


async def test_only_what_slack_limits_is_held_back(
    slack: Workspace, chats: tuple[Chat, Chat], alice: User, incidents: Channel
) -> None:
    """A method in a workspace; of posts, those in one channel."""
    [chat, elsewhere] = chats
    await limit(slack, chat, incidents, LONG)
    other_room = slack.add_channel("elsewhere", members=[alice])
    await chat.post(other_room.id, cards.note("Another channel."))
    await elsewhere.post(incidents.id, cards.note("Another workspace."))
    await chat.person(alice.id)
    assert [call.method for call in slack.calls] == ["chat.postMessage", "chat.postMessage", "users.info"]


async def test_what_is_not_wanted_any_more_keeps_nobody_from_their_turn(
    slack: Workspace, chat: Chat, incidents: Channel
) -> None:
    """Cancelled while it waits, or while it asks for all."""
    await limit(slack, chat, incidents, SHORT)
    impatient, asking, third = (
        post(chat, incidents, text, seconds)
        for text, seconds in (("impatient", 30), ("asking", 40), ("third", 50))
    )
    await begun()
    impatient.cancel()
    await met(slack.faults.add("chat.postMessage", delay=LONG))
    asking.cancel()
    await ends(third)
    assert posted(slack, incidents) == ["third"]


async def test_a_turn_that_comes_too_late_is_passed_on() -> None:
    """Whoever has it was cancelled in the same moment."""
    limits = RateLimits()
    with contextlib.suppress(RateLimited):
        async with limits.turn("chat.postMessage", "T1"):
            raise RateLimited("chat.postMessage", "ratelimited", 0.0)
    taken: list[str] = []

    def take(name: str, within_seconds: float) -> asyncio.Task[None]:
        async def turn() -> None:
            async with limits.turn("chat.postMessage", "T1"):
                taken.append(name)
                if name == "first":
                    second.cancel()  # which is given its turn right after this

        return asyncio.create_task(deliver(turn, within_seconds=within_seconds, repeatable=False))

    first, second, third = take("first", 10), take("second", 20), take("third", 30)
    await ends(first, third)
    with pytest.raises(asyncio.CancelledError):
        await second
    assert taken == ["first", "third"]
