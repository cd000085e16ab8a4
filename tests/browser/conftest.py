"""One page and one Chromium for the session; each test resets the world itself."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from .tab import Tab, watch

ROOT = Path(__file__).parent.parent.parent
ARTIFACTS = ROOT / "test-artifacts"
# The first is Chromium without its window, at two thirds of the work.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
# Chromium must neither need a sandbox of its own (there is none in a container) nor talk to anybody.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
SERVE = "from bot.sandbox.page.serve import run_page; run_page(open_browser=False)"
FAILED = pytest.StashKey[bool]()

expect.set_options(timeout=20_000)  # milliseconds; a bot that was killed needs some seconds to be back


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember that a test failed, for the picture that is then taken."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find a Chromium, or say how to get one."""
    if CHROMIUM:
        return CHROMIUM
    said = "there is no Chromium to click with; get one with: apt-get install chromium (or brew, dnf, pacman)"
    if os.environ.get("OMS_BOT_REQUIRE_BROWSER") == "1":
        pytest.fail(said)
    pytest.skip(said)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def url(chromium: str) -> AsyncIterator[str]:  # noqa: ARG001  # without a browser no server is needed
    """Serve the page as `oms-bot demo` does, in a process of its own."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, cwd=ROOT, stdout=PIPE, stderr=STDOUT
    )
    assert server.stdout is not None
    try:
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", said)):
            line = await asyncio.wait_for(server.stdout.readline(), 60)
            assert line, f"the page did not start: {said}"
            said += line.decode()
        yield found[0]
    finally:
        if server.returncode is None:
            server.send_signal(signal.SIGINT)
        await server.communicate()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Start the installed Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def tabs() -> dict[str, Tab]:
    """Keep the tabs that are open, by the kind of screen: loading the page anew takes a second each time."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def tab(
    browser: Browser, tabs: dict[str, Tab], url: str, request: pytest.FixtureRequest
) -> AsyncIterator[Tab]:
    """Lend a tab, with alice in it; afterwards its console must be clean, and a failure leaves a picture."""
    options = getattr(request, "param", DESK)
    kind = str(options)
    if kind not in tabs:
        # Reduced motion, because moving pixels cost most of a core.
        context = await browser.new_context(**options, reduced_motion="reduce")
        tabs[kind] = Tab(await context.new_page(), url)
        watch(tabs[kind])
        await tabs[kind].page.goto(url)
    else:
        await tabs[kind].become("alice")
    tab = tabs[kind]
    yield tab
    failed = request.node.stash.get(FAILED, False)
    if failed:
        ARTIFACTS.mkdir(exist_ok=True)
        await tab.page.screenshot(path=ARTIFACTS / f"{request.node.name}.png")
    # Whoever comes next gets a tab that has not seen this; one of another kind is asked for once, and goes on drawing.
    if failed or tab.complaints or options is not DESK:
        await tab.page.context.close()
        del tabs[kind]
    assert not tab.complaints
