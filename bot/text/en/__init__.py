"""English: sentences only. The words: *pause*, *paused*, *pausing*, *waiting*, *migrating*; facts first, short lines."""

from __future__ import annotations

from typing import Final

from bot.text.en.answers import ANSWERS, POSTS
from bot.text.en.cards import CARDS, FIGURES, STATUSES
from bot.text.en.consent import CONSENT
from bot.text.en.endings import ENDINGS
from bot.text.en.faults import FAULTS
from bot.text.en.freezes import FREEZE, FREEZES, UNFREEZE
from bot.text.en.history import HISTORY, REMEMBER
from bot.text.en.home import HOME
from bot.text.en.linking import LINKING
from bot.text.en.listing import LISTING
from bot.text.en.lists import LISTS
from bot.text.en.many import MANY
from bot.text.en.modal import MODAL
from bot.text.en.pause import PAUSE
from bot.text.en.planned import KEYS, PLANNED
from bot.text.en.proposals import PROPOSALS
from bot.text.en.refusals import REFUSALS
from bot.text.en.resume import RESUME
from bot.text.en.runs import RUNS
from bot.text.en.setting_up import SETTING_UP
from bot.text.en.status import REPORT, STATUS
from bot.text.en.targets import TARGETS
from bot.text.en.terminal import TERMINAL
from bot.text.en.throttle import BACK, FASTER, LIMITS, THROTTLE
from bot.text.en.watching import WATCH, WATCHING
from bot.text.sentences import ReadingSentences, Sentences, VerbSentences

SENTENCES: Final = Sentences(
    figures=FIGURES,
    statuses=STATUSES,
    cards=CARDS,
    many=MANY,
    endings=ENDINGS,
    faults=FAULTS,
    refusals=REFUSALS,
    freezes=FREEZES,
    history=HISTORY,
    answers=ANSWERS,
    posts=POSTS,
    proposals=PROPOSALS,
    runs=RUNS,
    lists=LISTS,
    report=REPORT,
    linking=LINKING,
    setting_up=SETTING_UP,
    watching=WATCHING,
    keys=KEYS,
    planned=PLANNED,
    targets=TARGETS,
    terminal=TERMINAL,
    modal=MODAL,
    home=HOME,
    consent=CONSENT,
    limits=LIMITS,
)

VERBS: Final[dict[str, VerbSentences]] = {"pause": PAUSE, "resume": RESUME, "throttle": THROTTLE}
"""By verb that acts; a new one adds its sentences here, and nothing else."""

MANNERS: Final[dict[str, dict[str, VerbSentences]]] = {"throttle": {"faster": FASTER, "back": BACK}}
"""By verb, what it says otherwise in one of its manners."""

READINGS: Final[dict[str, ReadingSentences]] = {
    "list": LISTING,
    "status": STATUS,
    "watch": WATCH,
    "freeze": FREEZE,
    "unfreeze": UNFREEZE,
    "history": REMEMBER,
}
"""By verb that only answers."""
