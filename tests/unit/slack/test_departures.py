"""Workspaces that removed the bot while it was not told: only Slack's clear word ends an installation."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from structlog.testing import capture_logs

from bot.sandbox.serving import DroppedConnection
from tests.unit.slack.slack_of_many import World, running

# Slack's client sends the secret with aiohttp's BasicAuth, which aiohttp has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A Slack of two workspaces that both installed the bot."""
    async with running(f"sqlite:///{tmp_path}/bot.sqlite3") as world:
        for team in ("T1", "T2"):
            await world.browser().install(team)
        yield world


async def look(world: World) -> list[str]:
    """Look once, and return where the bot is installed then."""
    await world.installations.departures.look(0)
    return [row["team_id"] or row["enterprise_id"] for row in world.rows()]


def answer(word: object, *, status: int = 200, **more: object) -> Response:
    """An answer of Slack's form, to whoever asks."""
    return Response(json.dumps({"ok": False, "error": word} | more), status, media_type="application/json")


@pytest.mark.parametrize("word", ["account_inactive", "token_revoked", "app_uninstalled"])
async def test_a_workspace_that_left_unheard_is_forgotten_with_its_links(world: World, word: str) -> None:
    """On the same way as if Slack had told; the other one stays."""
    world.slack.remove("T1", word)
    assert await look(world) == ["T2"]
    assert world.left == ["T1"]
    [uninstalled] = [record for record in world.audit.records() if record.event == "uninstalled"]
    assert uninstalled.operation == "workspace T1"
    told = {"team": "T1", "enterprise": None, "reason": "found_by_sweep", "said": word}
    assert json.loads(uninstalled.details) == told
    assert await look(world) == ["T2"]
    assert await world.installations.client("T1") is None


async def test_an_organisation_that_left_unheard_is_forgotten(world: World) -> None:
    """But not the installation that one of its workspaces made for itself."""
    world.slack.add("T3", enterprise_id="E1")
    await world.browser().install("T3")
    own = set(world.slack.workspaces["T3"].world.tokens)
    world.slack.org_wide = True
    await world.browser().install("T3")
    for value, token in world.slack.workspaces["T3"].world.tokens.items():
        token.error = None if value in own else "account_inactive"
    assert await look(world) == ["T1", "T2", "T3"]
    assert world.left == ["E1"]


@pytest.mark.parametrize(
    "said",
    [
        answer("ratelimited", status=429),
        answer("account_inactive", status=429),
        answer("account_inactive", status=403),
        answer("token_revoked", status=500),
        answer("invalid_auth"),  # also said to a machine whose address is not let in
        answer("token_expired"),
        answer("not_authed"),
        answer("internal_error"),
        answer("org_login_required"),
        answer("team_access_not_granted"),
        answer("a_word_of_tomorrow"),
        answer(["account_inactive"]),
        answer(None),
        answer("account_inactive", ok=True),
        answer("account_inactive", ok=None),
        Response('["account_inactive"]', media_type="application/json"),
        Response('"account_inactive"', media_type="application/json"),
        Response("{", media_type="application/json"),
        PlainTextResponse('{"ok": false, "error": "account_inactive'),
        PlainTextResponse("<h1>account_inactive</h1>"),
        PlainTextResponse("upstream connect error", 503),
        Response(status_code=204),
        RedirectResponse("/elsewhere"),
        DroppedConnection(),
    ],
)
async def test_whatever_else_slack_answers_ends_no_installation(world: World, said: Response) -> None:
    """A fault, a limit, a proxy, a refusal that may be the machine's or the token's own: asked again tomorrow."""
    world.slack.instead = said
    assert await look(world) == ["T1", "T2"]
    assert world.left == []
    assert "uninstalled" not in {record.event for record in world.audit.records()}


async def test_a_slack_that_is_away_ends_no_installation(world: World) -> None:
    """Nothing listens there."""
    world.slack.base_url = "http://127.0.0.1:9"
    await world.replica().departures.look(0)
    assert len(world.rows()) == 2


async def test_a_token_that_slack_does_not_know_is_gone_if_another_was_accepted(world: World) -> None:
    """Then it is not this machine's address that Slack refuses; one that has expired proves nothing either."""
    world.slack.remove("T1", "invalid_auth")
    assert await look(world) == ["T2"]
    world.slack.remove("T2", "invalid_auth")
    assert await look(world) == ["T2"]


async def test_a_token_is_refreshed_before_slack_is_asked_about_it(world: World) -> None:
    """An expired one would be refused although the workspace is still there."""
    world.slack.expires_in = 3600
    await world.browser().install("T1")
    world.slack.remove("T1", "invalid_auth")
    world.offset = 3601
    world.slack.refuse_refresh = "internal_error"
    assert await look(world) == ["T2", "T1"]
    world.slack.refuse_refresh = "invalid_refresh_token"
    assert await look(world) == ["T2", "T1"]
    world.slack.refuse_refresh = ""
    assert await look(world) == ["T2", "T1"]
    world.slack.remove("T1", "invalid_auth")
    assert await look(world) == ["T2"]


async def test_whoever_left_before_the_token_expired_is_found_although_it_cannot_be_refreshed(
    world: World,
) -> None:
    """After days without the bot, all its tokens have expired."""
    world.slack.expires_in = 3600
    await world.browser().install("T1")
    world.slack.remove("T1")
    world.offset = 3601
    world.slack.refuse_refresh = "invalid_refresh_token"
    assert await look(world) == ["T2"]


async def test_what_is_installed_anew_while_slack_is_asked_stays(world: World) -> None:
    """The answer was about the earlier token."""
    world.slack.remove("T1")

    async def install_anew() -> None:
        world.slack.before_answer = None
        await world.browser().install("T1")

    world.slack.before_answer = install_anew
    assert await look(world) == ["T2", "T1"]
    assert world.left == []
    assert world.events().count("installed workspace T1") == 2


async def test_one_whose_token_cannot_be_opened_holds_up_no_other(world: World) -> None:
    """A replica that was not given the newest key still looks after the rest."""
    world.slack.remove("T2")
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE slack_bots SET bot_token = 'x' || bot_token WHERE team_id = 'T1'")
    with capture_logs() as logs:
        assert await look(world) == ["T1"]
    assert (logs[0]["event"], logs[0]["workspace"]) == ("installation_not_swept", "T1")


async def test_each_of_several_replicas_may_find_it(world: World) -> None:
    """It is audited once."""
    other = world.replica()
    world.slack.remove("T1")
    await look(world)
    await other.departures.look(0)
    assert [event for event in world.events() if event.startswith("uninstalled")] == [
        "uninstalled workspace T1"
    ]


async def test_a_workspace_that_is_not_allowed_any_more_is_looked_for_too(world: World) -> None:
    """Its token and links are stored still."""
    world.installations = world.replica(may_install=lambda _team, _enterprise: False)
    world.slack.remove("T1")
    assert await look(world) == ["T2"]
