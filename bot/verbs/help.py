"""Explain the commands."""

from __future__ import annotations

from dataclasses import dataclass

from bot.verbs.parsing import Projects


@dataclass(frozen=True)
class Help:
    """Explain the commands. What is typed behind it does not matter."""

    name = "help"
    form = ""

    def parse(self, _rest: str, _projects: Projects) -> Help:
        """Understand anything."""
        return self
