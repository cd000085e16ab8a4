"""Bolt, but that it acknowledges what nobody listens to, and makes no Web API client for each request.

An app receives whatever its settings at Slack subscribe to. Bolt answers 404 to what has no listener: Slack repeats an
event that was not acknowledged, shows a person an error, and in time switches the events off.
"""

from __future__ import annotations

import copy
import json
from typing import Any, Final

from prometheus_client import Counter
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.responses import Response

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


class Bolt(AsyncApp):
    """An `AsyncApp` that counts in `unheard` what it has no listener for."""

    def __init__(self, *, unheard: Counter, **options: Any) -> None:
        super().__init__(**options)
        self._unheard = unheard

    async def answer(self, payload: dict[str, Any]) -> Response:
        """Answer what the gate has read; Bolt need not read it again, as it need not what comes by a socket."""
        request = AsyncBoltRequest(mode="socket_mode", body=payload)
        return to_starlette_response(await self.async_dispatch(request))

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
        kind = "command" if "command" in req.body else _KINDS.get(req.body.get("type") or "", "other")
        self._unheard.labels(kind).inc()
        resp.status, resp.body = 200, json.dumps({"options": []}) if kind == "options" else ""
        return resp
