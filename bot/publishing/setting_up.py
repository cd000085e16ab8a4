"""The receivers that the settings name, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

from bot.audit import Audit
from bot.conversation.durable import Durable
from bot.conversation.operations import Operations
from bot.conversation.ports import Verb
from bot.conversation.publishing import Publications, bind
from bot.metrics import Metrics
from bot.publishing.publisher import Publisher
from bot.publishing.receivers import receiver_of
from bot.settings.load import Settings
from bot.text.languages import Language


def publications(
    settings: Settings,
    *,
    operations: Operations,
    durable: Durable,
    http: httpx.AsyncClient,
    verbs: Mapping[str, Verb],
    audit: Audit,
    metrics: Metrics,
    clock: Callable[[], float],
) -> Publications:
    """Return what sends endings there, bound to this process's workflows. They are in the one language, or English."""
    source = settings.public_url or "oms-bot"
    publisher = Publisher(
        {name: receiver_of(section, source) for name, section in settings.outcomes.items()},
        http=http,
        verbs=verbs,
        language=Language(settings.texts.language or Language.EN),
        audit=audit,
        metrics=metrics,
        clock=clock,
    )
    made = Publications(publisher=publisher, operations=operations, durable=durable, clock=clock)
    bind(made)
    return made
