"""Chinese: sentences only, in the words of Huawei Cloud's console: 暂停, 迁移任务, 任务组, 同步任务, 源端, 目的端, 桶, 委托."""

from __future__ import annotations

from typing import Final

from bot.text.chinese.answers import ANSWERS, POSTS
from bot.text.chinese.cards import CARDS, FIGURES, STATUSES
from bot.text.chinese.endings import ENDINGS
from bot.text.chinese.faults import FAULTS
from bot.text.chinese.linking import LINKING
from bot.text.chinese.pause import PAUSE
from bot.text.chinese.refusals import REFUSALS
from bot.text.chinese.setting_up import SETTING_UP
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
