"""The seven situations, clicked through as a person would, each with what must be seen."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .tab import Tab

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the loop in which the one browser lives


async def test_the_happy_path_freezes_the_bar_and_tells_in_the_thread(tab: Tab) -> None:
    """One click pauses the task; the bar stands still, a waiting task takes the slot, the thread says when."""
    await tab.start("The happy path")
    await expect(tab.log).to_contain_text("Pause media-42?")
    await expect(tab.task()).to_contain_text("migrating")
    await tab.pause.click()
    await expect(tab.task()).to_contain_text("paused")
    await expect(tab.task()).to_contain_text("0 MB/s")
    await expect(tab.task("archive-2019")).to_contain_text("migrating")
    await tab.ends_as_promised()
    await expect(tab.endings).to_have_count(1)
    await expect(tab.replies.last).to_contain_text("archive-2019 has started in the freed slot")
    await expect(tab.log).not_to_contain_text("Pause media-42?")
    await expect(tab.calls).to_have_text("1")


async def test_the_wrong_person_is_refused_and_only_they_see_it(tab: Tab) -> None:
    """Another person cannot answer for alice; alice does not even see that he tried, and her card still works."""
    await tab.start("The wrong person clicks")
    await tab.become("bob")
    await tab.pause.click()
    refusal = tab.log.get_by_role("article").filter(has_text="Only visible to you")
    await expect(refusal).to_contain_text("Only @alice can confirm this")
    await tab.ends_as_promised()
    await expect(tab.calls).to_have_text("none yet")
    await tab.become("alice")
    await expect(tab.log.get_by_text("Only @alice can confirm this")).to_have_count(0)
    await expect(tab.pause).to_be_visible()


async def test_a_double_click_is_one_call_and_one_ending(tab: Tab) -> None:
    """Two clicks leave the browser; OMS is asked once, and the thread has one ending."""
    await tab.start("A double click")
    await tab.pause.dblclick()
    await tab.ends_as_promised()
    await expect(tab.verdict).to_contain_text("Clicks that the bot received: 2 · calls to OMS: 1")
    await expect(tab.endings).to_have_count(1)
    await expect(tab.calls).to_have_text("1")


async def test_a_missing_permission_is_told_with_what_to_ask_for(tab: Tab) -> None:
    """Huawei Cloud says no; the thread names the permission, and the task goes on."""
    await tab.start("The permission is missing")
    await tab.pause.click()
    await tab.ends_as_promised()
    await expect(tab.log).to_contain_text("Not paused media-42")
    await expect(tab.replies.last).to_contain_text("oms:task:update")
    await expect(tab.task()).to_contain_text("migrating")
    await expect(tab.oms.get_by_role("switch", name="alice lacks the permission")).to_be_checked()
    await expect(tab.calls).to_have_text("1 (1 refused)")


async def test_oms_dying_in_the_middle_is_neither_success_nor_failure_until_it_is_known(tab: Tab) -> None:
    """The bot says that it cannot tell, does not call again, and reports once OMS can be read."""
    await tab.start("OMS dies in the middle")
    await tab.pause.click()
    await expect(tab.oms.get_by_role("switch", name="OMS is down")).to_be_checked()
    await expect(tab.replies.first).to_contain_text("OMS didn't answer after the request was sent")
    await tab.ends_as_promised()
    await expect(tab.oms.get_by_role("switch", name="OMS is down")).not_to_be_checked()
    await expect(tab.endings).to_have_count(1)
    await expect(tab.calls).to_have_text("1")


async def test_a_killed_bot_comes_back_and_ends_what_it_began_once(tab: Tab) -> None:
    """The bot dies after OMS was asked; the next one reads the task instead of asking again."""
    await tab.start("The bot is killed in the middle")
    await tab.pause.click()
    await expect(tab.oms).to_contain_text("The bot is dead")
    await tab.ends_as_promised()
    await expect(tab.oms).to_contain_text("The bot is running")
    await expect(tab.endings).to_have_count(1)
    await expect(tab.calls).to_have_text("1")


async def test_a_task_that_finished_before_the_click_is_left_alone(tab: Tab) -> None:
    """The card was true when it was shown; at the click it no longer is, and no call is made."""
    await tab.start("Task finishes before the click")
    await expect(tab.bar()).to_have_attribute("aria-valuenow", "100")
    await tab.pause.click()
    await tab.ends_as_promised()
    await expect(tab.replies.last).to_contain_text("It finished before the click. Nothing was changed.")
    await expect(tab.calls).to_have_text("none yet")
