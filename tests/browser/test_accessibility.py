"""Nothing on our pages keeps anybody from using them: axe finds no fault, by WCAG 2.2 AA and its best practices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.pages.linking import routes
from bot.pages.sign_in import Account
from bot.slack.workspaces.oauth import INSTALL_PATH, REDIRECT_PATH
from tests.unit.identity import linking_world
from tests.unit.slack import slack_of_many

from .tab import Tab

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),  # the loop in which the one browser lives
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),  # as test_installations
]

EVERYTHING = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


async def faults(page: Page, *, by_night: bool = True) -> list[str]:
    """Return what is wrong: everything by day, and by night what can be another then."""
    found: list[str] = []
    for scheme, rules in (("dark", COLOURS), ("light", EVERYTHING))[0 if by_night else 1 :]:
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        wrong: dict[str, Any] = (await Axe().run(page, options=rules)).response
        found += [
            f"{scheme}: {one['id']}: {node['html']}" for one in wrong["violations"] for node in one["nodes"]
        ]
    return found


async def test_the_demo(tab: Tab) -> None:
    """At first, with commands offered, a card, its ending, and the OMS side of a phone."""
    await tab.reset()
    await tab.composer.press_sequentially("/")
    await expect(tab.page.get_by_role("option")).not_to_have_count(0)
    assert await faults(tab.page, by_night=False) == []
    await tab.composer.fill("")
    await tab.start("The happy path")
    assert await faults(tab.page) == []
    await tab.pause.click()
    await tab.ends_as_promised()
    assert await faults(tab.page) == []
    desk = tab.page.viewport_size
    assert desk is not None
    await tab.page.set_viewport_size({"width": 390, "height": 844})
    await tab.page.get_by_role("button", name="OMS", exact=True).click()
    assert await faults(tab.page, by_night=False) == []
    await tab.page.get_by_role("button", name="Chat", exact=True).click()
    await tab.page.set_viewport_size(desk)


class _SignsIn:
    """Slack, which says nothing of who sits there."""

    def url(self, *, state: str, nonce: str, team_id: str) -> str:
        return f"https://slack.example/openid?{state}{nonce}{team_id}"

    async def account(self, code: str, nonce: str) -> Account | None:
        raise NotImplementedError


async def test_the_linking_pages(tmp_path: Path, browser: Browser) -> None:
    """The form, what was wrong with it, a good credential that is of no use, success, a dead link, and the sign-in."""
    async with linking_world.running(linking_world.World(tmp_path)) as world:
        visitor = linking_world.Browser(world.app)
        token = await world.token()
        shown = [await visitor.open(token), await visitor.submit_password(token, "wrong")]
        shown += [await visitor.submit_password(token), await visitor.open(token)]
        world.app.routes[:] = routes(world.linking, clock=world.clock, sign_in=_SignsIn())
        shown.append(await visitor.open(await world.token()))
        await visitor.http.aclose()
    assert [page.status_code for page in shown] == [200, 422, 200, 410, 200]
    await _check(browser, [page.text for page in shown])


async def test_the_install_pages(tmp_path: Path, browser: Browser) -> None:
    """What is asked for, success, and what failed."""
    async with slack_of_many.running(f"sqlite:///{tmp_path}/bot.sqlite3") as world:
        shown = [
            await world.browser().get(INSTALL_PATH),
            await world.browser().install("T1"),
            await world.browser().get(REDIRECT_PATH),
        ]
    await _check(browser, [page.text for page in shown])


async def _check(browser: Browser, pages: list[str]) -> None:
    async with await browser.new_page(viewport={"width": 390, "height": 844}) as page:
        for html in pages:
            await page.set_content(html)
            assert await faults(page) == []
