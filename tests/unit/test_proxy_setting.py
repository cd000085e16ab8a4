"""A proxy that can't be used refuses the start, as any other setting does."""

from __future__ import annotations

import pytest

from bot.settings import load as settings
from tests.unit.setting_examples import MINIMAL, Write


def test_a_proxy_that_is_none_refuses_the_start(configure: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence that names the variable."""
    configure(MINIMAL)
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.example:1080")
    with pytest.raises(settings.SettingsError, match="HTTPS_PROXY"):
        settings.load()
