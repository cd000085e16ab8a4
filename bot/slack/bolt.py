"""Bolt, but that it acknowledges what nobody listens to, and makes no Web API client for each request.

An app receives whatever its settings at Slack subscribe to. Bolt answers 404 to what has no listener: Slack repeats an
event that was not acknowledged, shows a person an error, and in time switches the events off.
"""

from __future__ import annotations

import copy
import json
import time
from typing import Any, Final

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.responses import Response

from bot.metrics import Metrics

# Slack's types of payloads, as labels of a metric; any other is "other".
_KINDS: Final = {
    "event_callback": "event",
    "block_actions": "action",
    "interactive_message": "action",
    "shortcut": "shortcut",
    "message_action": "shortcut",
    "view_submission": "view",
    "view_closed": "view",
    "block_suggestion": "options",
}
KINDS: Final = tuple(dict.fromkeys(("command", *_KINDS.values(), "other")))
"""What Slack delivers, for the metrics."""


class Bolt(AsyncApp):
    """An `AsyncApp` that measures how long Slack waits, and counts what it has no listener for."""

    def __init__(self, *, metrics: Metrics, **options: Any) -> None:
        super().__init__(**options)
        self._metrics = metrics

    async def answer(self, payload: dict[str, Any]) -> Response:
        """Answer what the gate has read; Bolt need not read it again, as it need not what comes by a socket."""
        request = AsyncBoltRequest(mode="socket_mode", body=payload)
        return to_starlette_response(await self.async_dispatch(request))

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer what came over HTTP or by a socket."""
        began = time.perf_counter()
        try:
            return await super().async_dispatch(req)
        finally:
            self._metrics.acknowledgements.labels(_kind_of(req.body)).observe(time.perf_counter() - began)

    def _init_context(self, req: AsyncBoltRequest) -> None:
        """Give a request a client of its own, whose token may be set: a copy.

        Bolt's own makes one, and reads the proxies from the environment for it: a tenth of an acknowledgement.
        """
        req.context["logger"] = self.logger
        req.context["token"] = None
        req.context["client"] = copy.copy(self.client)
        req.context["listener_runner"] = self.listener_runner

    def _handle_unmatched_requests(self, req: AsyncBoltRequest, resp: BoltResponse) -> BoltResponse:
        """Acknowledge what has no listener. Bolt's own would log a part of it, too."""
        kind = _kind_of(req.body)
        self._metrics.unheard.labels(kind).inc()
        resp.status, resp.body = 200, json.dumps({"options": []}) if kind == "options" else ""
        return resp


def _kind_of(body: dict[str, Any]) -> str:
    return "command" if "command" in body else _KINDS.get(body.get("type") or "", "other")
