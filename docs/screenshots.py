"""The README's pictures, taken of the sandbox page: `python -m docs.screenshots` writes docs/images/.

It plays the first two situations of the tour with the real bot in Debian's Chromium, and cuts out what matters.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
LARGEST = 120_000  # bytes; a README should load on a phone, too
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-lcd-text",  # coloured edges of letters would double the size
]
SERVE = "from bot.sandbox.page.serve import run_page; run_page(open_browser=False)"
DESK, PHONE = ViewportSize(width=1240, height=760), ViewportSize(width=390, height=640)

expect.set_options(timeout=30_000)


def main() -> None:
    """Take all pictures. Raises SystemExit if there is no Chromium, or a picture is too large."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        _take_pause(browser, url)
        _take_refusal(browser, url)
        browser.close()
    refuse_large(IMAGES)


def chromium() -> str:
    """Return where Chromium is. Raises SystemExit if there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit(
            "There is no Chromium to take pictures with: apt-get install chromium fonts-wqy-microhei"
        )
    return found


def refuse_large(folder: Path) -> None:
    """Raise SystemExit if a picture in *folder* is too large."""
    too_large = [one.name for one in folder.iterdir() if one.is_file() and one.stat().st_size > LARGEST]
    if too_large:
        raise SystemExit(f"larger than {LARGEST} bytes: {', '.join(too_large)}")


def _take_pause(browser: Browser, url: str) -> None:
    """Picture the card, a phone in the night that shows it, the outcome, and the whole page."""
    page = _open(browser, url)
    _start(page, "The happy path")
    card = page.get_by_role("article").filter(has_text="Pause media-42?")
    _cut(page, "card", [card])
    phone = browser.new_page(viewport=PHONE, device_scale_factor=1.5, color_scheme="dark", is_mobile=True)
    phone.goto(url)
    expect(_pause(phone)).to_be_visible()
    phone.screenshot(path=IMAGES / "phone.png")
    phone.close()
    _pause(page).click()
    expect(page.get_by_role("status").filter(has_text="Ended as promised")).to_be_visible()
    page.wait_for_timeout(12_000)  # for the curve to show what followed
    outcome = page.get_by_role("article").filter(has_text=re.compile(r"Paused.{1,3}media-42")).first
    _cut(page, "outcome", [outcome])
    page.close()
    whole = browser.new_page(viewport=DESK)
    whole.goto(url)
    expect(whole.get_by_role("log")).to_contain_text(re.compile(r"Paused.{1,3}media-42"))
    whole.wait_for_timeout(1_500)  # for the fonts and the curve
    whole.screenshot(path=IMAGES / "page.jpg", quality=64)  # as PNG it would be twice as large
    whole.close()


def _take_refusal(browser: Browser, url: str) -> None:
    """Picture what only bob sees after he clicked on alice's card."""
    page = _open(browser, url)
    _start(page, "The wrong person clicks")
    page.get_by_role("button", name="bob").click()
    _pause(page).click()
    refusal = page.get_by_role("article").filter(has_text="Only @alice can confirm this")
    expect(refusal).to_be_visible()
    card = page.get_by_role("article").filter(has_text="Pause media-42?")
    _cut(page, "refusal", [card, refusal])
    page.close()


def _open(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport=DESK, device_scale_factor=1.5, color_scheme="light")
    page.goto(url)
    return page


def _start(page: Page, situation: str) -> None:
    page.get_by_role("group", name="Situations").get_by_role("button", name=situation).click()
    guide = page.get_by_role("region", name="Guide")
    expect(guide).to_contain_text(re.compile(rf"\d+ of \d+ · {situation}"))
    expect(guide).not_to_contain_text("Setting the stage")
    expect(_pause(page)).to_be_visible()


def _pause(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("button", name=re.compile("^Pause the migration"))


def _cut(page: Page, name: str, parts: list[Locator]) -> None:
    """Picture these messages, which stand one above the other, without what is around them."""
    page.mouse.move(0, 0)  # off the messages, which light up under it
    guide_away = page.add_style_tag(content='section[aria-label="Guide"] { display: none !important }')
    # Without waiting for it to be at rest: messages are drawn anew now and then.
    parts[0].evaluate("part => part.scrollIntoView({ block: 'nearest' })")
    page.wait_for_timeout(300)
    boxes = [box for part in parts if (box := part.bounding_box())]
    top, bottom = min(box["y"] for box in boxes), max(box["y"] + box["height"] for box in boxes)
    left, width = boxes[0]["x"], min(boxes[0]["width"], 690)
    page.screenshot(
        path=IMAGES / f"{name}.png",
        clip={"x": left, "y": top, "width": width, "height": bottom - top + 4},
    )
    taken = IMAGES / f"{name}.png"
    Image.open(taken).convert("RGB").quantize(64).save(taken, optimize=True)  # a third of the size
    guide_away.evaluate("style => style.remove()")  # what follows is read from it


@contextmanager
def _served() -> Iterator[str]:
    """Serve the page as `oms-bot demo` does."""
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  # ours
        assert server.stdout is not None  # noqa: S101  # it is piped
        try:
            for line in server.stdout:
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    yield found[0]
                    break
            else:
                raise SystemExit("the page did not start")
        finally:
            server.send_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
