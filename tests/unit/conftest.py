"""What unit tests share. Property tests judge what is computed, never how fast: a busy machine must not fail them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace
from tests.unit.setting_examples import MINIMAL, Write

settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that sets an environment with nothing of ours but what is given, and writes the file."""
    monkeypatch.chdir(tmp_path)

    def write(toml: str | None = MINIMAL, **environment: str) -> None:
        if toml is not None:
            (tmp_path / "oms-bot.toml").write_text(toml)
        given = {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_SIGNING_SECRET": "canary-signing"} | environment
        for name, value in given.items():
            monkeypatch.setenv(name, value)

    return write


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
def incidents(slack: Workspace, alice: User) -> Channel:
    """A channel with a person and the bot."""
    return slack.add_channel("incidents", members=[alice])
