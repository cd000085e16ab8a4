"""A seat at the stage, for the tests of the terminal; a Slack and a cloud with alice in it, for those of their APIs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.serving import serve
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.stage.scene import build_cloud, build_workspace
from bot.sandbox.stage.stage import Stage
from bot.sandbox.terminal.room import Room
from tests.unit.sandbox.huawei_world import World, alices_world


@pytest.fixture
def room() -> Room:
    """Return alice's seat at a stage where no bot plays."""
    stage = Stage()
    stage.workspace, stage.cloud = build_workspace(), build_cloud()
    return Room(stage)


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    """A served workspace that waits a little less than Slack for an answer."""
    workspace = Workspace()
    workspace.dispatcher.ack_seconds = 1.0
    async with serve(workspace.app) as workspace.base_url:
        yield workspace


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Alice, allowed everything an on-call responder needs, logged in."""
    async with alices_world() as world:
        yield world
