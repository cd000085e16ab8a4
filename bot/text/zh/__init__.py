"""Chinese: sentences only, in the words of Huawei Cloud's console: 暂停, 迁移任务, 任务组, 同步任务, 源端, 目的端, 桶, 委托."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences, Sentences, VerbSentences
from bot.text.zh.answers import ANSWERS, POSTS
from bot.text.zh.cards import CARDS, FIGURES, STATUSES
from bot.text.zh.consent import CONSENT
from bot.text.zh.endings import ENDINGS
from bot.text.zh.faults import FAULTS
from bot.text.zh.freezes import FREEZE, FREEZES, UNFREEZE
from bot.text.zh.history import HISTORY, REMEMBER
from bot.text.zh.home import HOME
from bot.text.zh.linking import LINKING
from bot.text.zh.listing import LISTING
from bot.text.zh.lists import LISTS
from bot.text.zh.many import MANY
from bot.text.zh.modal import MODAL
from bot.text.zh.pause import PAUSE
from bot.text.zh.planned import KEYS, PLANNED
from bot.text.zh.proposals import PROPOSALS
from bot.text.zh.refusals import REFUSALS
from bot.text.zh.resume import RESUME
from bot.text.zh.runs import RUNS
from bot.text.zh.setting_up import SETTING_UP
from bot.text.zh.status import REPORT, STATUS
from bot.text.zh.targets import TARGETS
from bot.text.zh.terminal import TERMINAL
from bot.text.zh.throttle import BACK, FASTER, LIMITS, THROTTLE
from bot.text.zh.watching import WATCH, WATCHING

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
