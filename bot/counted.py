"""All that can be counted is there from the start, at zero: from nothing to one, Prometheus sees no increase."""

from __future__ import annotations

from typing import get_args

from bot.conversation.names import ending_names, target_ending_names
from bot.conversation.policy import OUTSIDERS
from bot.metrics import Metrics
from bot.slack import answers, bolt, gate, newer_blocks
from bot.slack.telling import NOT_POSTED
from bot.text.say_page import Turned
from bot.verbs.parsing import Problem
from bot.verbs.registry import Registry


def begin_at_zero(metrics: Metrics, registry: Registry) -> None:
    """Name every word, ending, objection, rejection and kind of delivery that there is."""
    for word in (*registry.words, *(problem.__name__ for problem in get_args(Problem))):
        metrics.commands.labels(word)
    for verb in registry.verbs.values():
        for ending in (*ending_names(verb), NOT_POSTED):
            metrics.operations.labels(verb.name, ending)
        for ending in target_ending_names(verb):
            metrics.targets.labels(verb.name, ending)
    for name in answers.NAMES:
        metrics.refusals.labels(name)
    turned_away = {"gate": get_args(gate.Why), "page": get_args(Turned), "command": OUTSIDERS}
    for door, reasons in turned_away.items():
        for why in reasons:
            metrics.rejected.labels(door, why)
    for block in newer_blocks.NEWER:
        metrics.plain_messages.labels(block)
    for kind in bolt.KINDS:
        metrics.unheard.labels(kind)
        metrics.acknowledgements.labels(kind)
