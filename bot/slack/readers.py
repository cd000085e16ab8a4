"""Which language each person reads: the one that is fixed for all, or the one that they use Slack in.

Slack says it with every `users.info`, and it is remembered for what must be said before Slack can be asked again. No
permission hangs on it, so it may be an hour old.
"""

from __future__ import annotations

from typing import Final

from cachetools import TTLCache

from bot.conversation.policy import Person
from bot.text.languages import Language, language_of

_REMEMBERED: Final = 60 * 60  # seconds


class Readers:
    """Languages by Slack user; *fixed* is one for all of them."""

    def __init__(self, fixed: Language | None = None) -> None:
        self._fixed = fixed
        self._locales: TTLCache[str, str] = TTLCache(10_000, _REMEMBERED)

    def meet(self, person: Person) -> Language:
        """Remember what Slack says of *person*, and return what they read."""
        self._locales[person.user_id] = person.locale
        return self.of(person.locale)

    def knows(self, user_id: str) -> bool:
        """Tell whether Slack need not be asked about somebody's language."""
        return self._fixed is not None or user_id in self._locales

    def language(self, user_id: str) -> Language:
        """Return what somebody reads, as far as it is known; else English."""
        return self.of(self._locales.get(user_id, ""))

    def of(self, locale: str) -> Language:
        """Return what is read where Slack is used in *locale*."""
        return self._fixed or language_of(locale)
