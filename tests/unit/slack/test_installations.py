"""Installing in many workspaces: who may, whose token serves whom, how it is kept, refreshed and forgotten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.identity.keyring import VaultError, new_key
from bot.pages.limits import REQUESTS_OF_ADDRESS
from bot.settings.sections import Installs
from bot.slack.chat import Chat
from bot.slack.delivery import CannotDeliver, Unavailable
from bot.slack.manifest import SCOPES
from bot.slack.response_urls import ResponseUrls
from bot.slack.workspaces.installations import CACHE_SECONDS
from bot.slack.workspaces.many import ManyWorkspaces
from bot.slack.workspaces.oauth import COOKIE, INSTALL_PATH, REDIRECT_PATH
from bot.slack.workspaces.store import STATE_SECONDS, StateStore
from bot.store import database
from bot.text.languages import Language
from bot.text.say_setting_up import scopes
from tests.unit.slack.slack_of_many import CLIENT_SECRET, World, read, running, state_of

# Slack's client sends the secret with aiohttp's BasicAuth, which aiohttp has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.sqlite3"
    return str(request.getfixturevalue("migrated_postgres"))


@pytest.fixture
async def either(url: str) -> AsyncIterator[World]:
    """A world over a database of either kind."""
    async with running(url) as world:
        yield world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world over SQLite."""
    async with running(f"sqlite:///{tmp_path}/bot.sqlite3") as world:
        yield world


async def token_of(world: World, team_id: str) -> str | None:
    """Return the token the bot would use in a workspace."""
    client = await world.installations.client(team_id)
    return client.token if client else None


def tokens(world: World, team_id: str) -> set[str]:
    """Return the tokens that a workspace knows."""
    return set(world.slack.workspaces[team_id].world.tokens)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, less what `bot.logs` keeps from being logged at any level."""
    silenced = ("slack_sdk", "httpx", "aiohttp")
    return "".join(record.getMessage() for record in caplog.records if not record.name.startswith(silenced))


# --- installing ------------------------------------------------------------------------------------------------------


async def test_a_workspace_installs_the_bot_and_is_served_with_its_own_token(either: World) -> None:
    """From the first page to the first call."""
    page = await either.browser().install("T1")
    assert page.status_code == 200
    assert read(page).startswith(
        "oms-bot is installed in <b>T1</b> & Co What to do next, in Slack: /invite @oms-bot"
    )
    assert read(page).endswith("Open Slack")
    client = await either.installations.client("T1")
    assert client is not None
    assert (await client.chat_postMessage(channel="C01", text="hello"))["ok"]
    assert [message.text for message in either.slack.workspaces["T1"].messages("C01")] == ["hello"]
    assert either.events() == ["installed workspace T1"]


async def test_two_workspaces_do_not_mix(either: World) -> None:
    """Each gets the token that it gave, and a third gets none."""
    await either.browser().install("T1")
    await either.browser().install("T2")
    first, second = await token_of(either, "T1"), await token_of(either, "T2")
    assert first in tokens(either, "T1") - tokens(either, "T2")
    assert second in tokens(either, "T2") - tokens(either, "T1")
    assert await either.installations.client("T3") is None
    assert await either.installations.client(None) is None


async def test_the_install_page_says_what_is_asked_for_and_why(world: World) -> None:
    """And leads to Slack with these scopes, and where to come back to."""
    page = await world.browser().get(INSTALL_PATH)
    for scope, why in scopes(Language.EN, SCOPES):
        assert f"{scope} {why}" in read(page)
    asked = httpx.URL(await world.browser().begin()).params
    assert asked["scope"] == ",".join(SCOPES)
    assert (asked["client_id"], asked["user_scope"]) == ("1000.2000", "")
    assert asked["redirect_uri"] == "https://bot.example/slack/oauth_redirect"


async def test_the_pages_are_in_the_browsers_language(world: World) -> None:
    """The first one, which nobody has signed in to, and the one after success."""
    browser = world.browser()
    browser.accepts = "zh-CN,zh;q=0.9"
    page = await browser.get(INSTALL_PATH)
    assert '<html lang="zh">' in page.text
    assert "把 oms-bot 添加到 Slack" in read(page)
    assert "commands 斜杠命令 /oms" in read(page)
    done = await browser.get(await browser.consent(await browser.begin()))
    assert "oms-bot 已安装到" in read(done)


async def test_pages_run_nothing_and_can_be_neither_cached_nor_framed(world: World) -> None:
    """Before, after success, and after failure."""
    browser = world.browser()
    back = await browser.consent(await browser.begin())
    for page in (await world.browser().get(INSTALL_PATH), await browser.get(back), await browser.get(back)):
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'nonce-")
        assert "frame-ancestors 'none'" in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["strict-transport-security"].startswith("max-age=")
        assert "<script" not in page.text
        assert "<b>T1" not in page.text


async def test_the_cookie_is_for_this_host_over_tls_and_no_script(world: World) -> None:
    """SameSite=Lax, not Strict: Slack's redirect comes from another site and has to bring it."""
    cookie = (await world.browser().get(INSTALL_PATH)).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert cookie.startswith("__Host-")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts >= {"secure", "httponly", "path=/", "samesite=lax", "max-age=600"}
    assert not any(part.startswith("domain") for part in parts)


async def test_a_team_in_the_address_cannot_smuggle_parameters_into_slacks_page(world: World) -> None:
    """Bolt would paste it in as it comes, with more scopes behind it."""
    asked = httpx.URL(await world.browser().begin("?team=T1%26scope=admin%26user_scope=admin")).params
    assert asked.multi_items().count(("scope", ",".join(SCOPES))) == 1
    assert "admin" not in str(asked)
    assert "team" not in asked


async def test_whoever_says_no_is_told_that_nothing_was_installed(world: World) -> None:
    """With a way to begin again."""
    world.slack.workspaces["T1"].world.installer = None
    page = await world.browser().install("T1")
    assert page.status_code == 200
    assert read(page).startswith("Nothing was installed The request was declined in Slack.")
    assert 'href="https://bot.example/slack/install"' in page.text
    assert world.rows() == []


async def test_what_an_address_says_is_not_repeated_on_a_page(world: World) -> None:
    """Anybody can write ?error=…; the page keeps to its own words."""
    page = await world.browser().get(f"{REDIRECT_PATH}?error=call-0900-123")
    assert "0900" not in page.text
    assert read(page).startswith("Slack did not confirm the installation")


async def test_installing_anew_replaces_what_was_there(either: World) -> None:
    """The earlier token is not kept, and the new one serves at once."""
    await either.browser().install("T1")
    earlier = await token_of(either, "T1")
    await either.browser().install("T1")
    assert await token_of(either, "T1") not in (None, earlier)
    assert len(either.rows()) == 1


async def test_a_code_that_slack_refuses_installs_nothing_and_is_not_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt would log it, with the whole answer."""
    caplog.set_level(logging.DEBUG)
    browser = world.browser()
    state = state_of(await browser.begin())
    with capture_logs() as logs:
        page = await browser.get(f"{REDIRECT_PATH}?state={state}&code=canary-code")
    assert page.status_code == 401
    assert read(page).startswith("Slack did not confirm the installation Nothing was installed.")
    assert "canary-code" not in logged(caplog) + str(logs)
    assert world.rows() == []


@pytest.mark.parametrize("trouble", [{"cut": True}, {"status": 503}, {"error": "internal_error"}])
async def test_slack_in_trouble_while_installing_is_told_in_words(
    world: World, trouble: dict[str, Any]
) -> None:
    """Whatever happens to the call, somebody reads a page that says what to do."""
    browser = world.browser()
    back = await browser.consent(await browser.begin())
    world.slack.workspaces["T1"].faults.add("auth.test", **trouble)
    page = await browser.get(back)
    assert page.status_code == 401
    assert read(page).startswith("Slack did not confirm the installation")
    assert world.rows() == []


async def test_what_cannot_be_stored_is_told_in_words(world: World) -> None:
    """The operator's part: here, no key to encrypt with."""
    without_key = world.replica(keys="")
    world.app.router.routes[:] = without_key.routes()
    page = await world.browser().install("T1")
    assert page.status_code == 500
    assert read(page).startswith("The installation could not be stored Slack agreed, but")
    assert world.rows() == []
    with pytest.raises(VaultError, match="OMS_BOT_SECRET_KEYS is not set"):
        await world.store().check()


async def test_a_database_that_is_gone_is_told_in_words(world: World) -> None:
    """And the address of the page, which holds a state, is not in the log."""
    with world.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE slack_oauth_states"))
    with capture_logs() as logs:
        page = await world.browser().get(INSTALL_PATH)
    assert page.status_code == 503
    assert read(page).startswith("The bot can't do that just now")
    assert logs == [{"event": "install_page_failed", "error": "OperationalError", "log_level": "error"}]


async def test_one_address_cannot_fill_the_database_with_beginnings(world: World) -> None:
    """Anybody may open the install page, and each opening is a row for ten minutes."""
    browser = world.browser()
    for _ in range(REQUESTS_OF_ADDRESS):
        assert (await browser.get(INSTALL_PATH)).status_code == 200
    page = await browser.get(INSTALL_PATH)
    assert page.status_code == 429
    assert page.headers["retry-after"] == "600"
    assert len(world.rows("slack_oauth_states")) == REQUESTS_OF_ADDRESS
    world.offset = STATE_SECONDS + 1
    await world.browser().get(INSTALL_PATH)
    assert len(world.rows("slack_oauth_states")) == 1


async def test_a_link_checker_neither_begins_nor_ends_an_installation(world: World) -> None:
    """HEAD leaves everything as it is."""
    browser = world.browser()
    back = await browser.consent(await browser.begin())
    assert (await browser.get(back, method="HEAD")).status_code == 200
    assert (await browser.get(INSTALL_PATH, method="HEAD")).status_code == 200
    assert len(world.rows("slack_oauth_states")) == 1
    assert (await browser.get(back)).status_code == 200


# --- states ----------------------------------------------------------------------------------------------------------


async def test_a_stolen_state_is_refused_in_another_browser(either: World) -> None:
    """Whoever is led to somebody else's redirect address does not install for them."""
    thief, victim = either.browser(), either.browser()
    back = await thief.consent(await thief.begin())
    for cookie in (None, state_of(await victim.begin()), "x"):
        victim.cookie = cookie
        page = await victim.get(back)
        assert page.status_code == 400
        assert read(page).startswith("This page works once")
    assert either.rows() == []
    assert (await thief.get(back)).status_code == 200


async def test_a_state_works_once(either: World) -> None:
    """Also in the browser that began, with a new code."""
    browser = either.browser()
    address = await browser.begin()
    back, again = await browser.consent(address), await browser.consent(address)
    cookie = browser.cookie
    assert (await browser.get(back)).status_code == 200
    assert browser.cookie is None
    browser.cookie = cookie
    page = await browser.get(again)
    assert page.status_code == 401
    assert read(page).startswith("This installation has ended")
    assert len(either.rows()) == 1


async def test_a_state_expires_after_ten_minutes(either: World) -> None:
    """By the bot's clock."""
    browser = either.browser()
    back = await browser.consent(await browser.begin())
    either.offset = STATE_SECONDS + 1
    page = await browser.get(back)
    assert page.status_code == 401
    assert "more than 10 minutes ago" in read(page)
    assert either.rows() == []


async def test_of_twenty_who_consume_a_state_at_once_one_wins(either: World) -> None:
    """slack_sdk's own store lets several win: it selects, then deletes."""
    states = StateStore(either.engine, either.clock)
    for _ in range(5):
        state = await states.async_issue()
        won = await asyncio.gather(*(states.async_consume(state) for _ in range(20)))
        assert won.count(True) == 1


async def test_redirects_that_arrive_at_once_install_once(either: World) -> None:
    """Slack's answer opened twice, in the same browser."""
    browser = either.browser()
    back = await browser.consent(await browser.begin())
    pages = await asyncio.gather(*(browser.get(back) for _ in range(5)))
    assert sorted(page.status_code for page in pages) == [200, 400, 400, 400, 400] or sorted(
        page.status_code for page in pages
    ) == [200, 401, 401, 401, 401]
    assert len(either.rows()) == 1


# --- tokens at rest --------------------------------------------------------------------------------------------------


async def test_a_stolen_database_holds_no_token(either: World) -> None:
    """Neither the token nor the refresh token, in any table."""
    either.slack.expires_in = 12 * 3600
    await either.browser().install("T1")
    [row] = either.rows()
    token = await token_of(either, "T1")
    assert token is not None
    everything = "".join(str(either.rows(table)) for table in sa.inspect(either.engine).get_table_names())
    for secret in (token, "canary-refresh", CLIENT_SECRET, "xoxb-", "xoxe-"):
        assert secret not in everything
    assert row["bot_token_expires_at"] is not None
    assert 200 < len(row["bot_refresh_token"]) < 1000


async def test_tokens_swapped_between_rows_open_for_nobody(either: World) -> None:
    """Whoever can write to the database can't make one workspace's requests act in another."""
    await either.browser().install("T1")
    await either.browser().install("T2")
    first, second = (row["bot_token"] for row in either.rows())
    with either.engine.begin() as connection:
        swap = sa.text(
            "UPDATE slack_bots SET bot_token = CASE team_id WHEN 'T1' THEN :second ELSE :first END"
        )
        connection.execute(swap, {"first": first, "second": second})
    for team in ("T1", "T2"):
        with pytest.raises(VaultError, match="altered or moved"):
            await either.replica().client(team)
    with pytest.raises(VaultError):
        await either.store(either.keys).check()


@pytest.mark.parametrize("text", ["", "x", "key:%%%", "xoxb-plain-text"])
async def test_a_token_that_was_not_sealed_is_refused(world: World, text: str) -> None:
    """A row written by hand is not used."""
    await world.browser().install("T1")
    with world.engine.begin() as connection:
        connection.execute(sa.text("UPDATE slack_bots SET bot_token = :text"), {"text": text})
    with pytest.raises(VaultError):
        await world.replica().client("T1")


async def test_keys_are_rotated_while_the_bot_runs(either: World) -> None:
    """The newest key seals everything; without the old one, it still opens."""
    either.slack.expires_in = 12 * 3600
    await either.browser().install("T1")
    token, old, new = await token_of(either, "T1"), either.keys, new_key()
    both = either.store(f"{new},{old}")
    assert await both.rotate_keys() == 1
    assert await both.rotate_keys() == 0
    await either.store(new).check()
    client = await either.replica(keys=new).client("T1")
    assert client is not None
    assert client.token == token
    with pytest.raises(VaultError, match="needs the key"):
        await either.replica(keys=old).client("T1")


# --- who may ---------------------------------------------------------------------------------------------------------


async def test_a_workspace_that_is_not_named_installs_nothing(either: World) -> None:
    """It is told so, nothing is stored or audited, and the token that Slack gave is given back."""
    either.app = Starlette(routes=either.replica(may_install=lambda team, _: team == "T2").routes())
    before = tokens(either, "T1")
    page = await either.browser().install("T1")
    assert page.status_code == 403
    assert "This workspace can't install this bot" in read(page)
    assert (either.rows(), either.events()) == ([], [])
    [given] = tokens(either, "T1") - before
    assert either.slack.workspaces["T1"].world.tokens[given].error == "token_revoked"
    assert (await either.browser().install("T2")).status_code == 200


async def test_an_organisation_is_named_for_all_its_workspaces_and_a_workspace_not_for_its_organisation(
    world: World,
) -> None:
    """One workspace's name does not let somebody install for everybody in its organisation."""
    world.slack.add("T3", enterprise_id="E1")
    world.app = Starlette(
        routes=world.replica(may_install=Installs(enterprises=frozenset({"E1"})).allow).routes()
    )
    assert (await world.browser().install("T3")).status_code == 200
    world.slack.org_wide = True
    assert (await world.browser().install("T3")).status_code == 200
    world.app = Starlette(routes=world.replica(may_install=Installs(teams=frozenset({"T3"})).allow).routes())
    assert (await world.browser().install("T3")).status_code == 403


async def test_a_workspace_that_is_named_no_more_is_not_served(world: World) -> None:
    """Although its installation is still stored: the operator's word counts now."""
    await world.browser().install("T1")
    later = world.replica(may_install=Installs(teams=frozenset({"T2"})).allow)
    assert await later.client("T1") is None
    assert await later.authorize(None, "T1") is None
    assert await world.installations.client("T1") is not None


# --- token rotation --------------------------------------------------------------------------------------------------


async def test_a_token_is_refreshed_before_it_expires(either: World) -> None:
    """With the next call, the new one is used and kept."""
    either.slack.expires_in = 3600
    await either.browser().install("T1")
    client = await either.installations.client("T1")
    assert client is not None
    assert len(either.slack.refreshes) == 1
    assert (await client.chat_postMessage(channel="C01", text="hello"))["ok"]
    for installations in (either.installations, either.replica()):
        again = await installations.client("T1")
        assert again is not None
        assert again.token == client.token
    assert len(either.slack.refreshes) == 1
    assert len(either.rows()) == 1


async def test_however_many_need_it_a_token_is_refreshed_once(either: World) -> None:
    """A refresh token works once; the second use would lock the bot out of the workspace."""
    either.slack.expires_in = 3600
    await either.browser().install("T1")
    clients = await asyncio.gather(*(either.installations.client("T1") for _ in range(20)))
    assert len({client.token for client in clients if client}) == 1
    assert len(either.slack.refreshes) == 1


async def test_two_replicas_refresh_a_token_once(migrated_postgres: str) -> None:
    """The second waits for the first, then finds it done."""
    async with running(migrated_postgres) as world:
        world.slack.expires_in = 3600
        await world.browser().install("T1")
        engine = database.create_engine(migrated_postgres)
        other = world.replica(engine=engine)
        world.slack.answering.clear()
        first = asyncio.create_task(world.installations.client("T1"))
        await world.slack.asked.wait()
        second = asyncio.create_task(other.client("T1"))
        async with asyncio.timeout(10):
            while not _waiting_for_a_lock(world.engine):
                await asyncio.sleep(0.005)
        world.slack.answering.set()
        one, two = await first, await second
        assert one is not None
        assert two is not None
        assert one.token == two.token
        assert len(world.slack.refreshes) == 1
        engine.dispose()


def _waiting_for_a_lock(engine: sa.Engine) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with engine.connect() as connection:
        return bool(connection.execute(sa.text(waiting)).scalar_one())


async def test_many_workspaces_that_refresh_at_once_leave_connections_for_the_others(
    migrated_postgres: str,
) -> None:
    """Each holds one while Slack answers; together they must not hold them all and wait for one more."""
    async with running(migrated_postgres) as world:
        teams = [f"T{number}" for number in range(1, 23)]
        world.slack.expires_in = 3600
        for team in teams:
            world.slack.workspaces.get(team) or world.slack.add(team)
            await world.browser().install(team)
        clients = await asyncio.gather(*(world.installations.client(team) for team in teams))
        assert len({client.token for client in clients if client}) == 22


async def test_whoever_gives_up_waiting_does_not_lose_slacks_answer(world: World) -> None:
    """The refresh token is used up by then, and what came for it must be stored."""
    world.slack.expires_in = 3600
    await world.browser().install("T1")
    world.slack.answering.clear()
    impatient = asyncio.create_task(world.installations.client("T1"))
    await world.slack.asked.wait()
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    world.slack.answering.set()
    await world.installations.drain()
    assert await token_of(world, "T1") is not None
    assert len(world.slack.refreshes) == 1


async def test_while_a_token_lasts_a_failed_refresh_does_no_harm(world: World) -> None:
    """The old one is used, and the next call tries again."""
    world.slack.expires_in = 3600
    await world.browser().install("T1")
    world.slack.refuse_refresh = "internal_error"
    assert await token_of(world, "T1") in tokens(world, "T1")
    world.slack.refuse_refresh = ""
    await token_of(world, "T1")
    assert len(world.slack.refreshes) == 2
    assert len(set(world.slack.refreshes)) == 1


async def test_an_expired_token_that_cannot_be_refreshed_now_may_be_later(world: World) -> None:
    """So whoever delivers a message tries again, instead of giving up on the workspace."""
    world.slack.expires_in = 3600
    await world.browser().install("T1")
    world.offset = 3601
    world.slack.refuse_refresh = "internal_error"
    with pytest.raises(Unavailable, match="internal_error"):
        await world.installations.client("T1")
    world.slack.refuse_refresh = ""
    client = await world.installations.client("T1")
    assert client is not None
    assert client.token in tokens(world, "T1")


async def test_a_refresh_token_that_is_dead_means_not_installed(world: World) -> None:
    """Only installing again helps, and that is what people are told."""
    world.slack.expires_in = 3600
    await world.browser().install("T1")
    world.offset = 3601
    world.slack.refuse_refresh = "invalid_refresh_token"
    assert await world.installations.client("T1") is None


async def test_what_is_installed_anew_during_a_refresh_stays(world: World) -> None:
    """The refresh's answer belongs to the earlier installation."""
    world.slack.expires_in = 3600
    await world.browser().install("T1")
    world.slack.answering.clear()
    refreshing = asyncio.create_task(world.installations.client("T1"))
    await world.slack.asked.wait()
    world.slack.expires_in = None
    await world.browser().install("T1")
    world.slack.answering.set()
    client = await refreshing
    assert client is not None
    assert client.token == await token_of(world, "T1")
    [row] = world.rows()
    assert row["bot_refresh_token"] is None


async def test_neither_tokens_nor_the_apps_secret_are_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when everything is logged, and when refreshing fails."""
    caplog.set_level(logging.DEBUG)
    world.slack.expires_in = 3600
    with capture_logs() as logs:
        await world.browser().install("T1")
        world.slack.refuse_refresh = "invalid_refresh_token"
        await token_of(world, "T1")
        world.slack.refuse_refresh = ""
        await token_of(world, "T1")
    for secret in (*tokens(world, "T1"), "canary-refresh", CLIENT_SECRET):
        assert secret not in logged(caplog) + str(logs)


# --- organisations ---------------------------------------------------------------------------------------------------


async def test_an_organisation_installs_for_all_its_workspaces(either: World) -> None:
    """A workspace without an installation of its own is served by its organisation's."""
    either.slack.add("T3", enterprise_id="E1")
    either.slack.add("T4", enterprise_id="E1")
    either.slack.org_wide = True
    page = await either.browser().install("T3")
    assert read(page).startswith(
        "oms-bot is installed for Initech An administrator of the organisation now adds it"
    )
    assert either.events() == ["installed workspace E1"]
    for team in ("T3", "T4"):
        client = await either.installations.client(team, "E1")
        assert client is not None
        assert client.default_params == {"team_id": team}
        posted = await client.chat_postMessage(channel=f"C0{team[1:]}", text="hello")
        assert posted["ok"]
    assert await either.installations.client("T4", "E2") is None
    assert await either.installations.client("T5") is None


async def test_which_organisation_a_workspace_belongs_to_is_remembered(either: World) -> None:
    """An operation that goes on after a restart knows its workspace only."""
    either.slack.add("T3", enterprise_id="E1")
    either.slack.org_wide = True
    await either.browser().install("T3")
    assert await either.replica().client("T3") is None
    await either.replica().authorize("E1", "T3")
    assert await either.replica().client("T3") is not None


async def test_a_workspaces_own_installation_goes_before_its_organisations(either: World) -> None:
    """Also where only the workspace is known."""
    either.slack.add("T3", enterprise_id="E1")
    await either.browser().install("T3")
    own = await token_of(either, "T3")
    either.slack.org_wide = True
    await either.browser().install("T3")
    assert own is not None
    assert await token_of(either, "T3") == own
    client = await either.installations.client("T3", "E1")
    assert client is not None
    assert client.token == own
    assert await either.installations.uninstalled("T3", "E1")
    client = await either.installations.client("T3", "E1")
    assert client is not None
    assert client.token != own


async def test_where_slack_names_an_organisation_instead_of_a_workspace_it_is_served_too(
    world: World,
) -> None:
    """People of an organisation may come with its id in the place of their workspace's."""
    world.slack.add("T3", enterprise_id="E1")
    world.slack.org_wide = True
    await world.browser().install("T3")
    assert await token_of(world, "E1") in tokens(world, "T3")


# --- the conversation's way to a workspace ---------------------------------------------------------------------------


async def test_the_conversation_talks_to_the_workspace_it_asks_for(world: World) -> None:
    """And keeps its response_urls, whichever workspace they came from."""
    await world.browser().install("T1")
    urls = ResponseUrls()
    calls: list[tuple[str, str, float]] = []
    make_chat = partial(Chat, response_urls=urls, observe=lambda *call: calls.append(call))
    many = ManyWorkspaces(world.installations, make_chat)
    chat = await many.chat("T1")
    assert chat.response_urls is urls
    assert (await chat.auth_test())["team_id"] == "T1"
    assert [call[:2] for call in calls] == [("auth.test", "ok")]


async def test_a_workspace_without_an_installation_cannot_be_told_anything(world: World) -> None:
    """For the conversation it is like a revoked token: final, and told elsewhere."""
    many = ManyWorkspaces(world.installations, Chat)
    with pytest.raises(CannotDeliver, match="not_installed"):
        await many.chat("T1")
    await world.browser().install("T1")
    with_another_key = ManyWorkspaces(world.replica(keys=new_key()), Chat)
    with capture_logs() as logs, pytest.raises(CannotDeliver, match="installation_unreadable"):
        await with_another_key.chat("T1")
    assert "OMS_BOT_SECRET_KEYS does not hold" in logs[0]["error"]


async def test_a_database_that_is_away_is_worth_asking_again(world: World) -> None:
    """The conversation tries later instead of giving up."""
    with world.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE slack_bots"))
    with pytest.raises(Unavailable, match="OperationalError"):
        await ManyWorkspaces(world.installations, Chat).chat("T1")


# --- leaving ---------------------------------------------------------------------------------------------------------


async def test_a_workspace_that_uninstalls_is_forgotten(either: World) -> None:
    """Its token is deleted, the other workspace's stays, and it is audited once."""
    await either.browser().install("T1")
    await either.browser().install("T2")
    assert await token_of(either, "T1") is not None
    assert await either.installations.uninstalled("T1")
    assert not await either.installations.uninstalled("T1")
    assert await either.installations.client("T1") is None
    assert await token_of(either, "T2") is not None
    assert [row["team_id"] for row in either.rows()] == ["T2"]
    assert either.events()[2:] == ["uninstalled workspace T1"]
    assert either.left == ["T1"]


async def test_another_replica_forgets_it_within_seconds(world: World) -> None:
    """A token in memory is not used for longer."""
    await world.browser().install("T1")
    other = world.replica()
    assert await other.client("T1") is not None
    await world.installations.uninstalled("T1")
    world.offset = CACHE_SECONDS + 1
    assert await other.client("T1") is None


async def test_a_revoked_bot_token_is_forgotten_and_a_persons_is_no_matter(world: World) -> None:
    """Slack lists whose tokens were revoked."""
    await world.browser().install("T1")
    assert not await world.installations.tokens_revoked("T1", bots=[])
    assert await world.installations.client("T1") is not None
    assert await world.installations.tokens_revoked("T1", bots=["U0SANDBOXBOT"])
    assert await world.installations.client("T1") is None


async def test_a_late_event_does_not_remove_what_was_installed_since(world: World) -> None:
    """Slack repeats events for minutes; somebody may have installed again meanwhile."""
    await world.browser().install("T1")
    assert not await world.installations.uninstalled("T1", happened_at=world.clock() - 60)
    assert await world.installations.client("T1") is not None
    assert await world.installations.uninstalled("T1", happened_at=world.clock())


async def test_an_organisation_that_uninstalls_is_forgotten(either: World) -> None:
    """But not the installation that one of its workspaces made for itself."""
    either.slack.add("T3", enterprise_id="E1")
    await either.browser().install("T3")
    either.slack.org_wide = True
    await either.browser().install("T3")
    assert await either.installations.uninstalled("T3", "E1", org_wide=True)
    assert [row["team_id"] for row in either.rows()] == ["T3"]
    assert either.events()[-1] == "uninstalled workspace E1"
    assert either.left == ["E1"]  # T3 is still served, and its links stay
