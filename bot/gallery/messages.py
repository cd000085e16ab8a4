"""Every message in every state, in a language: what pictures are taken of, what is measured, what Slack is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot.conversation import outcomes
from bot.conversation.answers import (
    Answer,
    AskedBefore,
    Driven,
    Frozen,
    History,
    Last,
    NoCard,
    NoSuchTask,
    NotFrozen,
    Past,
    StaysFrozen,
    TaskList,
    TaskReport,
    Unfrozen,
)
from bot.conversation.proposed import Proposal, Standing
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Freeze, Kind
from bot.conversation.values import Wish
from bot.conversation.verdicts import Verdict
from bot.conversation.watched import Sample
from bot.gallery import limits, resume
from bot.gallery.examples import (
    EVERY_OUTCOME,
    FAILED,
    MANY,
    MIGRATING,
    NOW,
    all_done,
    card,
    several_endings,
)
from bot.proposals.messages import proposed
from bot.slack import cards, cards_of_many
from bot.slack.answers import answered
from bot.slack.cards import Message
from bot.text.languages import Language

WORST: Final = replace(
    MIGRATING,
    name="very-long-name-of-a-nightly-migration-2026-11-27T02-14-43Z-prod",
    source="AWS customer-media-archive-eu-central-1-nightly",
    destination="customer-media-archive-ap-southeast-3",
    restores_archives=True,
    group="task group",
    waiting_tasks=12,
    progress=0.9999,
    speed=999_000_000,
    seconds_left=47 * 3600 + 59 * 60,
)
WORST_CARD: Final = card(
    task=WORST,
    project="production-singapore",
    principal="IAM user alice.with.a.long.name@example",
    reason="the nightly copy takes the whole line while customers upload",
    approvals=2,
    approvers=("U0BOB", "S0ONCALL"),
)

FREEZE: Final = Freeze(team_id="T0SANDBOX", user_id="U0BOB", at=NOW - 7200, reason="the line is full")
FROZEN_CARD: Final = replace(WORST_CARD, freeze=FREEZE)

GROUP: Final = replace(
    MIGRATING,
    kind=Kind.GROUP,
    task_id="group:0b3c1d2e-0000-4000-8000-000000000001",
    name="nightly",
    children=8,
    children_migrating=3,
    children_waiting=4,
    children_failed=1,
)
SAMPLES: Final = tuple(Sample(at=NOW + 30 * n, speed=420_000_000 - n * 10**7, status=2) for n in range(20))
PAST: Final = (
    Past(
        id="7f3a9c00", at=NOW, user_id="U0ALICE", project="prod-sg", verb="pause", task=WORST.name,
        reason=WORST_CARD.reason, outcome=EVERY_OUTCOME["paused"], agreed=("U0BOB",),
    ),
    Past(id="8f3a9c00", at=NOW - 9, user_id="U0BOB", project="prod-sg", verb="freeze", reason="the line is full"),
    Past(id="9f3a9c00", at=NOW - 99, user_id="U0BOB", project="prod-sg", verb="pause", task="media-872"),
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """One state: its name, and what is shown; `open` if the card waits for its answer."""

    name: str
    message: Message
    thread: Message | None = None
    open: bool = False


def states(language: Language) -> Iterator[State]:
    """Yield every state there is."""
    approving = card(approvals=2, approvers=("U0BOB",))
    yield State("asked", cards.asked(language, card()), cards.details(language, card()), open=True)
    yield State(
        "asked-archives",
        cards.asked(language, card(task=replace(MIGRATING, restores_archives=True))),
        open=True,
    )
    yield State(
        "asked-objects", cards.asked(language, card(task=replace(MIGRATING, by_objects=True))), open=True
    )
    yield State(
        "asked-worst", cards.asked(language, WORST_CARD), cards.details(language, WORST_CARD), open=True
    )
    yield State(
        "asked-approvals", cards.asked(language, approving), cards.details(language, approving), open=True
    )
    yield State("asked-alone", cards.asked(language, approving, ["U0BOB"], alone=True), open=True)
    yield State("agreed", cards.asked(language, approving, ["U0BOB"]), open=True)
    yield State("agreed-worst", cards.asked(language, WORST_CARD, ["U0BOB", "U0ALICE"]), open=True)
    yield State(
        "asked-frozen", cards.asked(language, FROZEN_CARD), cards.details(language, FROZEN_CARD), open=True
    )
    yield State("acting", cards.acting(language, card(), "U0ALICE", NOW))
    for name, outcome in EVERY_OUTCOME.items():
        ended = cards.ended(language, card(), outcome, at=NOW + 5, confirm_within=600)
        yield State(name.replace(": ", "-").replace(", ", "-").replace(" ", "-"), ended.card, ended.note)
    for more in (resume, limits):
        for name, message, thread, is_open in more.states(language, WORST_CARD):
            yield State(name, message, thread, is_open)
    yield from _of_many(language)
    yield from _whispers(language)
    yield from _proposals(language)


def _of_many(language: Language) -> Iterator[State]:
    verdict = Verdict(operation_id="7f3a9c00", kind="confirm", user_id="U0ALICE", message_ts="1.0", at=NOW)
    yield State("asked-many", cards.asked(language, MANY), cards.details(language, MANY), open=True)
    approving = replace(MANY, approvals=2, approvers=("U0BOB",), project="production-singapore")
    yield State("asked-many-approvals", cards.asked(language, approving), open=True)
    endings = several_endings()
    so_far = replace(endings, endings=endings.endings[:3])
    yield State("acting-many", cards_of_many.acting(language, MANY, verdict, so_far))
    for name, outcome in (("paused-many", all_done()), ("partly-many", endings)):
        ended = cards_of_many.ended(language, MANY, outcome, at=NOW)
        yield State(name, ended.card, ended.note)


def _proposals(language: Language) -> Iterator[State]:
    proposal = Proposal(proposer="alertmanager", project="prod-sg", task=WORST.name, reason=WORST_CARD.reason)
    standing = Standing(proposal=proposal, message_ts=None, times=3, first_at=NOW, last_at=NOW + 300)
    wish = Wish(verb="pause", project="prod-sg", targets=(WORST.name,))
    yield State("proposed", proposed(language, standing, wish))
    yield State("proposed-resolved", proposed(language, replace(standing, resolved_at=NOW + 360), wish))


def _whispers(language: Language) -> Iterator[State]:
    wish = Wish(verb="pause", project="prod-sg", targets=("media-872",))
    fast = tuple(
        replace(MIGRATING, task_id=str(n), name=f"media-{n}", speed=(9 - n) * 10**8) for n in range(3)
    )
    answers: dict[str, Answer] = {
        "list": TaskList(project="prod-sg", tasks=fast, total=54, speed=3 * 10**9),
        "list-frozen": TaskList(
            project="prod-sg",
            tasks=(GROUP, replace(MIGRATING, group="task group", driver_id="0b3c1d2e"), WORST),
            total=3,
            offers=("pause", "", "pause"),
            groups=1,
            freeze=FREEZE,
        ),
        "status": TaskReport(
            project="prod-sg",
            region="ap-southeast-3",
            task=replace(MIGRATING, objects_total=20_000, objects_done=10_440, started_at=NOW - 3_600),
            offers=("pause",),
            also=("watch",),
            last=Last(verb="pause", user_id="U0BOB", at=NOW - 86_400),
        ),
        "status-watched": TaskReport(
            project="prod-sg", region="ap-southeast-3", task=MIGRATING, offers=("pause",), samples=SAMPLES
        ),
        "status-failed": TaskReport(
            project="prod-sg",
            region="ap-southeast-3",
            task=replace(FAILED, error_message="The source bucket denied access.", objects_failed=12),
            offers=("resume",),
            freeze=FREEZE,
        ),
        "status-worst": TaskReport(
            project="production-singapore",
            region="ap-southeast-3",
            task=replace(WORST, bandwidth=("09:00-18:00 5000000", "18:00-23:00 20971520")),
            offers=("pause", "resume"),
            also=("watch",),
        ),
        "status-group": TaskReport(
            project="prod-sg", region="ap-southeast-3", task=GROUP, offers=("pause",), also=("watch",)
        ),
        "no-such-task": NoSuchTask(project="prod-sg", task="media-8", closest=("media-872",)),
        "asked-before": AskedBefore(wish=wish, user_id="U0BOB", seconds=120, channel_id="C0", ts="1.0"),
        "history": History(wish=Wish(verb="history", project="prod-sg"), page=PAST, older=wish),
        "frozen": Frozen(project="prod-sg", freeze=FREEZE),
        "unfrozen": Unfrozen(project="prod-sg", by="U0ALICE", freeze=FREEZE),
        "not-frozen": NotFrozen(project="prod-sg"),
        "stays-frozen": StaysFrozen(project="prod-sg", freeze=FREEZE, approvers=("U0BOB", "S0ONCALL")),
        "refused-frozen": NoCard(wish=wish, outcome=outcomes.Refused(reason=Reason.FROZEN, freeze=FREEZE)),
        "unread": NoCard(wish=wish, outcome=EVERY_OUTCOME["failed"], principal="IAM user alice"),
        "driven": Driven(wish=wish, task=replace(MIGRATING, group="task group", driver_id="1f2e3d4c")),
        "driven-by-sync": Driven(wish=wish, task=replace(MIGRATING, group="sync task")),
        "not-linked": NoCard(wish=wish, outcome=outcomes.Refused(reason=Reason.NOT_LINKED)),
    }
    for name, answer in answers.items():
        link = "https://sandbox.slack.com/archives/C0/p10"
        message = answered(language, answer, wish=wish, operation_id="7f3a9c00", link=link)
        yield State(name, message)
        if message.plain:
            yield State(f"{name}-plain", replace(message, blocks=message.plain, plain=[]))
