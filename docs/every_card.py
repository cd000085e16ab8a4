"""Pictures each state of each card for docs/reference/cards.md: `python -m docs.every_card` writes docs/images/cards/.

Each is shown as on a phone, 390 px wide, by the page of the sandbox; several states stand side by side in one picture.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Route, sync_playwright

from bot.gallery.messages import State
from bot.gallery.messages import states as states_in
from bot.text.languages import Language
from docs.screenshots import FLAGS, chromium, refuse_large
from tests import gallery

IMAGES: Final = Path(__file__).parent / "images" / "cards"
COLUMNS: Final = 3
PHONE: Final = 390
WIDTH: Final = COLUMNS * (PHONE + 20)
COLOURS: Final = 40  # of a card, on which there are few; more would double the size
# Each begins with the state of that name, and ends where the next one begins.
GROUPS: Final = {
    "asking": "asked",
    "ended": "acting",
    "failed": "failed",
    "unsure": "unreadable",
    "refused": "cancelled",
    "private": "list",
}


def main() -> None:
    """Take all pictures. Raises SystemExit if there is no Chromium, or a picture is too large."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for language, dark in itertools.product(Language, (False, True)):
            for group, states in _groups(language):
                name = f"{group}-{language}-{'dark' if dark else 'light'}.png"
                _take(browser, IMAGES / name, states, dark=dark)
        browser.close()
    refuse_large(IMAGES)


def _groups(language: Language) -> Iterator[tuple[str, list[State]]]:
    """Yield the groups with their states, in their order."""
    states = list(states_in(language))
    starts = [next(at for at, state in enumerate(states) if state.name == first) for first in GROUPS.values()]
    for group, (start, end) in zip(GROUPS, itertools.pairwise([*starts, len(states)]), strict=True):
        yield group, states[start:end]


def _take(browser: Browser, path: Path, states: list[State], *, dark: bool) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": 400})
    html = gallery.page(states, width=PHONE, dark=dark)
    page.route(f"{gallery.ORIGIN}**", lambda route: _answer(route, html))
    page.goto(gallery.ORIGIN)
    page.add_style_tag(
        content=f"body {{ width: {WIDTH}px; columns: {COLUMNS}; column-gap: 0 }}"
        "section { break-inside: avoid; padding: 6px 10px }"
    )
    page.wait_for_timeout(300)  # for the fonts
    taken = page.locator("body").screenshot()
    page.close()
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS).save(path, optimize=True)


def _answer(route: Route, html: str) -> None:
    """Answer with the page, or with a font of the sandbox's page."""
    asked = route.request.url.removeprefix(gallery.ORIGIN)
    if not asked:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")
    else:
        route.fulfill(path=gallery.STATIC / asked.partition("?")[0])


if __name__ == "__main__":
    main()
