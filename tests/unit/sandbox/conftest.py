"""A seat at the stage, for the tests of the terminal."""

from __future__ import annotations

import pytest

from bot.sandbox.stage.scene import build_cloud, build_workspace
from bot.sandbox.stage.stage import Stage
from bot.sandbox.terminal.room import Room


@pytest.fixture
def room() -> Room:
    """Return alice's seat at a stage where no bot plays."""
    stage = Stage()
    stage.workspace, stage.cloud = build_workspace(), build_cloud()
    return Room(stage)
