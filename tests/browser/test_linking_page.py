"""The linking page in a real browser: it works with a thumb, with a keyboard, without scripts, in light and dark."""

import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.sandbox.serving import serve

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "identity"))
from tests.unit.identity.linking_world import World, running  # the world of the page's other tests

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the other browser tests
PHONE = ViewportSize(width=360, height=740)


@contextlib.asynccontextmanager
async def linking(folder: Path) -> AsyncIterator[tuple[World, str]]:
    """The page served on loopback: the world and the page's base address."""
    async with running(World(folder, public_url="http://127.0.0.1")) as world, serve(world.app) as url:
        yield world, f"{url}/link/"


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A narrow touch screen that runs no scripts."""
    async with await browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, java_script_enabled=False
    ) as context:
        yield await context.new_page()


async def test_a_key_is_linked_on_a_phone_without_scripts(tmp_path: Path, phone: Page) -> None:
    """From the address to the confirmation."""
    async with linking(tmp_path) as (world, url):
        await phone.goto(url + await world.token())
        await phone.get_by_label("Access key ID (AK)").fill("CANARYAK000000000001")
        await phone.get_by_label("Secret access key (SK)").fill("canarySecretKey00000000000000000000001")
        await phone.get_by_label("Name for this key").fill("laptop")
        await phone.locator("form.access_key button").tap()
        await phone.get_by_role("heading", name="Linked").wait_for()
        assert await phone.get_by_text("acts as the access key “laptop”").is_visible()
        assert [told[:2] for told in world.told] == [("T1", "U0ALICE")]


async def test_a_mistyped_password_is_mended_on_the_same_page(tmp_path: Path, phone: Page) -> None:
    """Only the password has to be typed again."""
    async with linking(tmp_path) as (world, url):
        await phone.goto(url + await world.token())
        await phone.get_by_text("Password", exact=True).first.tap()
        await phone.get_by_label("Account name").fill("acme")
        await phone.get_by_label("IAM user name").fill("alice")
        await phone.locator("#password").fill("wrong")
        await phone.locator("form.password button").tap()
        alert = phone.get_by_role("alert")
        await alert.wait_for()
        await expect(alert).to_be_focused()
        for field in ("#domain", "#username", "#password"):
            assert await phone.locator(field).get_attribute("aria-invalid") == "true"
        assert await phone.locator("#access_key").get_attribute("aria-invalid") is None
        assert "2 tries are left" in await alert.inner_text()
        assert await phone.get_by_label("IAM user name").input_value() == "alice"
        assert await phone.locator("#password").input_value() == ""
        await phone.locator("#password").fill("canary-Pa55word")
        await phone.locator("form.password button").tap()
        await phone.get_by_role("heading", name="Linked").wait_for()
        assert await phone.get_by_text("sg: ✓ tasks can be read").is_visible()


async def test_only_the_chosen_form_is_shown(tmp_path: Path, phone: Page) -> None:
    """The other one can't get in the way, nor be submitted by mistake."""
    async with linking(tmp_path) as (world, url):
        await phone.goto(url + await world.token())
        assert await phone.locator("form.access_key").is_visible()
        assert not await phone.locator("form.password").is_visible()
        await phone.get_by_text("Password", exact=True).first.tap()
        assert not await phone.locator("form.access_key").is_visible()
        assert await phone.locator("form.password").is_visible()


async def test_it_can_be_filled_in_with_the_keyboard_alone(tmp_path: Path, browser: Browser) -> None:
    """Arrows choose, Tab goes on, Enter submits; after success, Back and Forward lead to pages."""
    async with linking(tmp_path) as (world, url), await browser.new_page() as page:
        await page.goto(url + await world.token())
        for key in ("Tab", "ArrowRight", "Tab"):
            await page.keyboard.press(key)
        for typed in ("acme", "alice", "canary-Pa55word"):
            await page.keyboard.type(typed)
            await page.keyboard.press("Tab" if typed != "canary-Pa55word" else "Enter")
        linked = page.get_by_role("heading", name="Linked")
        await linked.wait_for()
        await page.reload()
        await page.goto("about:blank")
        await page.go_back()
        await linked.wait_for()


async def test_nothing_is_too_wide_or_too_small_for_a_thumb(tmp_path: Path, phone: Page) -> None:
    """No sideways scrolling, targets of 44 px, and type that no phone zooms into."""
    async with linking(tmp_path) as (world, url):
        await phone.goto(url + await world.token(name="a-very-long-name-" * 5))
        width = await phone.locator("html").evaluate("e => e.scrollWidth")
        assert width == PHONE["width"]
        for element in await phone.locator("input:visible:not(.choice), button:visible, .tabs label").all():
            box = await element.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert await element.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16


async def test_its_own_policy_forbids_nothing_that_the_page_needs(tmp_path: Path, browser: Browser) -> None:
    """The style is applied, the time is the reader's, and the console stays empty."""
    singapore = browser.new_page(timezone_id="Asia/Singapore")
    async with linking(tmp_path) as (world, url), await singapore as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(url + await world.token())
        assert (
            await page.locator("button:visible").evaluate("e => getComputedStyle(e).borderTopWidth") == "0px"
        )
        assert "until 04:40 PM GMT+8" in await page.get_by_text("open until").inner_text()
        assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_its_ground(tmp_path: Path, browser: Browser, scheme: str) -> None:
    """At least 4.5 to 1, and 3 to 1 what shows where to type or press, by night too."""
    dark_or_light = browser.new_page(color_scheme="dark" if scheme == "dark" else "light", viewport=PHONE)
    async with linking(tmp_path) as (world, url), await dark_or_light as page:
        await page.goto(url + await world.token())
        for selector in ("#access_key", ".tabs label >> nth=1"):
            assert await page.locator(selector).evaluate(_EDGE) >= 3, selector
        await page.get_by_label("Access key ID (AK)").fill("AK1")
        await page.get_by_label("Secret access key (SK)").fill("wrong")
        await page.locator("form.access_key button").click()
        await page.get_by_role("alert").wait_for()
        for selector in (
            "h1",
            ".hint >> nth=0",
            ".problem",
            "form.access_key button",
            ".tabs label >> nth=1",
        ):
            ratio = await page.locator(selector).first.evaluate(_CONTRAST)
            assert ratio >= 4.5, selector


_CONTRAST = """element => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let ground = element;
  while (ground.parentElement && (rgb(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0)
    ground = ground.parentElement;
  const a = light(rgb(getComputedStyle(element).color)), b = light(rgb(getComputedStyle(ground).backgroundColor));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
_EDGE = _CONTRAST.replace("getComputedStyle(element).color", "getComputedStyle(element).borderTopColor")
