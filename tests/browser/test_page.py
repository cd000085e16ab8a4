"""The page itself: by keyboard, on a phone, in two tabs, after a reload, with the bot gone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .tab import Tab

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the loop in which the one browser lives

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NIGHT = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}


async def test_a_newcomer_is_told_what_to_type_and_the_keyboard_is_enough(tab: Tab) -> None:
    """Choose the command with the arrows, reach the card's button with Tab, press Enter; the focus stays there."""
    await tab.reset()
    await expect(tab.guide).to_contain_text("/oms pause demo media-42")
    await tab.composer.focus()
    await tab.page.keyboard.type("/OMS p")
    offered = tab.page.get_by_role("listbox", name="Commands of oms-bot").get_by_role("option")
    await expect(offered).to_have_count(4)
    for key in ("ArrowUp", "ArrowDown", "Enter"):
        await tab.page.keyboard.press(key)
    await expect(tab.composer).to_have_value("/oms pause demo media-42")
    await tab.page.keyboard.type(" from the keyboard")
    await expect(offered).to_have_count(0)
    await tab.page.keyboard.press("Enter")
    await expect(tab.composer).to_have_value("")
    await expect(tab.pause).to_be_visible()
    await expect(tab.composer).to_be_focused()
    for _ in range(12):
        await tab.page.keyboard.press("Shift+Tab")
        if await tab.pause.evaluate("button => button === document.activeElement"):
            break
    await expect(tab.pause).to_be_focused()
    await tab.page.keyboard.press("Enter")
    await expect(tab.replies.filter(has_text="OMS confirmed it at")).to_have_count(1)
    assert await tab.page.evaluate("document.activeElement.closest('[role=log]') !== null")


async def test_two_tabs_play_two_people_in_one_world_and_survive_a_reload(tab: Tab) -> None:
    """What alice asks in one tab, bob sees in the other; a reload and Back keep who one is and what was said."""
    await tab.reset()
    bobs = await tab.beside("?as_=bob")
    await tab.type("/oms pause demo media-42")
    await expect(bobs.log).to_contain_text("Pause media-42?")
    await expect(bobs.button("bob")).to_have_attribute("aria-pressed", "true")
    await bobs.become("gina")
    await bobs.page.go_back()
    await expect(bobs.button("bob")).to_have_attribute("aria-pressed", "true")
    await bobs.page.go_forward()
    await bobs.page.reload()
    await expect(bobs.button("gina")).to_have_attribute("aria-pressed", "true")
    await expect(bobs.log).to_contain_text("Pause media-42?")
    await expect(bobs.log.get_by_text("Only visible to you")).to_have_count(0)
    await bobs.page.close()
    assert not bobs.complaints


async def test_a_dead_bot_is_told_as_slack_tells_it_and_can_be_started(tab: Tab) -> None:
    """Kill the bot, type: Slack's own error appears; start it, type again: the card appears."""
    await tab.reset()
    await tab.button("Kill the bot").click()
    await expect(tab.oms).to_contain_text("The bot is dead")
    await tab.type("/oms pause demo media-42")
    await expect(tab.log).to_contain_text("/oms failed with the error")
    await tab.button("Start the bot").click()
    await expect(tab.oms).to_contain_text("The bot is running")
    await tab.type("/oms pause demo media-42")
    await expect(tab.pause).to_be_visible()


async def test_a_guest_and_a_stranger_are_kept_out(tab: Tab) -> None:
    """The bot refuses the guest's command; a stranger's, and one that is nobody's, Slack does not take, but leaves."""
    await tab.become("gina")
    await tab.type("/oms pause demo media-42")
    await expect(tab.log).to_contain_text("Only visible to you")
    await expect(tab.log.get_by_role("article").last).to_contain_text("uest")
    await tab.become("otto")
    await tab.type("/oms pause demo media-42")
    await expect(tab.page.get_by_role("alert")).to_contain_text("of another workspace")
    await expect(tab.composer).to_have_value("/oms pause demo media-42")
    await tab.type("/omg hello")
    await expect(tab.page.get_by_role("alert")).to_contain_text("/omg is not a command here")
    await expect(tab.composer).to_have_value("/omg hello")
    await tab.composer.fill("")


async def test_the_guide_that_was_hidden_can_be_had_again_and_every_address_leads_here(tab: Tab) -> None:
    """A "?" brings it back; there is one page."""
    await tab.reset()
    await tab.button("Hide").click()
    await expect(tab.guide).to_have_count(0)
    await tab.button("Show the guide").click()
    await expect(tab.guide).to_contain_text("/oms pause demo media-42")
    elsewhere = await tab.page.context.request.get(f"{tab.url}/nowhere", headers={"accept": "text/html"})
    assert (elsewhere.status, elsewhere.url) == (200, f"{tab.url}/")


@pytest.mark.parametrize("tab", [PHONE], indirect=True)
async def test_a_phone_shows_one_view_at_a_time_and_nothing_is_cut_off(tab: Tab) -> None:
    """At 390 px: chat first, the channels and the OMS side one tap away, and no sideways scrolling."""
    await expect(tab.composer).to_be_visible()
    await expect(tab.oms).to_be_hidden()
    await tab.page.get_by_role("button", name="OMS", exact=True).tap()
    await expect(tab.bar()).to_be_visible()
    await expect(tab.composer).to_be_hidden()
    await tab.page.get_by_role("button", name="Channels", exact=True).tap()
    await tab.page.get_by_role("button", name="ops").tap()
    await expect(tab.composer).to_have_attribute("placeholder", "Message #ops")
    assert await tab.page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("tab", [NIGHT], indirect=True)
async def test_the_page_is_dark_where_the_system_is(tab: Tab) -> None:
    """No switch needs to be found at 3 a.m."""
    await expect(tab.composer).to_be_visible()
    paper = await tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(26, 29, 33)"
