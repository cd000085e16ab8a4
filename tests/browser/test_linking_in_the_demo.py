"""In the demo's page, alice links her own identity, uses it, and takes it back."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from .tab import Tab

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the loop in which the one browser lives


async def _link(tab: Tab) -> None:
    """Follow the link that only alice sees, and fill the page in that it leads to."""
    await tab.type("/oms link")
    offer = tab.log.get_by_role("link", name="Link your IAM credential")
    async with tab.page.context.expect_page() as opened:
        await offer.click()
    page: Page = await opened.value
    await page.get_by_text("Password", exact=True).first.click()
    await page.get_by_label("Account name").fill("acme")
    await page.get_by_label("IAM user name").fill("alice")
    await page.locator("#password").fill("sandbox-password")
    await page.locator("form.password button").click()
    await expect(page.get_by_role("heading", name="Linked")).to_be_visible()
    await page.close()


async def test_alice_links_herself_pauses_as_herself_and_unlinks(tab: Tab) -> None:
    """Bob's click counts for nothing, and once she has unlinked, neither does hers on a card that still waits."""
    await tab.reset()
    await _link(tab)
    await tab.type("/oms whoami")
    await expect(tab.log).to_contain_text("linked by yourself")
    await tab.type("/oms pause demo media-42")
    await tab.become("bob")
    await tab.pause.click()
    await expect(tab.log).to_contain_text("Only @alice can confirm this")
    await expect(tab.calls).to_have_text("none yet")
    await tab.become("alice")
    await tab.pause.click()
    await expect(tab.replies.filter(has_text="OMS confirmed it at")).to_have_count(1)
    await expect(tab.calls).to_have_text("1")
    await tab.type("/oms pause demo invoices-3")
    await expect(tab.pause.last).to_be_visible()
    await tab.type("/oms unlink")
    await expect(tab.log).to_contain_text("I have forgotten your credential")
    await tab.pause.last.click()
    await expect(tab.replies.last).to_contain_text("Nothing was changed")
    await expect(tab.calls).to_have_text("1")
