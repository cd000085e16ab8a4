"""Modals, shortcuts and the App Home on the demo's page, with the real bot behind them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .tab import Tab

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the loop in which the one browser lives


async def test_the_modal_asks_for_what_is_hard_to_type(tab: Tab) -> None:
    """The verb alone opens it; what is wrong stands in it, and what was typed stays; the card comes of it."""
    await tab.reset()
    await tab.type("/oms pause")
    modal = tab.page.get_by_role("form", name="Pause a migration")
    task = modal.get_by_role("textbox", name="Task")
    await expect(task).to_be_visible()
    await task.fill("media-42")
    await modal.get_by_role("textbox", name="For how long?").fill("a while")
    await modal.get_by_role("button", name="Ask").click()
    await expect(modal).to_contain_text('I don\'t understand "a while"')
    await expect(task).to_have_value("media-42")
    await modal.get_by_role("textbox", name="For how long?").fill("")
    await modal.get_by_role("button", name="Ask").click()
    await expect(tab.log).to_contain_text("Pause media-42?")
    assert not tab.complaints


async def test_what_is_asked_in_a_thread_is_answered_there(tab: Tab) -> None:
    """By mention: Slack takes no slash command in a thread, and says so."""
    await tab.reset()
    await tab.type("/oms pause demo media-42")
    await expect(tab.pause).to_be_visible()
    thread = tab.log.get_by_role("group").filter(has_text="in the thread")
    await thread.get_by_text("in the thread").click()
    reply = thread.get_by_role("textbox", name="Reply in the thread")
    await reply.fill("/oms help")
    await reply.press("Enter")
    await expect(tab.page.get_by_text("Slash commands don't work in threads")).to_be_visible()
    await reply.fill("@oms-bot whoami")
    await reply.press("Enter")
    await expect(tab.replies.filter(has_text="You act as IAM user alice")).to_have_count(1)


async def test_the_home_shows_what_migrates_and_opens_the_modal_for_it(tab: Tab) -> None:
    """A press there is as good as words."""
    await tab.reset()
    await tab.page.locator(".place", has_text="oms-bot").click()
    await tab.page.get_by_role("button", name="Home", exact=True).click()
    home = tab.page.get_by_label("App Home")
    await expect(home).to_contain_text("What you may do")
    await home.get_by_role("button", name="Show what migrates").click()
    await home.get_by_role("button", name="Pause the migration media-42").click()
    modal = tab.page.get_by_role("form", name="Pause a migration")
    await expect(modal.get_by_role("textbox", name="Task")).not_to_have_value("")
    await modal.get_by_role("button", name="Close").click()
    await expect(modal).to_be_hidden()
    await tab.page.keyboard.press("Escape")
    await expect(home).to_be_hidden()
    await tab.page.locator(".place", has_text="incident-4711").click()
    assert not tab.complaints


async def test_a_workflow_is_run_and_goes_on_with_the_ending(tab: Tab) -> None:
    """By hand it asks whoever runs it; on a schedule it proposes."""
    await tab.reset()
    await tab.page.locator(".composer summary").click()
    await tab.page.get_by_role("menuitem", name="Workflow: pause it, by hand").click()
    await expect(tab.log).to_contain_text("Pause media-42?")
    await tab.pause.click()
    await expect(tab.log).to_contain_text("The workflow goes on: paused")
    await tab.page.get_by_role("menuitem", name="Workflow: pause it, on a schedule").click()
    await expect(tab.log).to_contain_text("Workflow Builder proposes")
    assert not tab.complaints
