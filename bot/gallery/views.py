"""Every modal, and the App Home, in a language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, get_args

from bot.gallery.examples import MIGRATING, card
from bot.gallery.messages import FREEZE, PAST, WORST, WORST_CARD
from bot.slack import ask_modal, home, modals, reason_modal
from bot.slack.ask_modal import Draft
from bot.slack.home import Home, Usable, Waits
from bot.text.languages import Language
from bot.text.say_consent import Why
from bot.verbs.registry import REGISTRY

_CHANNEL: Final = "C0INCIDENTS"
_DRAFT: Final = Draft(project="prod-sg", task=MIGRATING.task_id, named="media-872", channel=_CHANNEL)
_TASKS: Final = tuple(replace(WORST, task_id=str(n), name=f"{n}-{WORST.name}") for n in range(9))
_HOME: Final = Home(
    credential="IAM user alice",
    linked=True,
    has_page=True,
    waiting=(
        Waits(card=card(), channel_id=_CHANNEL),
        Waits(card=WORST_CARD, channel_id=_CHANNEL, agreed=("U0BOB",), own=False),
        Waits(card=replace(WORST_CARD, task=_TASKS[0]), channel_id=_CHANNEL),
    ),
    past=PAST,
    projects=(
        Usable(alias="prod-sg", region="ap-southeast-3", channels=(_CHANNEL,), freeze=FREEZE, tasks=_TASKS),
        Usable(alias="staging", region="cn-north-4", tasks=(MIGRATING,)),
        Usable(alias="lab", region="cn-north-4"),
    ),
    shows=True,
)


def views(language: Language) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each with its name."""
    forms = ask_modal.fitting({name: REGISTRY.words[name].form for name in REGISTRY.verbs})
    yield "ask-opening", ask_modal.modal(language, Draft(channel=_CHANNEL), forms, None)
    for verb in forms:
        yield (
            f"ask-{verb}",
            ask_modal.modal(language, replace(_DRAFT, verb=verb), forms, ["prod-sg", "staging"]),
        )
    yield "ask-nothing", ask_modal.modal(language, Draft(channel=_CHANNEL), forms, [])
    subject = modals.Subject(project="prod-sg", task=MIGRATING.task_id, channel=_CHANNEL)
    yield "slow-down", modals.throttle(language, subject, WORST.name)
    place = reason_modal.Place(operation=card().operation_id, channel=_CHANNEL, message="1.0")
    for why in get_args(Why):
        yield why, reason_modal.ask(language, why, WORST_CARD, place)
    yield "home", home.view(language, _HOME)
    yield "home-unlinked", home.view(language, Home(credential="…", linked=False, has_page=True))
