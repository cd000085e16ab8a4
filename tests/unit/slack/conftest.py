"""A Slack workspace with a person and a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    """A workspace, served."""
    workspace = Workspace()
    async with serve(workspace.app) as workspace.base_url:
        yield workspace


@pytest.fixture
def alice(slack: Workspace) -> User:
    """A person."""
    return slack.add_user("alice")


@pytest.fixture
def room(slack: Workspace, alice: User) -> Channel:
    """A channel with alice and the bot."""
    return slack.add_channel("incidents", members=[alice])
