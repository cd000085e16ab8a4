"""Cards on a phone: what is measured is what an eye sees, in the font that the page brings along."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.async_api import Browser, Route

from bot.gallery.messages import states as states_in
from bot.gallery.views import views
from bot.text.languages import Language
from tests import gallery

pytestmark = pytest.mark.asyncio(loop_scope="session")

# How many lines of text the header, the section and the small print of a card take together.
_LINES = """card => [...card.querySelectorAll('.bk-header, .bk-section, .bk-context')]
    .filter(part => !part.closest('.thread'))
    .filter(part => part.compareDocumentPosition(card.querySelector('.bk-actions')) & 4) // what stands above them
    .reduce((lines, part) => {
        const style = getComputedStyle(part)
        const around = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom)
        const inside = part.getBoundingClientRect().height - around
        return lines + Math.round(inside / parseFloat(style.lineHeight))
    }, 0)"""
_TOO_WIDE = """() => [...document.querySelectorAll('section')]
    .filter(one => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth)
    .map(one => one.id)"""
# The same for each card in a home: from its heading to its buttons.
_LINES_OF_EACH = """home => {
    let lines = 0
    const found = []
    for (const part of home.querySelectorAll('.bk-header, .bk-section, .bk-context, .bk-actions')) {
        if (part.matches('.bk-header')) lines = 0
        if (part.matches('.bk-actions')) {
            if (part.querySelector('[data-action=oms_confirm], [data-action=oms_break_glass]')) found.push(lines)
            continue
        }
        const style = getComputedStyle(part)
        const around = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom)
        lines += Math.round((part.getBoundingClientRect().height - around) / parseFloat(style.lineHeight))
    }
    return found
}"""


@pytest.mark.parametrize("language", Language)
async def test_at_most_five_lines_stand_above_the_buttons_of_a_phone(
    browser: Browser, language: Language
) -> None:
    """With approvals, an archive, a group and long names too; and nothing is cut off at the side, in any state."""
    states = list(states_in(language))
    page = await browser.new_page(viewport={"width": 390, "height": 800})
    await page.route("**", partial(_answer, gallery.page(states, width=390)))
    await page.goto(gallery.ORIGIN)
    await page.evaluate("document.fonts.ready")
    lines = {
        state.name: await page.locator(f"section#{state.name}").evaluate(_LINES)
        for state in states
        if state.open
    }
    too_wide = await page.evaluate(_TOO_WIDE)
    await page.close()
    assert len(lines) == sum(state.open for state in states) > 0
    assert {name: number for name, number in lines.items() if number > 5} == {}
    assert min(lines.values()) >= 4, "the lines are not measured any more"
    assert too_wide == []


@pytest.mark.parametrize("language", Language)
async def test_modals_and_homes_fit_on_a_phone(browser: Browser, language: Language) -> None:
    """Nothing is cut off at the side; and a card in a home has no more lines than in its channel."""
    page = await browser.new_page(viewport={"width": 390, "height": 800})
    await page.route("**", partial(_answer, gallery.view_page(views(language), width=390)))
    await page.goto(gallery.ORIGIN)
    await page.evaluate("document.fonts.ready")
    lines = await page.locator("section#home").evaluate(_LINES_OF_EACH)
    too_wide = await page.evaluate(_TOO_WIDE)
    unknown = await page.locator(".bk-unknown").count()
    await page.close()
    assert len(lines) == 3
    assert set(lines) <= {4, 5}
    assert (too_wide, unknown) == ([], 0)


async def _answer(html: str, route: Route) -> None:
    """Answer from memory and from the page's own files: a font of a file's is not given to a file."""
    path = route.request.url.removeprefix(gallery.ORIGIN)
    if path:
        await route.fulfill(path=gallery.STATIC / path)
    else:
        await route.fulfill(body=html, content_type="text/html")
