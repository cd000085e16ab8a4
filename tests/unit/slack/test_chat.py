"""What becomes of what the bot says to Slack, over real HTTP with Slack's own client."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.conversation.assured import Hold
from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace
from bot.slack import cards
from bot.slack.chat import Chat
from bot.slack.delivery import CannotDeliver, Doubtful, SlackError, Unavailable, deliver
from bot.slack.response_urls import ResponseUrls

HELLO = cards.note("Hello.")
Calls = list[tuple[str, str, float]]


@contextlib.asynccontextmanager
async def chat_with(
    base_url: str, token: str = "xoxb-canary", calls: Calls | None = None
) -> AsyncIterator[Chat]:
    """Yield a chat made as the composition root makes it."""
    async with aiohttp.ClientSession(trust_env=False, cookie_jar=aiohttp.DummyCookieJar()) as session:
        client = AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])
        noted: Calls = [] if calls is None else calls
        yield Chat(client, observe=lambda *call: noted.append(call))


@pytest.fixture
def calls() -> Calls:
    """What the metrics are told."""
    return []


@pytest.fixture
async def chat(slack: Workspace, calls: Calls) -> AsyncIterator[Chat]:
    """The bot's side."""
    async with chat_with(slack.api_url, slack.bot_token, calls) as chat:
        yield chat


async def answered(answer: Callable[[Request], Response], seen: list[str] | None = None) -> SlackError:
    """Post a message to a server that answers like that, and return what the chat makes of it."""

    async def endpoint(request: Request) -> Response:
        if seen is not None:
            seen.append(request.url.path)
        return answer(request)

    app = Starlette(routes=[Route("/api/{method}", endpoint, methods=["GET", "POST"])])
    async with serve(app) as url, chat_with(f"{url}/api/") as chat:
        with pytest.raises(SlackError) as failed:
            await chat.post("C1", HELLO)
    return failed.value


async def test_a_post_and_its_thread_and_its_update(slack: Workspace, chat: Chat, incidents: Channel) -> None:
    """The ordinary way; names are never unfurled."""
    ts = await chat.post(incidents.id, HELLO)
    await chat.post(incidents.id, cards.note("In the thread."), thread_ts=ts)
    await chat.update(incidents.id, ts, cards.note("Bye."))
    first, reply = slack.thread(incidents, slack.messages(incidents)[0])
    assert (first.ts, first.text, reply.thread_ts) == (ts, "Bye.", ts)
    assert slack.calls[0].args["unfurl_links"] in (False, "0", "false", 0)


async def test_who_somebody_is(slack: Workspace, chat: Chat) -> None:
    """Each trait that the policy looks at, asked anew each time."""
    slack.add_user("bob", deleted=True)
    slack.add_user("guest", is_restricted=True)
    slack.add_user("single", is_restricted=True, is_ultra_restricted=True)
    slack.add_user("robot", is_bot=True)
    slack.add_user("eve", team_id="T0EVIL", is_stranger=True)
    alice = slack.add_user("alice")
    assert (await chat.person(alice.id)).team_id == slack.world.team_id
    assert (await chat.person("U0BOB")).deleted
    assert (await chat.person("U0GUEST")).is_guest
    assert (await chat.person("U0SINGLE")).is_guest
    assert (await chat.person("U0ROBOT")).is_bot
    eve = await chat.person("U0EVE")
    assert (eve.team_id, eve.is_stranger) == ("T0EVIL", True)
    asked = len(slack.calls)
    await chat.person(alice.id)
    assert len(slack.calls) == asked + 1


@pytest.mark.parametrize(
    "user",
    [
        {},
        None,
        [],
        "U1",
        {"id": ""},
        {"id": "U2", "team_id": "T1"},
        {"team_id": "T1"},
        {"id": None, "team_id": "T1"},
        {"id": ["U1"]},
    ],
)
async def test_an_answer_about_nobody_or_somebody_else_makes_nobody_a_member(user: object) -> None:
    """Slack must say that it speaks of the very person, or nothing is known of them."""

    async def endpoint(_request: Request) -> Response:
        return JSONResponse({"ok": True, "user": user})

    app = Starlette(routes=[Route("/api/{method}", endpoint, methods=["GET", "POST"])])
    async with serve(app) as url, chat_with(f"{url}/api/") as chat:
        with pytest.raises(CannotDeliver, match="unreadable"):
            await chat.person("U1")


async def test_the_organisation_of_a_person(slack: Workspace, chat: Chat) -> None:
    """With every workspace that they are in."""
    slack.add_user("alice", enterprise_id="E1", teams=("T1", "T2"))
    alice = await chat.person("U0ALICE")
    assert alice.belongs_to == {slack.world.team_id, "T1", "T2", "E1"}


async def test_the_token_and_its_scopes(slack: Workspace, chat: Chat) -> None:
    """What `oms-bot check` looks at."""
    told = await chat.auth_test()
    assert told["team_id"] == slack.world.team_id
    assert "chat:write" in told["scopes"]


async def test_not_in_the_channel_is_final(slack: Workspace, chat: Chat, calls: Calls) -> None:
    """A public channel, a private one, an archived one, a revoked token: Slack will say so again."""
    public, private = (
        slack.add_channel("public", bot=False),
        slack.add_channel("private", private=True, bot=False),
    )
    for channel, error in (
        (public.id, "not_in_channel"),
        (private.id, "channel_not_found"),
        ("C0", "channel_not_found"),
    ):
        with pytest.raises(CannotDeliver) as refused:
            await chat.post(channel, HELLO)
        assert refused.value.error == error
    slack.revoke_token()
    with pytest.raises(CannotDeliver, match="token_revoked"):
        await chat.post(public.id, HELLO)
    assert [call[:2] for call in calls][-1] == ("chat.postMessage", "token_revoked")


async def test_a_rate_limit_asks_to_wait(slack: Workspace, chat: Chat, incidents: Channel) -> None:
    """The seconds of Retry-After are kept."""
    slack.faults.add("chat.postMessage", retry_after=7)
    with pytest.raises(Unavailable) as limited:
        await chat.post(incidents.id, HELLO)
    assert (limited.value.error, limited.value.retry_after) == ("ratelimited", 7)


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3), ("99999", 600), ("soon", None), ("-1", None), ("²", None)]
)
async def test_a_retry_after_that_makes_no_sense_is_ignored(header: str, seconds: float | None) -> None:
    """And one that is too long is cut, since people wait."""
    raw = header.encode("latin-1")

    def answer(_request: Request) -> Response:
        response = JSONResponse({"ok": False, "error": "ratelimited"}, 429)
        response.raw_headers.append((b"retry-after", raw))
        return response

    error = await answered(answer)
    assert isinstance(error, Unavailable)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: PlainTextResponse("upstream connect error", 503),
        lambda _: PlainTextResponse("oops", 500),
        lambda _: HTMLResponse("<h1>Bad gateway</h1>", 502),
        lambda _: Response("not json", 500, media_type="application/json"),
        lambda _: JSONResponse(["list"], 500),
        lambda _: JSONResponse({"ok": False, "error": "service_unavailable"}),
        lambda _: JSONResponse({"ok": False, "error": "ratelimited"}),
        lambda _: PlainTextResponse("slow down", 429),
    ],
)
async def test_slacks_own_trouble_is_worth_waiting_for(answer: Callable[[Request], Response]) -> None:
    """Whatever the body looks like: a proxy in front of Slack does not speak JSON."""
    assert isinstance(await answered(answer), Unavailable)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: Response("not json", media_type="application/json"),
        lambda _: Response(b"\xff", media_type="application/json"),
        lambda _: HTMLResponse("<h1>Sign in</h1>"),
        lambda _: PlainTextResponse("ok"),
        lambda _: JSONResponse(["list"]),
        lambda _: JSONResponse("text"),
        lambda _: JSONResponse(None),
        lambda _: JSONResponse({}),
        lambda _: JSONResponse({"ok": True}),
        lambda _: JSONResponse({"ok": True, "ts": None}),
        lambda _: Response(b"\x1f", media_type="application/gzip"),
    ],
)
async def test_an_answer_that_says_nothing_leaves_a_post_in_doubt(
    answer: Callable[[Request], Response],
) -> None:
    """Something was received: it may stand in the channel, so it is neither repeated nor called refused."""
    seen: list[str] = []
    assert isinstance(await answered(answer, seen), Doubtful)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: JSONResponse({"ok": False, "error": "is_archived"}),
        lambda _: JSONResponse({"ok": False}, 403),
        lambda _: PlainTextResponse("forbidden", 403),
        lambda _: RedirectResponse("http://127.0.0.1:1/elsewhere", 401),
    ],
)
async def test_a_refusal_is_final(answer: Callable[[Request], Response]) -> None:
    """With or without Slack's word for it."""
    assert isinstance(await answered(answer), CannotDeliver)


async def test_nobody_listening_means_nothing_was_posted() -> None:
    """No connection, no message."""
    async with serve(Starlette()) as url:
        pass
    async with chat_with(f"{url}/api/") as chat:
        with pytest.raises(Unavailable, match="unreachable"):
            await chat.post("C1", HELLO)


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_broken_connection_leaves_a_post_in_doubt(
    slack: Workspace, chat: Chat, incidents: Channel, *, after_effect: bool
) -> None:
    """From here the two cases look the same; so it is never sent again."""
    slack.faults.add("chat.postMessage", cut=True, after_effect=after_effect, times=None)
    with pytest.raises(Doubtful):
        await deliver(
            lambda: chat.post(incidents.id, HELLO), within_seconds=60, repeatable=False, sleep_seconds=0
        )
    assert len(slack.messages(incidents)) == after_effect
    assert len(slack.calls) == 1


async def test_an_update_is_repeated_after_a_broken_connection(
    slack: Workspace, chat: Chat, incidents: Channel
) -> None:
    """Saying the same twice changes nothing."""
    ts = await chat.post(incidents.id, HELLO)
    slack.faults.add("chat.update", cut=True, after_effect=True, times=2)
    bye = cards.note("Bye.")
    await deliver(
        lambda: chat.update(incidents.id, ts, bye), within_seconds=60, repeatable=True, sleep_seconds=0.001
    )
    assert slack.messages(incidents)[0].text == "Bye."
    assert len(slack.calls) == 4


# --- delivering ----------------------------------------------------------------------------------------


class Script:
    """A call that goes as the script says, and counts."""

    def __init__(self, *ways: SlackError | str) -> None:
        self.ways = list(ways)
        self.tries = 0

    async def __call__(self) -> str:
        """Go the next way; the last one for ever."""
        self.tries += 1
        way = self.ways.pop(0) if len(self.ways) > 1 else self.ways[0]
        if isinstance(way, SlackError):
            raise way
        return way


BUSY, LOST, NEVER = Unavailable("m", "x", 0.0), Doubtful("m", "x"), CannotDeliver("m", "x")


@pytest.mark.parametrize(
    ("script", "repeatable", "tries"),
    [
        (Script("sent"), False, 1),
        (Script(BUSY, BUSY, "sent"), False, 3),
        (Script(Unavailable("m", "x"), "sent"), False, 2),
        (Script(LOST, "sent"), True, 2),
    ],
)
async def test_what_may_be_repeated_is(script: Script, *, repeatable: bool, tries: int) -> None:
    """Until Slack takes it."""
    assert await deliver(script, within_seconds=60, repeatable=repeatable, sleep_seconds=0.001) == "sent"
    assert script.tries == tries


@pytest.mark.parametrize(
    ("script", "repeatable", "error"),
    [
        (Script(LOST), False, Doubtful),
        (Script(NEVER), True, CannotDeliver),
        (Script(BUSY, LOST), False, Doubtful),
    ],
)
async def test_what_may_not_be_repeated_is_raised_at_once(
    script: Script, error: type[SlackError], *, repeatable: bool
) -> None:
    """A doubtful post, and what Slack will refuse again."""
    planned = len(script.ways)
    with pytest.raises(error):
        await deliver(script, within_seconds=60, repeatable=repeatable, sleep_seconds=0.001)
    assert script.tries == planned


async def test_delivering_ends_when_the_time_is_up() -> None:
    """The last error is what is raised."""
    script = Script(BUSY)
    with pytest.raises(Unavailable):
        await deliver(script, within_seconds=0.01, repeatable=True, sleep_seconds=0.001)
    assert script.tries >= 1


# --- whispering ----------------------------------------------------------------------------------------


def whisper_place(slack: Workspace, alice: User, incidents: Channel) -> str:
    """Return a response_url of this workspace, as a slash command brings it."""
    url = find(slack.slash_payload(alice, incidents, "/oms", "help"), "response_url")
    assert isinstance(url, str)
    return url


def find(value: Any, key: str) -> Any:
    """Return the value of *key* somewhere inside a payload."""
    if isinstance(value, dict):
        if key in value:
            return value[key]
        return next((found for part in value.values() if (found := find(part, key)) is not None), None)
    return find(vars(value), key) if hasattr(value, "__dict__") else None


async def test_a_whisper_goes_through_the_response_url(
    slack: Workspace, chat: Chat, alice: User, incidents: Channel, calls: Calls
) -> None:
    """It reaches channels that the bot is not in."""
    chat.response_urls.remember("key", whisper_place(slack, alice, incidents))
    await chat.whisper("key", incidents.id, alice.id, HELLO)
    assert [message.source for message in slack.ephemerals(alice)] == ["response_url"]
    assert [call[:2] for call in calls] == [("respond", "ok")]


async def test_a_response_url_is_used_five_times_and_then_left_alone(
    slack: Workspace, chat: Chat, alice: User, incidents: Channel
) -> None:
    """Slack allows no more; what follows is an ephemeral message."""
    chat.response_urls.remember("key", whisper_place(slack, alice, incidents))
    for _ in range(7):
        await chat.whisper("key", incidents.id, alice.id, HELLO)
    assert len(slack.ephemerals(alice)) == 7
    assert [call.method for call in slack.calls].count("response_url") == 5
    assert [call.method for call in slack.calls].count("chat.postEphemeral") == 2


@pytest.mark.parametrize("how", [{"status": 500}, {"status": 404}, {"cut": True}])
async def test_a_whisper_that_fails_goes_another_way(
    slack: Workspace, chat: Chat, alice: User, incidents: Channel, how: dict[str, Any]
) -> None:
    """A dead response_url is no reason to say nothing."""
    slack.faults.add("response_url", **how)
    chat.response_urls.remember("key", whisper_place(slack, alice, incidents))
    await chat.whisper("key", incidents.id, alice.id, HELLO)
    assert [message.source for message in slack.ephemerals(alice)] == ["chat.postEphemeral"]


async def test_a_whisper_without_a_way_into_the_channel_is_a_direct_message(
    slack: Workspace, chat: Chat, alice: User
) -> None:
    """The bot was never in the channel, and there is no response_url."""
    elsewhere = slack.add_channel("elsewhere", members=[alice], bot=False)
    chat.response_urls.remember("key", "")
    await chat.whisper("key", elsewhere.id, alice.id, HELLO)
    assert [message.text for message in slack.messages(slack.direct_message(alice))] == ["Hello."]


async def test_a_whisper_that_can_go_nowhere_says_so(
    slack: Workspace, chat: Chat, alice: User, incidents: Channel
) -> None:
    """The caller then has the audit as the last place."""
    slack.revoke_token()
    with pytest.raises(CannotDeliver):
        await chat.whisper("key", incidents.id, alice.id, HELLO)


async def test_a_response_url_never_redirects_elsewhere(
    chat: Chat, slack: Workspace, alice: User, incidents: Channel
) -> None:
    """What is said to one person is not sent where an answer points to."""
    reached: list[str] = []

    async def elsewhere(request: Request) -> Response:
        reached.append(request.url.path)
        return PlainTextResponse("ok")

    async def redirect(_request: Request) -> Response:
        return RedirectResponse("/elsewhere", 307)

    routes = [Route("/hook", redirect, methods=["POST"]), Route("/elsewhere", elsewhere, methods=["POST"])]
    async with serve(Starlette(routes=routes)) as url:
        chat.response_urls = ResponseUrls(url)
        chat.response_urls.remember("key", f"{url}/hook")
        await chat.whisper("key", incidents.id, alice.id, HELLO)
    assert reached == []
    assert len(slack.ephemerals(alice)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "ftp://x/y",
        "http://127.0.0.1:1/canary-hook",
        "http://[/canary-hook",
        "http://hooks.slack.com/canary-hook",
        "https://hooks.slack.com:8443/canary-hook",
        "https://hooks.slack.com.evil.example/canary-hook",
        "https://hooks.slack.com@evil.example/canary-hook",
        "https://evil.example\\@hooks.slack.com/canary-hook",
        "https://evil.example#@hooks.slack.com/canary-hook",
        "https://evil.example/https://hooks.slack.com/canary-hook",
        " https://hooks.slack.com/canary-hook",
        "https://hooks.slack.com\n.evil.example/canary-hook",
        "//hooks.slack.com/canary-hook",
    ],
)
async def test_a_response_url_that_is_not_slacks_is_neither_called_nor_logged(
    slack: Workspace, chat: Chat, alice: User, incidents: Channel, url: str
) -> None:
    """A signed body may name any server. The answer goes another way; the URL, a bearer capability, goes nowhere."""
    with capture_logs() as logs:
        chat.response_urls.remember("key", url)
        await chat.whisper("key", incidents.id, alice.id, HELLO)
    [whispered] = slack.ephemerals(alice)
    assert whispered.source == "chat.postEphemeral"
    assert [log["event"] for log in logs] == ["foreign_response_url", "slack"]
    assert "canary" not in repr(logs)
    assert slack.bot_token not in repr(logs)


@pytest.mark.parametrize(
    ("url", "api_url", "is_slacks"),
    [
        ("https://hooks.slack.com/commands/T1/1/abc", "https://slack.com/api/", True),
        ("https://HOOKS.slack.com:443/app/T1/1/abc?x=1", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/actions/T1/1/abc", "https://slack-gov.com/api/", True),
        ("https://slack.example/hook", "https://slack.example/api", True),
        ("http://127.0.0.1:81/hook", "http://127.0.0.1:81/api/", True),
        ("http://[::1]:81/hook", "http://[::1]:81/api/", True),
        ("http://127.0.0.1:82/hook", "http://127.0.0.1:81/api/", False),
        ("http://slack.example/hook", "https://slack.example/api/", False),
        ("https://slack.example/hook", "https://slack.com/api/", False),
        ("", "", False),
        ("nonsense", "nonsense", False),
    ],
)
def test_slacks_own_hosts_and_that_of_the_web_api_are_slacks(url: str, api_url: str, is_slacks: bool) -> None:
    """Another port is another server: on one machine there may be many."""
    foreign: list[str] = []
    assert ResponseUrls(api_url, foreign=lambda: foreign.append("one")).is_slacks(url) is is_slacks
    assert foreign == ["one"] * (not is_slacks)


@pytest.mark.parametrize("call", ["post", "update", "person", "auth_test"])
async def test_every_call_raises_slack_errors_only(call: str) -> None:
    """Whatever shape comes back."""
    bodies: list[Any] = [
        None,
        [],
        [1],
        "x",
        3,
        {},
        {"ok": True},
        {"ok": True, "user": []},
        {"ok": False, "error": 7},
    ]
    left = list(bodies)

    async def endpoint(_request: Request) -> Response:
        return JSONResponse(left.pop())

    app = Starlette(routes=[Route("/api/{method}", endpoint, methods=["GET", "POST"])])
    async with serve(app) as url, chat_with(f"{url}/api/") as chat:
        ways: dict[str, Callable[[], Awaitable[Any]]] = {
            "post": lambda: chat.post("C1", HELLO),
            "update": lambda: chat.update("C1", "1.2", HELLO),
            "person": lambda: chat.person("U1"),
            "auth_test": chat.auth_test,
        }
        for _ in bodies:
            with contextlib.suppress(SlackError):
                await ways[call]()
    assert left == []


async def test_an_errors_text_holds_no_token_and_no_url(slack: Workspace, incidents: Channel) -> None:
    """Only the method and Slack's word."""
    async with chat_with(slack.api_url, "xoxb-canary-of-nobody") as chat:
        with pytest.raises(CannotDeliver) as refused:
            await chat.post(incidents.id, HELLO)
    assert str(refused.value) == "chat.postMessage: invalid_auth"
    assert refused.value.__suppress_context__


async def test_nothing_is_said_for_a_workflow_while_its_replica_is_not_sure_of_its_lock(
    chat: Chat, slack: Workspace, incidents: Channel
) -> None:
    """Another may have said it. What has been taken over is stopped meanwhile; what has not, is said then."""
    hold = Hold()
    hold.lasts(0)
    with hold.here():
        taken_over, owned = (
            asyncio.create_task(chat.post(incidents.id, cards.note(words))) for words in ("theirs", "ours")
        )
    for _ in range(2):  # takes as long as they would
        await chat.post(incidents.id, HELLO)
    taken_over.cancel()
    hold.lasts(math.inf)
    await owned
    assert [message.text for message in slack.messages(incidents)] == [HELLO.text, HELLO.text, "ours"]
