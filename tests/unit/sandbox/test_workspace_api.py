"""The sandbox Slack's Web API, as Slack's own Python client meets it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace
from tests import plain_http

BUTTON = {"type": "button", "action_id": "oms_confirm", "text": {"type": "plain_text", "text": "Pause"}}
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Pause media-872?*"}},
    {"type": "actions", "elements": [BUTTON]},
]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Pause"}, "blocks": CARD}


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        """Return the seconds since 1970."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Seconds that pass only when told to."""
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[Workspace]:
    """A served workspace."""
    workspace = Workspace(clock=clock)
    async with serve(workspace.app) as workspace.base_url:
        yield workspace


@pytest.fixture
def alice(slack: Workspace) -> User:
    """A person."""
    return slack.add_user("alice", tz="Europe/Berlin")


@pytest.fixture
def client(slack: Workspace) -> AsyncWebClient:
    """Slack's client with the bot's token and no retries of its own."""
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def refused(call: Any) -> dict[str, Any]:
    """Return the answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer: dict[str, Any] = caught.value.response.data
    return answer


async def refusal(call: Any) -> str:
    """Return the error of a call that Slack refuses."""
    return str((await refused(call))["error"])


async def test_auth_test_says_who_the_token_is_and_which_scopes_it_has(
    client: AsyncWebClient, slack: Workspace
) -> None:
    """Bolt authorizes with this call and reads the scopes from its header."""
    answer = await client.auth_test()
    assert answer["team_id"] == "T0SANDBOX"
    assert (answer["user_id"], answer["bot_id"]) == (slack.bot.id, slack.bot.bot_id)
    assert "chat:write" in answer.headers["X-OAuth-Scopes"].split(",")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda _: "", "not_authed"),
        (lambda _: "xoxb-nobody", "invalid_auth"),
        (lambda slack: (slack.revoke_token(), slack.bot_token)[1], "token_revoked"),
        (lambda slack: (slack.deactivate(slack.bot), slack.bot_token)[1], "account_inactive"),
        (lambda slack: slack.app_token, "not_allowed_token_type"),
    ],
)
async def test_a_token_that_does_not_work_is_refused_by_name(
    slack: Workspace, spoil: Any, error: str
) -> None:
    """Each way of losing a token has its own error."""
    client = AsyncWebClient(spoil(slack), base_url=slack.api_url, retry_handlers=[])
    assert await refusal(client.auth_test()) == error


async def test_a_method_without_its_scope_says_what_is_needed(
    client: AsyncWebClient, slack: Workspace
) -> None:
    """An operator fixes the manifest with this answer."""
    slack.ungrant("chat:write")
    answer = await refused(client.chat_postMessage(channel="C1", text="hello"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert answer["provided"] == "app_mentions:read,commands,users:read"


async def test_users_info_shows_a_deactivated_guest_as_slack_does(
    client: AsyncWebClient, slack: Workspace
) -> None:
    """A deactivated account keeps its id and loses its roles."""
    guest = slack.add_user("guest", is_restricted=True)
    assert (await client.users_info(user=guest.id))["user"]["is_restricted"] is True
    slack.deactivate(guest)
    shown = (await client.users_info(user=guest.id))["user"]
    assert shown["deleted"] is True
    assert "is_restricted" not in shown
    assert await refusal(client.users_info(user="U404")) == "user_not_found"


async def test_users_info_tells_the_locale_when_it_is_asked_for(
    client: AsyncWebClient, slack: Workspace
) -> None:
    """As Slack's reference says of `include_locale`."""
    reader = slack.add_user("reader", locale="zh-CN")
    assert "locale" not in (await client.users_info(user=reader.id))["user"]
    shown = (await client.users_info(user=reader.id, include_locale=True))["user"]
    assert shown["locale"] == "zh-CN"


async def test_users_list_comes_in_pages_and_leaves_out_strangers(
    client: AsyncWebClient, slack: Workspace, alice: User
) -> None:
    """People of a connected workspace are not members of this one."""
    slack.add_user("mallory", team_id="T0FOREIGN", is_stranger=True)
    names = [user["id"] async for page in await client.users_list(limit=1) for user in page["members"]]
    assert names == [slack.bot.id, alice.id]


async def test_conversations_can_be_read_and_opened_with_their_scopes(
    client: AsyncWebClient, slack: Workspace, incidents: Channel, alice: User
) -> None:
    """Reading a channel takes the scope of its kind."""
    assert (await refused(client.conversations_info(channel=incidents.id)))["needed"] == "channels:read"
    slack.grant("channels:read", "im:read", "im:write")
    info = (await client.conversations_info(channel=incidents.id))["channel"]
    assert (info["name"], info["is_member"], info["is_archived"]) == ("incidents", True, False)
    assert (await client.conversations_members(channel=incidents.id))["members"] == [alice.id, slack.bot.id]
    opened = (await client.conversations_open(users=alice.id))["channel"]["id"]
    assert (await client.conversations_info(channel=opened))["channel"]["user"] == alice.id
    assert (await client.conversations_open(users=[alice.id]))["already_open"] is True


async def test_a_posted_card_is_seen_in_its_channel_and_its_thread(
    client: AsyncWebClient, slack: Workspace, incidents: Channel
) -> None:
    """The card, and below it the outcome."""
    card = await client.chat_postMessage(channel=incidents.id, text="Pause?", blocks=CARD)
    reply = await client.chat_postMessage(channel=incidents.id, text="Paused.", thread_ts=card["ts"])
    assert card["message"]["bot_id"] == slack.bot.bot_id
    assert [block["type"] for block in card["message"]["blocks"]] == ["section", "actions"]
    assert all(block["block_id"] for block in card["message"]["blocks"])
    assert [message.text for message in slack.thread(incidents, card["ts"])] == ["Pause?", "Paused."]
    assert float(reply["ts"]) > float(card["ts"])


async def test_blocks_may_be_json_text_in_a_form(slack: Workspace, incidents: Channel) -> None:
    """The way of clients that do not send JSON bodies; the token may be in the form as well."""
    form = {"token": slack.bot_token, "channel": incidents.id, "text": "x", "blocks": json.dumps(CARD)}
    async with plain_http.async_client() as http:
        answer = (await http.post(f"{slack.api_url}chat.postMessage", data=form)).json()
    assert answer["ok"] is True
    assert len(slack.messages(incidents)[0].blocks) == 2


async def test_update_replaces_the_blocks_it_is_given_and_keeps_the_others(
    client: AsyncWebClient, slack: Workspace, incidents: Channel
) -> None:
    """Without blocks the buttons stay, which is easily forgotten; with an empty list they go."""
    card = await client.chat_postMessage(channel=incidents.id, text="Pause?", blocks=CARD)
    [message] = slack.messages(incidents)
    await client.chat_update(channel=incidents.id, ts=card["ts"], text="Paused.")
    assert (message.text, len(message.blocks)) == ("Paused.", 2)
    await client.chat_update(channel=incidents.id, ts=card["ts"], text="Paused.", blocks=[])
    assert message.blocks == []
    assert [version.text for version in message.versions] == ["Pause?", "Paused."]
    assert message.edited


async def test_update_refuses_what_is_not_the_bots_own_living_message(
    client: AsyncWebClient, slack: Workspace, incidents: Channel, alice: User
) -> None:
    """People's messages, deleted ones, ephemeral ones and ones in an archived channel."""
    said = slack.say(alice, incidents, "hello")
    update = client.chat_update
    assert (await refused(update(channel=incidents.id, ts=said.ts, text="x")))[
        "error"
    ] == "cant_update_message"
    whisper = await client.chat_postEphemeral(channel=incidents.id, user=alice.id, text="only you")
    ts = whisper["message_ts"]
    assert await refusal(update(channel=incidents.id, ts=ts, text="x")) == "message_not_found"
    card = await client.chat_postMessage(channel=incidents.id, text="x")
    assert (await refused(update(channel=incidents.id, ts=card["ts"], text="x" * 4001)))[
        "error"
    ] == "msg_too_long"
    slack.archive(incidents)
    assert await refusal(update(channel=incidents.id, ts=card["ts"], text="y")) == "is_inactive"


async def test_a_deleted_message_is_gone_for_everybody_but_the_log(
    client: AsyncWebClient, slack: Workspace, incidents: Channel, alice: User
) -> None:
    """A bot deletes its own messages only."""
    card = await client.chat_postMessage(channel=incidents.id, text="x")
    await client.chat_delete(channel=incidents.id, ts=card["ts"])
    assert slack.messages(incidents) == []
    assert len(slack.messages(incidents, deleted=True)) == 1
    said = slack.say(alice, incidents, "hello")
    answer = await refused(client.chat_delete(channel=incidents.id, ts=said.ts))
    assert answer["error"] == "cant_delete_message"


async def test_the_bot_cannot_post_where_it_is_not(
    client: AsyncWebClient, slack: Workspace, alice: User
) -> None:
    """Public channels answer differently from private ones, whose existence is not given away."""
    bob = slack.add_user("bob")
    public = slack.add_channel("public", members=[alice], bot=False)
    private = slack.add_channel("private", members=[alice], private=True, bot=False)
    between = slack.direct_message(alice, bob)
    post = client.chat_postMessage
    assert await refusal(post(channel=public.id, text="x")) == "not_in_channel"
    assert await refusal(post(channel=private.id, text="x")) == "channel_not_found"
    assert await refusal(post(channel=between.id, text="x")) == "channel_not_found"
    slack.grant("chat:write.public")
    assert (await post(channel=public.id, text="x"))["ok"]
    slack.invite(private)
    assert (await post(channel=private.id, text="x"))["ok"]
    slack.archive(private)
    assert await refusal(post(channel=private.id, text="x")) == "is_archived"


async def test_a_user_id_as_channel_is_the_direct_message_with_them(
    client: AsyncWebClient, slack: Workspace, alice: User
) -> None:
    """The way to reach a person without im:write."""
    sent = await client.chat_postMessage(channel=alice.id, text="psst")
    assert sent["channel"] == slack.direct_message(alice).id
    assert slack.messages(sent["channel"])[0].text == "psst"


async def test_an_ephemeral_message_is_seen_by_one_person_in_the_channel(
    client: AsyncWebClient, slack: Workspace, incidents: Channel, alice: User
) -> None:
    """And by nobody who is not there."""
    bob = slack.add_user("bob")
    await client.chat_postEphemeral(channel=incidents.id, user=alice.id, text="only you")
    assert [message.text for message in slack.ephemerals(alice)] == ["only you"]
    assert slack.ephemerals(bob) == slack.messages(incidents) == []
    answer = await refused(client.chat_postEphemeral(channel=incidents.id, user=bob.id, text="x"))
    assert answer["error"] == "user_not_in_channel"


async def test_a_permalink_names_channel_message_and_thread(
    client: AsyncWebClient, incidents: Channel
) -> None:
    """The link that the audit keeps."""
    card = await client.chat_postMessage(channel=incidents.id, text="x")
    reply = await client.chat_postMessage(channel=incidents.id, text="y", thread_ts=card["ts"])
    link = (await client.chat_getPermalink(channel=incidents.id, message_ts=reply["ts"]))["permalink"]
    assert f"/archives/{incidents.id}/p{reply['ts'].replace('.', '')}?thread_ts={card['ts']}" in link
    answer = await refused(client.chat_getPermalink(channel=incidents.id, message_ts="1.0"))
    assert answer["error"] == "message_not_found"


def text(kind: str, length: int) -> dict[str, str]:
    """Return a text object of that length."""
    return {"type": kind, "text": "x" * length}


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        (
            [{"type": "section", "text": text("mrkdwn", 3001)}],
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            [{"type": "section", "text": text("mrkdwn", 0)}],
            "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            [{"type": "header", "text": text("plain_text", 151)}],
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            [{"type": "actions", "elements": [BUTTON | {"text": text("plain_text", 76)}]}],
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            [{"type": "actions", "elements": [BUTTON | {"value": "x" * 2001}]}],
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            [{"type": "actions", "elements": [BUTTON | {"action_id": "x" * 256}]}],
            "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
        ),
        (
            [{"type": "actions", "elements": [BUTTON, BUTTON]}],
            "action_id `oms_confirm` already exists [json-pointer:/blocks/0/elements]",
        ),
        (
            [{"type": "section", "fields": [text("mrkdwn", 1)] * 11}],
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        ([{"type": "buton"}], "unsupported type: buton [json-pointer:/blocks/0]"),
        ([{"type": "actions"}], "missing required field: elements [json-pointer:/blocks/0]"),
        (
            [{"type": "divider", "colour": "red"}],
            "invalid additional property: colour [json-pointer:/blocks/0]",
        ),
        ([{"type": "divider", "block_id": "b"}] * 2, "block_id b already exists"),
    ],
)
async def test_blocks_beyond_slacks_limits_are_refused_with_the_place(
    client: AsyncWebClient, incidents: Channel, blocks: list[dict[str, Any]], complaint: str
) -> None:
    """A card that Slack would not take must not pass here."""
    answer = await refused(client.chat_postMessage(channel=incidents.id, text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [complaint]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {complaint}"]


async def test_a_message_needs_something_to_say(client: AsyncWebClient, incidents: Channel) -> None:
    """And not too much of it; and a channel; and blocks that are a list."""
    post = client.chat_postMessage
    empty = {"channel": incidents.id, "text": ""}  # Slack's client warns when it is asked to post this
    assert await refusal(client.api_call("chat.postMessage", json=empty)) == "no_text"
    assert await refusal(post(channel=incidents.id, text="x" * 40_001)) == "msg_too_long"
    assert (await refused(post(channel=incidents.id, text="x", blocks="{")))[
        "error"
    ] == "invalid_blocks_format"
    missing = await refused(client.api_call("chat.postMessage", json={"text": "x"}))
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]
    assert await refusal(client.api_call("chat.shout")) == "unknown_method"


async def test_a_trigger_opens_one_modal_within_three_seconds(
    client: AsyncWebClient, slack: Workspace, alice: User, clock: Clock
) -> None:
    """Late, used and invented triggers are told apart from good ones."""
    opened = await client.views_open(trigger_id=slack.world.new_trigger(alice.id), view=MODAL)
    assert slack.modal(alice) is slack.views[0]
    late = slack.world.new_trigger(alice.id)
    clock.now += 3.1
    assert await refusal(client.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
    assert await refusal(client.views_open(trigger_id="1.2.3", view=MODAL)) == "invalid_trigger_id"
    view = opened["view"]
    changed = await client.views_update(
        view_id=view["id"], hash=view["hash"], view=MODAL | {"callback_id": "c"}
    )
    assert changed["view"]["callback_id"] == "c"
    stale = await refused(client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL))
    assert stale["error"] == "hash_conflict"
    assert await refusal(client.views_update(view_id="V404", view=MODAL)) == "not_found"


async def test_an_app_home_is_published_and_published_again(
    client: AsyncWebClient, slack: Workspace, alice: User
) -> None:
    """One home for each person."""
    for _ in range(2):
        await client.views_publish(user_id=alice.id, view={"type": "home", "blocks": CARD})
    assert [view.type for view in slack.views] == ["home"]
    assert slack.home(alice) is slack.views[0]
    answer = await refused(client.views_publish(user_id=alice.id, view=MODAL))
    assert answer["error"] == "invalid_arguments"


async def test_usergroups_and_revocation(client: AsyncWebClient, slack: Workspace, alice: User) -> None:
    """Optional methods: who is on call; and giving the token back."""
    slack.grant("usergroups:read")
    slack.world.usergroups["S0ONCALL"] = [alice.id]
    assert (await client.usergroups_users_list(usergroup="S0ONCALL"))["users"] == [alice.id]
    assert (await client.auth_revoke(test=True))["revoked"] is False
    assert (await client.auth_revoke())["revoked"] is True
    assert await refusal(client.auth_test()) == "token_revoked"


# Slack's client sends the secret with aiohttp's BasicAuth, which aiohttp has deprecated.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_installing_gives_a_token_once_a_code(slack: Workspace, alice: User) -> None:
    """The OAuth dance: consent page, code, token; a code is good once, a refusal is said."""
    ask = {"client_id": slack.world.client_id, "scope": "chat:write,commands", "state": "s1"}
    ask["redirect_uri"] = "http://127.0.0.1:1/slack/oauth_redirect"
    async with plain_http.async_client() as http:
        denied = await http.get(f"{slack.base_url}/oauth/v2/authorize", params=ask)
        slack.world.installer = alice.id
        agreed = await http.get(f"{slack.base_url}/oauth/v2/authorize", params=ask)
    assert httpx.URL(denied.headers["location"]).params["error"] == "access_denied"
    back = httpx.URL(agreed.headers["location"]).params
    assert back["state"] == "s1"
    client = AsyncWebClient(base_url=slack.api_url)
    keys = {"client_id": slack.world.client_id, "client_secret": slack.world.client_secret}
    wrong = await refused(client.oauth_v2_access(client_id="1.2", client_secret="x", code=back["code"]))
    assert wrong["error"] == "invalid_client_id"
    answer = await client.oauth_v2_access(code=back["code"], **keys)
    assert (answer["scope"], answer["authed_user"]["id"]) == ("chat:write,commands", alice.id)
    assert await refusal(client.oauth_v2_access(code=back["code"], **keys)) == "invalid_code"
    installed = AsyncWebClient(answer["access_token"], base_url=slack.api_url, retry_handlers=[])
    assert (await installed.auth_test())["ok"]
    await installed.apps_uninstall(**keys)
    assert await refusal(installed.auth_test()) == "account_inactive"


async def test_the_rate_limit_lets_a_burst_pass_and_says_how_long_to_wait(
    client: AsyncWebClient, slack: Workspace, incidents: Channel, clock: Clock
) -> None:
    """About one message a second a channel, once it is turned on."""
    slack.rate_limit.turn_on(burst=2)
    for _ in range(2):
        await client.chat_postMessage(channel=incidents.id, text="x")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=incidents.id, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    clock.now += 1
    assert (await client.chat_postMessage(channel=incidents.id, text="x"))["ok"]


async def test_a_fault_hits_the_chosen_calls_and_then_stops(
    client: AsyncWebClient, slack: Workspace, incidents: Channel
) -> None:
    """Slack is down while the outcome is due, and only then."""
    fault = slack.faults.add("chat.postMessage", status=503, times=2, when=lambda args: "thread_ts" in args)
    assert (await client.chat_postMessage(channel=incidents.id, text="card"))["ok"]
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=incidents.id, text="outcome", thread_ts="1.0")
        assert caught.value.response.status_code == 503
    assert (await client.chat_postMessage(channel=incidents.id, text="outcome", thread_ts="1.0"))["ok"]
    assert fault.hits == 2
    assert [call.status for call in slack.calls] == [200, 503, 503, 200]


async def test_an_answer_can_be_lost_after_the_call_took_effect(slack: Workspace, incidents: Channel) -> None:
    """The client's default retry then posts twice (platforms.md, Slack: messages)."""
    slack.faults.add("chat.postMessage", cut=True, after_effect=True)
    at_once = AsyncConnectionErrorRetryHandler(interval_calculator=FixedValueRetryIntervalCalculator(0.001))
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[at_once])
    await client.chat_postMessage(channel=incidents.id, text="twice")
    assert [message.text for message in slack.messages(incidents)] == ["twice", "twice"]


async def test_faults_can_refuse_limit_and_delay(
    client: AsyncWebClient, slack: Workspace, incidents: Channel
) -> None:
    """An error by name, a 429, a slow answer, and nothing more once they are cleared."""
    slack.faults.add("*", error="internal_error")
    assert await refusal(client.auth_test()) == "internal_error"
    slack.faults.add("chat.update", retry_after=7)
    answer = client.chat_update(channel=incidents.id, ts="1.0", text="x")
    with pytest.raises(SlackApiError) as caught:
        await answer
    assert caught.value.response.headers["Retry-After"] == "7"
    slack.faults.add("auth.test", delay=0.02)
    begun = time.perf_counter()
    await client.auth_test()
    assert time.perf_counter() - begun >= 0.02
    slack.faults.add("chat.postMessage", delay=0.02, after_effect=True)
    late = asyncio.create_task(
        client.chat_postMessage(channel=incidents.id, text="seen before it is answered")
    )
    await slack.wait_for(lambda: slack.messages(incidents), 1)
    assert not late.done()
    assert (await late)["ok"]
    slack.faults.add("auth.test", status=500, times=None)
    slack.faults.clear()
    assert (await client.auth_test())["ok"]


async def test_calls_are_recorded_without_their_secrets(slack: Workspace) -> None:
    """The log of calls may be shown on a page."""
    async with plain_http.async_client() as http:
        await http.post(f"{slack.api_url}auth.test", data={"token": slack.bot_token})
    assert slack.bot_token not in repr(slack.calls)
    assert [change.kind for change in slack.world.changes][-1] == "api.call"
