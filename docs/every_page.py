"""Pictures the pages of links and installations: `python -m docs.every_page` writes docs/images/pages/.

The routes of the bot answer, as in the tests; each page is shown as on a phone, and those of one kind side by side.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import tempfile
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bot.slack.workspaces.oauth import INSTALL_PATH, REDIRECT_PATH
from bot.text.languages import Language
from docs.screenshots import FLAGS, chromium, refuse_large
from tests.unit.identity import linking_world
from tests.unit.slack import slack_of_many

IMAGES: Final = Path(__file__).parent / "images" / "pages"
PHONE: Final = 390
COLOURS: Final = 40


def main() -> None:
    """Take all pictures. Raises SystemExit if there is no Chromium, or a picture is too large."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    shown = {f"linking-{language}": _linking(language) for language in Language}
    shown |= {f"installing-{language}": _installing(language) for language in Language}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name, pages in shown.items():
            _take(browser, IMAGES / f"{name}-light.png", pages, "light")
            _take(browser, IMAGES / f"{name}-dark.png", pages, "dark")
        browser.close()
    refuse_large(IMAGES)


def _linking(language: Language) -> list[str]:
    """Return the form, the form with what was wrong, and success."""

    async def visit(folder: Path) -> list[str]:
        async with linking_world.running(linking_world.World(folder)) as world:
            visitor = linking_world.Browser(world.app)
            address = await world.linking.issue("T1", "U0ALICE", "alice", str(language))
            token = address.rpartition("/")[2]
            shown = [await visitor.open(token), await visitor.submit_password(token, "wrong")]
            shown.append(await visitor.submit_password(token))
            await visitor.http.aclose()
        return [page.text for page in shown]

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(visit(Path(folder)))


def _installing(language: Language) -> list[str]:
    """Return what is asked for, success, and a redirect that belongs to nothing."""

    async def visit(folder: str) -> list[str]:
        async with slack_of_many.running(f"sqlite:///{folder}/bot.sqlite3") as world:
            visitor = world.browser()
            visitor.accepts = str(language)
            shown = [await visitor.get(INSTALL_PATH), await visitor.install("T1")]
            shown.append(await visitor.get(REDIRECT_PATH))
        return [page.text for page in shown]

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(visit(folder))


def _take(browser: Browser, path: Path, pages: list[str], scheme: Literal["light", "dark"]) -> None:
    """Put the pages side by side."""
    page = browser.new_page(viewport={"width": PHONE, "height": 500}, color_scheme=scheme)
    taken = []
    for html in pages:
        page.set_content(html)
        taken.append(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB"))
    page.close()
    height = max(one.height for one in taken)
    whole = Image.new("RGB", (PHONE * len(taken), height), taken[0].getpixel((0, 0)))
    for place, one in zip(itertools.count(0, PHONE), taken, strict=False):
        whole.paste(one, (place, 0))
    whole.quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
