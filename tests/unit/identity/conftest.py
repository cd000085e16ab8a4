"""What the tests of linking share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.identity.linking_world import Browser, World, running


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world of each test's own."""
    async with running(World(tmp_path)) as world:
        yield world


@pytest.fixture
async def browser(world: World) -> AsyncIterator[Browser]:
    """A browser that has seen nothing yet."""
    browser = Browser(world.app)
    yield browser
    await browser.http.aclose()
