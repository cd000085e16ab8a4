"""The cards of speed limits, in every state, and watches: for the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.conversation import outcomes
from bot.conversation.values import Card
from bot.conversation.watched import Sample, Sighting, Watch
from bot.gallery.examples import MIGRATING, NOW, TASK_ID, card
from bot.slack import cards, watch_messages
from bot.slack.cards import Message
from bot.text.languages import Language

LIMITED = replace(MIGRATING, bandwidth=("09:00-18:00 52428800",))
TERMS = {
    "slower": "20",
    "at-times": "20 09:00-12:00 13:00-18:00 22:00-06:00",
    "off": "off",
    "back": "off 150 08:00-20:00",
}


def states(language: Language, worst: Card) -> Iterator[tuple[str, Message, Message | None, bool]]:
    """Yield name, message, thread and whether it waits for its answer."""
    for name, terms in TERMS.items():
        asked = card(verb="throttle", task=LIMITED, terms=terms, reason="")
        yield f"throttle-{name}", cards.asked(language, asked), cards.details(language, asked), True
        done = outcomes.Done(task=LIMITED, seen_at=NOW, seconds=2)
        ended = cards.ended(language, asked, done, at=NOW, confirm_within=600)
        yield f"throttled-{name}", ended.card, ended.note, False
    crowded = replace(
        worst, verb="throttle", terms=TERMS["at-times"], task=replace(worst.task, bandwidth=LIMITED.bandwidth)
    )
    yield "throttle-worst", cards.asked(language, crowded), cards.details(language, crowded), True
    yield from _watches(language)


def _watches(language: Language) -> Iterator[tuple[str, Message, Message | None, bool]]:
    samples = tuple(
        Sample(at=NOW + 30 * n, speed=420_000_000 if n < 9 else 0, status=2 if n < 9 else 3)
        for n in range(12)
    )
    watch = Watch(
        id="7f3a9c00",
        team_id="T0SANDBOX",
        user_id="U0ALICE",
        channel_id="C0INCIDENTS",
        project="prod-sg",
        task_id=TASK_ID,
        name="media-872",
        locale="",
        found_in="T0SANDBOX",
        begun_at=NOW,
        until=NOW + 3600,
        samples=samples,
    )
    seen = Sighting(task=MIGRATING, principal="IAM user alice")
    yield "watching", watch_messages.going_on(language, watch, seen), None, False
    over = watch_messages.over(
        language, replace(watch, over="stopped", over_at=NOW + 360, stopped_by="U0BOB")
    )
    yield "watched", over, None, False
    yield "watched-plain", Message(over.text, over.plain), None, False
    yield "slot-taken", watch_messages.slot_taken(language, "prod-sg", MIGRATING), None, False
