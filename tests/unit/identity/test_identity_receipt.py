"""After linking: a page that the browser may leave, reload and come back to."""

import pytest

from bot.pages.receipt import Receipt
from tests.unit.identity.linking_world import Browser, World, text


async def test_success_is_a_page_that_can_be_left_and_come_back_to(world: World, browser: Browser) -> None:
    """In the browser that linked, and nowhere else: its cookie can't be made up without the used-up address."""
    token = await world.token()
    await browser.open(token)
    fields = {"kind": "password", "domain": "acme", "username": "alice", "password": "canary-Pa55word"}
    answer = await browser.http.post(f"/link/{token}", data={"csrf": browser.csrf, **fields})
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, f"/oms/link/{token}", "")
    receipt, *attributes = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "Secure", "SameSite=strict", f"Path=/oms/link/{token}"} <= set(attributes)
    for _ in range(2):
        page = await browser.open(token, cookie=receipt)
        assert "Linked The bot now acts as IAM user alice" in text(page)
    assert Receipt.opened(token, "") is None
    for forged in (receipt[:-1], receipt + "A", "oms_link_receipt=%"):
        assert (await browser.open(token, cookie=forged)).status_code == 410
    another = await world.token()
    await world.linking.invitations.withdraw("T1", "U0ALICE")
    assert (await browser.open(another, cookie=receipt)).status_code == 410


async def test_more_projects_than_a_cookie_holds_are_told_at_once(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the answer to the form is the page, as far as it goes."""
    monkeypatch.setattr("bot.pages.answers.LARGEST", 10)
    token = await world.token()
    await browser.open(token)
    page = await browser.submit_password(token)
    assert (page.status_code, page.url.path) == (200, f"/link/{token}")
    assert "sg: ✓ tasks can be read" in text(page)
