"""All that can be typed, in the order in which it is explained. What depends on a verb asks here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.conversation.ports import Keeping, Reading, Verb
from bot.conversation.values import Wish
from bot.verbs.freeze import Freezing, Unfreezing
from bot.verbs.help import Help
from bot.verbs.history import Remembering
from bot.verbs.linking import Link, Unlink, WhoAmI
from bot.verbs.listing import Listing
from bot.verbs.pause import Pause
from bot.verbs.resume import Resume
from bot.verbs.status import Status
from bot.verbs.throttle import Throttle
from bot.verbs.verb import Word
from bot.verbs.watch import Watch

Command = Wish | Help | Link | Unlink | WhoAmI


@dataclass(frozen=True)
class Registry:
    """The words by their names: all of them, those that read tasks, that act on them, that look into our records."""

    words: Mapping[str, Word[Command]]
    readings: Mapping[str, Reading]
    verbs: Mapping[str, Verb]
    keepings: Mapping[str, Keeping]

    @classmethod
    def of(cls, words: Iterable[Word[Command]]) -> Registry:
        """Sort *words*."""
        named = {word.name: word for word in words}
        return cls(
            words=named,
            readings={name: word for name, word in named.items() if isinstance(word, Reading)},
            verbs={name: word for name, word in named.items() if isinstance(word, Verb)},
            keepings={name: word for name, word in named.items() if isinstance(word, Keeping)},
        )


REGISTRY: Final = Registry.of(
    (
        Pause(),
        Resume(),
        Listing(),
        Status(),
        Throttle(),
        Watch(),
        Freezing(),
        Unfreezing(),
        Remembering(),
        Link(),
        Unlink(),
        WhoAmI(),
        Help(),
    )
)
