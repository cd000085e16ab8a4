"""The linking page goes on only for whoever asked for it: Slack says who sits at the browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.identity.keyring import new_key
from bot.sandbox.slack.objects import User
from tests import plain_http
from tests.scenario.conftest import MakeWorld, World, said
from tests.scenario.test_linking import PASSWORD, carol_of

SIGN_IN = """
[sign_in_with_slack]
client_id = "1000.2000"
client_secret = "env:CLIENT_SECRET"
"""


class Browser:
    """Somebody's browser, without scripts. `back` is where Slack led back to last."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self.world, self.client = world, client
        self.back = ""

    async def open(self, path: str) -> httpx.Response:
        """Open the page whose address was whispered."""
        return await self.client.get(path)

    async def sign_in(self, page: httpx.Response, person: User | None) -> httpx.Response:
        """Press the button, as *person* at Slack (None declines), and follow where Slack leads back to."""
        found = re.search(r'class="next" href="([^"]+)"', page.text)
        assert found is not None, page.text
        self.world.slack.world.at_browser = person.id if person else None
        there = urlsplit(found[1].replace("&amp;", "&"))
        async with plain_http.async_client(base_url=str(self.world.slack.base_url)) as slack:
            answer = await slack.get(f"{there.path}?{there.query}")
        led = urlsplit(answer.headers["location"])
        self.back = f"{led.path}?{led.query}"
        return await self.client.get(self.back)

    async def submit(self, path: str, page: httpx.Response) -> httpx.Response:
        """Fill in the form with carol's password."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        form = hidden | {"kind": "password", "domain": "acme", "username": "carol", "password": PASSWORD}
        return await self.client.post(
            path, data=form, headers={"Origin": self.world.extra["url"]}, follow_redirects=True
        )


@asynccontextmanager
async def browser_of(world: World) -> AsyncIterator[Browser]:
    """A browser that has seen nothing yet."""
    async with plain_http.async_client(base_url=world.extra["url"]) as client:
        yield Browser(world, client)


@pytest.fixture
async def signing_in(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A world whose linking page asks Slack who opens it."""
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    async with make_world(more=SIGN_IN, start=False) as world:
        monkeypatch.setenv("CLIENT_SECRET", world.slack.world.client_secret)
        async with world.running():
            yield world


async def page_of(world: World, person: User) -> str:
    """Type /oms link and return the address that was whispered."""
    await world.type(person, "link")
    [offered] = await world.slack.wait_for(lambda: world.slack.ephemerals(person), 5)
    found = re.search(r"(/link/[\w-]+)\|", said(offered))
    assert found is not None
    return found[1]


async def test_whoever_asked_for_the_page_signs_in_and_links(signing_in: World) -> None:
    """The form is not shown before; the way to Slack and back carries nothing of the page's address."""
    carol = await carol_of(signing_in)
    path = await page_of(signing_in, carol)
    async with browser_of(signing_in) as browser:
        page = await browser.open(path)
        assert "Sign in with Slack" in page.text
        assert "<form" not in page.text
        asked = parse_qs(
            urlsplit(page.text.split('class="next" href="')[1].split('"')[0].replace("&amp;", "&")).query
        )
        assert asked["redirect_uri"] == ["http://127.0.0.1:9/link/signed-in"]
        assert asked["scope"] == ["openid profile"]
        assert path.rpartition("/")[2] not in str(asked)
        led = await browser.sign_in(page, carol)
        assert (led.status_code, led.headers["location"]) == (303, path)
        done = await browser.submit(path, await browser.open(path))
        assert "IAM user carol" in done.text, done.text


async def test_a_forwarded_page_does_not_let_another_account_on(signing_in: World) -> None:
    """Carol opens what bob asked for: her credential would act for him."""
    carol = await carol_of(signing_in)
    path = await page_of(signing_in, signing_in.bob)
    async with browser_of(signing_in) as browser:
        refused = await browser.sign_in(await browser.open(path), carol)
        assert refused.status_code == 403
        assert "You signed in to Slack as another account" in refused.text
        assert "<form" not in (await browser.open(path)).text
        assert (await browser.submit(path, refused)).status_code == 403
    assert await signing_in.bot.vault.all_links() == []
    [record] = [r for r in signing_in.bot.audit.records() if r.event == "link_refused"]
    assert "another_account" in record.details
    assert carol.id in record.details


async def test_one_browsers_sign_in_lets_no_other_on(signing_in: World) -> None:
    """Bob signs in himself and forwards the page, or the address that Slack led him back to."""
    carol = await carol_of(signing_in)
    path = await page_of(signing_in, signing_in.bob)
    async with browser_of(signing_in) as bobs, browser_of(signing_in) as carols:
        assert (await bobs.sign_in(await bobs.open(path), signing_in.bob)).status_code == 303
        assert "<form" in (await bobs.open(path)).text
        page = await carols.open(path)
        assert "<form" not in page.text
        assert (await carols.submit(path, page)).status_code == 403
        assert (await carols.client.get(bobs.back)).status_code == 403
        assert (await carols.sign_in(page, None)).status_code == 403
    assert await signing_in.bot.vault.all_links() == []
    assert carol


@pytest.mark.parametrize("forged", ["state=another", "state=", "state=x&code=y", ""])
async def test_a_way_back_that_was_not_begun_here_is_refused(signing_in: World, forged: str) -> None:
    """Slack is not even asked."""
    carol = await carol_of(signing_in)
    path = await page_of(signing_in, carol)
    async with browser_of(signing_in) as browser:
        await browser.open(path)
        assert (await browser.client.get(f"/link/signed-in?{forged}")).status_code == 403
    assert not [call for call in signing_in.slack.calls if call.method == "openid.connect.token"]
