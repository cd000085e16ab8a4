"""What a proposer says, understood: our own JSON, or Alertmanager's webhook. Bytes in, values out. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from bot.conversation.proposed import Proposal

MOST_ALERTS: Final = 50  # in one webhook; Alertmanager groups them
PREFIX: Final = "oms_"
"""With which a label or an annotation begins that is meant for the bot."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Needed = Annotated[Text, StringConstraints(min_length=1)]


class MalformedError(ValueError):
    """What was sent is no proposal; the message says what is expected, and quotes nothing of it."""


class _Own(BaseModel):
    project: Needed
    task: Needed
    reason: Text = ""
    channel: Text = ""


class _Alert(BaseModel):
    """One alert. Source: Prometheus, "Alerting: configuration", webhook_config, version 4."""

    status: str = "firing"
    labels: dict[str, Text] = Field(default_factory=dict)
    annotations: dict[str, Text] = Field(default_factory=dict)


class _Webhook(BaseModel):
    alerts: list[_Alert] = Field(max_length=MOST_ALERTS)


def understood(body: bytes, proposer: str) -> list[Proposal]:
    """Return what *body* proposes. An alert that names no project and task of OMS is none.

    Raises:
        MalformedError: it is neither our JSON nor a webhook of Alertmanager.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedError("the body is not JSON") from None
    if not isinstance(content, dict):
        raise MalformedError("the body is not a JSON object")
    try:
        if "alerts" in content:
            return list(_of_alerts(_Webhook.model_validate(content), proposer))
        return [Proposal(proposer=proposer, **_Own.model_validate(content).model_dump())]
    except ValidationError as error:
        raise MalformedError(_fault(error.errors()[0])) from None


def _fault(fault: Any) -> str:  # noqa: ANN401  # pydantic's own kind of dict
    where = ".".join(map(str, fault["loc"]))
    return f"{where} is missing" if fault["type"] == "missing" else f"{where} is not valid: {fault['msg']}"


def _of_alerts(webhook: _Webhook, proposer: str) -> Iterator[Proposal]:
    for alert in webhook.alerts:
        said = {**alert.labels, **alert.annotations}
        if said.get("oms_project") and said.get("oms_task"):
            yield Proposal(
                proposer=proposer,
                project=said["oms_project"],
                task=said["oms_task"],
                channel=said.get("oms_channel", ""),
                reason=_reason(said),
                resolved=alert.status == "resolved",
            )


def _reason(said: Mapping[str, str]) -> str:
    return next((said[key] for key in ("summary", "description", "alertname") if said.get(key)), "")
