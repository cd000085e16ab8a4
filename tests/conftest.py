"""What holds for all tests."""

from __future__ import annotations

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where skips are forbidden, as in CI, a run with one has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("OMS_BOT_FORBID_SKIPS") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("skipped tests are forbidden here", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


_NAMES = ("DATABASE_URL", "PUBLIC_URL", "HOST", "PORT", "LOG_LEVEL", "DYNO")


@pytest.fixture(autouse=True)
def _no_ambient_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them; the two switches of the suite itself stay."""
    for name in list(os.environ):
        ours = name.startswith(("SLACK_", "OMS_BOT_")) and not name.startswith(
            ("OMS_BOT_FORBID", "OMS_BOT_REQUIRE")
        )
        if ours or name in _NAMES:
            monkeypatch.delenv(name)
