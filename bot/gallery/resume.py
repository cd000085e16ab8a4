"""What a resume, a timed pause and a reminder look like in every state: for the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.conversation import outcomes
from bot.conversation.answers import NoKeys
from bot.conversation.outcomes import OfOne
from bot.conversation.reminders import FailedSince, Reminding, StillPaused, StillWaiting, WaitsFrozen
from bot.conversation.snapshots import Standing
from bot.conversation.values import RESUME, Card, KeyNames, LackingKeys, Wish
from bot.gallery.examples import FAILED, FINISHED, MIGRATING, NOW, PAUSED, card
from bot.slack import cards
from bot.slack.answers import answered
from bot.slack.cards import Message
from bot.slack.reminding import announced, reminded
from bot.text.languages import Language

KEYS: Final = KeyNames(source="aws-media", destination="agency:oms-oncall")
LONG: Final = KeyNames(
    source="customer-media-archive-eu-central-1-aws", destination="agency:oms-oncall-of-the-whole-company"
)
WAITING: Final = replace(PAUSED, status=1)
RESUMED: Final[dict[str, OfOne]] = {
    "resumed": outcomes.Done(task=MIGRATING, seen_at=NOW + 9, seconds=9),
    "resumed-waiting": outcomes.StillMoving(task=WAITING, seconds=15, standing=Standing.MOVING),
    "resumed-still": outcomes.StillMoving(task=PAUSED, seconds=300, standing=Standing.READY),
    "resumed-failed": outcomes.EndedInstead(task=FAILED, seen_at=NOW + 9),
    "resumed-finished": outcomes.EndedInstead(task=FINISHED, seen_at=NOW + 9),
    "resumed-before": outcomes.AlreadyDone(task=MIGRATING, by="U0BOB"),
    "kept": outcomes.Kept(by="U0BOB"),
    "dealt-with-since": outcomes.Replaced(by="U0BOB"),
}

Shown = tuple[str, Message, Message | None, bool]


def states(language: Language, worst: Card) -> Iterator[Shown]:
    """Yield name, message, what its thread says, and whether it waits for an answer. *worst* has no room to spare."""
    resume = card(verb=RESUME, task=PAUSED, keys=KEYS)
    timed = card(keys=KEYS, resumes_at=NOW + 7200, terms="for 2h")
    asked = {
        "resume": resume,
        "resume-archives": replace(resume, task=replace(PAUSED, restores_archives=True)),
        "resume-worst": replace(worst, verb=RESUME, keys=LONG, freeze=None),
        "pause-with-keys": card(keys=KEYS),
        "pause-timed": timed,
        "pause-timed-worst": replace(worst, keys=LONG, resumes_at=NOW + 7200, freeze=None),
    }
    for name, shown in asked.items():
        yield f"asked-{name}", cards.asked(language, shown), cards.details(language, shown), True
    planned = replace(resume, follows="7f3a9c00")
    for name, outcome in RESUMED.items():
        ended = cards.ended(language, planned, outcome, at=NOW, confirm_within=600)
        yield name, ended.card, ended.note, False
    ended = cards.ended(language, timed, RESUMED["resumed-before"], at=NOW, confirm_within=600)
    yield "timed-paused-before", ended.card, ended.note, False
    yield "resumes-soon", announced(language, planned, NOW + 600), None, False
    yield from _reminders(language, resume)
    yield from _no_keys(language)


def _reminders(language: Language, shown: Card) -> Iterator[Shown]:
    reminders: dict[str, Reminding] = {
        "still-paused": StillPaused(task=PAUSED, days=7),
        "still-waiting": StillWaiting(tasks=(WAITING,) * 7, days=25, days_left=5),
        "waits-frozen": WaitsFrozen(task=PAUSED),
        "failed-since": FailedSince(task=FAILED),
    }
    for name, reminder in reminders.items():
        yield name, reminded(language, shown, reminder), None, False
    without = reminded(language, replace(shown, keys=None), reminders["still-paused"])
    yield "still-paused-no-keys", without, None, False


def _no_keys(language: Language) -> Iterator[Shown]:
    aws = replace(PAUSED, source_bucket="media-src", source_cloud="AWS")
    by_hand = Wish(verb=RESUME, project="prod-sg", targets=("media-872",))
    timed = Wish(verb="pause", project="prod-sg", targets=("media-872",), terms="for 2h")
    source = LackingKeys(side="source", bucket="media-src", cloud="AWS", why="none", region="ap-southeast-3")
    lent = LackingKeys(
        side="destination", bucket="media-dst", cloud="HuaweiCloud", why="tasks_only", region="ap-southeast-3"
    )
    for name, wish, lacking in (
        ("no-keys", by_hand, source),
        ("no-keys-lent", by_hand, lent),
        ("no-keys-timed", timed, source),
    ):
        answer = NoKeys(wish=wish, task=aws, lacking=lacking)
        yield name, answered(language, answer, wish=wish, operation_id="7f3a9c00"), None, False
