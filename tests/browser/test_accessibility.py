"""Nothing on our pages keeps anybody from using them: axe finds no fault, by WCAG 2.2 AA and its best practices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, expect

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
DESK: ViewportSize = {"width": 1440, "height": 900}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


PHONE: ViewportSize = {"width": 390, "height": 844}
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # what 400 % leaves of 1280 × 1024


async def small_faults(page: Page) -> list[str]:
    """Return what is wrong on a phone, by day and by night, and at 400 % zoom; to scroll sideways is wrong too."""
    found: list[str] = []
    for size in (PHONE, ZOOMED):
        await page.set_viewport_size(size)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        found += [f"{wide} wide at {size['width']}"] if wide > size["width"] else []
        found += await faults(page, by_night=size is PHONE)  # what is large has the same colours
    return found


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
    assert await small_faults(tab.page) == []
    for view in ("OMS", "Channels", "Chat"):
        await tab.page.get_by_role("button", name=view, exact=True).click()
        assert await faults(tab.page, by_night=False) == []
    await tab.page.set_viewport_size(DESK)


async def test_a_modal_and_the_app_home_on_the_demo_s_page(tab: Tab) -> None:
    """Open on top of the channel, with what was wrong said in the modal, and with a card in the home."""
    await tab.reset()
    await tab.type("/oms pause demo media-42")
    await expect(tab.pause).to_be_visible()
    await tab.type("/oms pause")
    modal = tab.page.get_by_role("form", name="Pause a migration")
    await modal.get_by_role("textbox", name="Task").fill("media-42")
    await modal.get_by_role("textbox", name="For how long?").fill("a while")
    await modal.get_by_role("button", name="Ask").click()
    await expect(modal).to_contain_text('I don\'t understand "a while"')
    assert await small_faults(tab.page) == []
    await modal.get_by_role("button", name="Close").click()
    await tab.page.set_viewport_size(DESK)
    await tab.page.locator(".place", has_text="oms-bot").click()
    await tab.page.get_by_role("button", name="Home", exact=True).click()
    home = tab.page.get_by_label("App Home")
    await home.get_by_role("button", name="Show what migrates").click()
    await expect(home.get_by_role("button", name="Pause the migration media-42 in demo as")).to_be_visible()
    assert await small_faults(tab.page) == []
    await tab.page.set_viewport_size(DESK)
    await home.get_by_role("button", name="Close").click()
    await tab.page.locator(".place", has_text="incident").click()  # where the next test begins


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
        world.app.routes[:] = routes(
            world.linking, addresses=world.addresses(world.clock), sign_in=_SignsIn()
        )
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
    async with await browser.new_page() as page:
        for html in pages:
            await page.set_content(html)
            assert await small_faults(page) == []
