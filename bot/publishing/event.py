"""An ending as an event: what another system is told of it. Values in, values out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from bot.conversation.names import ending_name
from bot.conversation.outcomes import OfTarget, Outcome, Several
from bot.conversation.ports import Verb
from bot.conversation.values import Card, Operation, card_from
from bot.conversation.verdicts import Verdict
from bot.slack import cards_of_many
from bot.text.format import unmarked
from bot.text.languages import Language

TYPE: Final = "oms-bot.operation.ended"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an operation ended, in words for people and in values for programs. `at` is Unix seconds."""

    id: str
    at: float
    channel: str
    task: str
    text: str
    data: dict[str, Any]


def ending_of(
    language: Language, operation: Operation, verdict: Verdict, outcome: Outcome, verb: Verb, *, at: float
) -> Ending:
    """Return what is told. No two endings of an operation have the same id; one that is told again has the same."""
    card = card_from(operation.card)
    name = ending_name(outcome, verb)
    said = cards_of_many.ending_of(
        language, card, outcome, at=verdict.at, confirm_within=operation.confirm_within
    )
    text = unmarked(said.text)
    return Ending(
        id=f"{operation.id}:{name}",
        at=at,
        channel=operation.channel_id,
        task=operation.task_id,
        text=text,
        data={"ending": name, "text": text, **_about(operation, card, verdict), **_targets(outcome, verb)},
    )


def _about(operation: Operation, card: Card, verdict: Verdict) -> dict[str, Any]:
    return {
        "operation": operation.id,
        "verb": operation.verb,
        "project": operation.project,
        "project_id": card.project_id,
        "region": card.region,
        "task": {"id": operation.task_id, "name": card.task.name},
        "reason": card.reason,
        "requester": {
            "slack_team": operation.team_id,
            "slack_user": operation.user_id,
            "principal": card.principal,
        },
        "decided_by": verdict.user_id,
        "approved_by": list(verdict.approved_by),
        "slack_channel": operation.channel_id,
        "asked_at": operation.asked_at,
        "decided_at": verdict.at,
    }


def _targets(outcome: Outcome, verb: Verb) -> dict[str, Any]:
    if not isinstance(outcome, Several):
        return {}
    return {"targets": [_target(ending, verb) for ending in outcome.endings]}


def _target(ending: OfTarget, verb: Verb) -> dict[str, str]:
    return {
        "id": ending.task.task_id,
        "name": ending.task.name,
        "ending": ending_name(ending.outcome, verb),
    }
