"""Freeze a project, so that nothing is resumed or sped up there through the bot; and end that."""

from __future__ import annotations

from bot.conversation.answers import Answer
from bot.conversation.ports import Asker, Records
from bot.conversation.values import Wish
from bot.verbs.parsing import MAX_REASON, Place, Problem, Projects, parse_place


class Freezing:
    """``freeze <project> [reason…]``."""

    name = "freeze"
    form = "<project> [reason]"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb: all that follows the project is the reason."""
        place = parse_place(rest, projects, verb=self.name, takes_task=False)
        if not isinstance(place, Place):
            return place
        reason = " ".join(filter(None, (place.task, place.reason)))
        return Wish(verb=self.name, project=place.project, reason=reason[:MAX_REASON])

    async def answer(self, records: Records, asker: Asker) -> Answer:
        """Freeze it at once."""
        return await records.freeze(asker)


class Unfreezing:
    """``unfreeze <project>``."""

    name = "unfreeze"
    form = "<project>"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        place = parse_place(rest, projects, verb=self.name, takes_task=False)
        return Wish(verb=self.name, project=place.project) if isinstance(place, Place) else place

    async def answer(self, records: Records, asker: Asker) -> Answer:
        """End the freeze at once, if the asker may."""
        return await records.unfreeze(asker)
