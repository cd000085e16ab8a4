"""One's own IAM credential: link it, forget it, say which it is. No secret passes through a command."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.verbs.parsing import Projects


@dataclass(frozen=True)
class Link:
    """Link one's own IAM credential. The command takes no words; `text` is what was typed all the same."""

    text: str = field(default="", repr=False)
    name = "link"
    form = ""

    def parse(self, rest: str, _projects: Projects) -> Link:
        """Keep what was typed, to warn of a secret."""
        return Link(rest)


@dataclass(frozen=True)
class Unlink:
    """Forget one's link."""

    name = "unlink"
    form = ""

    def parse(self, _rest: str, _projects: Projects) -> Unlink:
        """Understand anything."""
        return self


@dataclass(frozen=True)
class WhoAmI:
    """Say whom the bot acts as for the asker."""

    name = "whoami"
    form = ""

    def parse(self, _rest: str, _projects: Projects) -> WhoAmI:
        """Understand anything."""
        return self
