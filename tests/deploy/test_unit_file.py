"""The systemd unit, read by systemd's own tools."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bot.settings.load import Environment
from tests.deploy import tools
from tests.docs.documents import ROOT, read

UNIT = "deploy/systemd/oms-bot.service"
MOST_EXPOSED = 15  # of 100, as `--threshold` counts: 1.5 of 10


def settings(name: str) -> list[str]:
    """Return the values of a setting of the unit."""
    return re.findall(rf"(?m)^{name}=(.*)$", read(UNIT))


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """With a program that is there in the place of the installed one."""
    unit = tmp_path / "oms-bot.service"
    [command] = settings("ExecStart")
    unit.write_text(read(UNIT).replace(command, sys.executable))
    arguments = ("verify", "--man=no", "--recursive-errors=no", str(unit))
    assert tools.said_by(tools.program("systemd-analyze"), *arguments) == (0, "")


def test_little_of_the_machine_is_in_reach() -> None:
    """As systemd rates it; it needs the network, which alone is a third of what is left."""
    arguments = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(ROOT / UNIT))
    code, said = tools.said_by(tools.program("systemd-analyze"), *arguments)
    assert code == 0, said


def test_secrets_are_credentials_that_the_settings_refer_to() -> None:
    """By the folder that systemd makes for each run; each is loaded, and each that is loaded is used."""
    environment = dict(entry.split("=", 1) for entry in settings("Environment"))
    fields = {name.upper() for name in Environment.model_fields}
    assert environment.keys() - {"PYTHONDONTWRITEBYTECODE"} <= fields
    loaded = dict(entry.split(":") for entry in settings("LoadCredential"))
    used = {value.removeprefix("file:%d/") for value in environment.values() if value.startswith("file:")}
    assert used == loaded.keys()
    assert all(path == f"/etc/oms-bot/secrets/{name}" for name, path in loaded.items())
    assert settings("DynamicUser") == ["yes"]
    [state] = settings("StateDirectory")
    assert environment["DATABASE_URL"] == f"sqlite:///%S/{state}/oms-bot.sqlite3"
