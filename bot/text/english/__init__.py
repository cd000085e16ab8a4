"""English: sentences only. The words: *pause*, *paused*, *pausing*, *waiting*, *migrating*; facts first, short lines."""

from __future__ import annotations

from typing import Final

from bot.text.english.answers import ANSWERS, POSTS
from bot.text.english.cards import CARDS, FIGURES, STATUSES
from bot.text.english.endings import ENDINGS
from bot.text.english.faults import FAULTS
from bot.text.english.linking import LINKING
from bot.text.english.pause import PAUSE
from bot.text.english.refusals import REFUSALS
from bot.text.english.setting_up import SETTING_UP
from bot.text.sentences import Sentences, VerbSentences

SENTENCES: Final = Sentences(
    figures=FIGURES,
    statuses=STATUSES,
    cards=CARDS,
    endings=ENDINGS,
    faults=FAULTS,
    refusals=REFUSALS,
    answers=ANSWERS,
    posts=POSTS,
    linking=LINKING,
    setting_up=SETTING_UP,
)

VERBS: Final[dict[str, VerbSentences]] = {"pause": PAUSE}
"""By verb; a new one adds its sentences here, and nothing else."""
