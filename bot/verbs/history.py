"""Say what was done through the bot, by whom, and how it ended."""

from __future__ import annotations

import re
from typing import Final

from bot.conversation.answers import Answer
from bot.conversation.ports import Asker, Records, Sought
from bot.conversation.values import Wish
from bot.spelling import first_word, unwrap
from bot.verbs.parsing import Place, Problem, Projects, parse_place

_BEFORE: Final = re.compile(r"(?:^|\s)(before ([0-9]+\.[0-9]+)/([0-9A-Za-z-]{1,64}))$")  # as a button has it
_PERSON: Final = re.compile(r"@([UW][A-Z0-9]+)\b")


class Remembering:
    """``history [<project> [<task>] | @user]``; without a project, of all that the asker may use."""

    name = "history"
    form = "[<project> [<task>] | @user]"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        last = _BEFORE.search(rest)
        before, rest = (last[1], rest[: last.start()]) if last else ("", rest)
        word, _ = first_word(rest)
        if not word or unwrap(word).startswith("@"):
            return Wish(verb=self.name, project="", terms=" ".join(filter(None, (unwrap(word), before))))
        place = parse_place(rest, projects, verb=self.name)
        if not isinstance(place, Place):
            return place
        targets = (place.task,) if place.task else ()
        return Wish(verb=self.name, project=place.project, targets=targets, terms=before)

    async def answer(self, records: Records, asker: Asker) -> Answer:
        """Look it up."""
        wish = asker.request.wish
        person, last = _PERSON.search(wish.terms), _BEFORE.search(wish.terms)
        before = (float(last[2]), last[3]) if last else None
        who = person[1] if person else wish.terms if wish.terms.startswith("@") else ""
        return await records.past(asker, Sought(task=next(iter(wish.targets), ""), user=who, before=before))
