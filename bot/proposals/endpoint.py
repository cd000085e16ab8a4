"""``POST /propose``: who says it is known by a token, and what is said is answered in one JSON object."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.conversation.proposed import Proposal
from bot.proposals.desk import DeniedError, Desk, TooManyError, UnavailableError
from bot.proposals.reading import MalformedError, understood
from bot.settings.sections import Proposer

log = structlog.get_logger(__name__)

MAX_BODY: Final = 256 * 1024
BODY_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = 30


def proposer_of(authorization: str, proposers: Mapping[str, Proposer]) -> str | None:
    """Return whose token an ``Authorization`` header carries; None if nobody's. It takes as long, whosever it is."""
    scheme, _, token = authorization.partition(" ")
    given = token.strip().encode()
    found = [
        name
        for name, proposer in proposers.items()
        if hmac.compare_digest(proposer.token.get_secret_value().encode(), given)
    ]
    return found[0] if found and scheme.casefold() == "bearer" else None


class Endpoint:
    """The ASGI app. `rejected` is told why a request was turned away."""

    def __init__(
        self, desk: Desk, proposers: Mapping[str, Proposer], *, rejected: Callable[[str], None]
    ) -> None:
        self._desk = desk
        self._proposers = proposers
        self._rejected = rejected

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 202 if something was taken; else why not."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return self._turned_away(405, "method", "send a POST")
        proposer = proposer_of(request.headers.get("authorization", ""), self._proposers)
        if proposer is None:
            return self._turned_away(401, "token", "the token is missing or not known")
        body = await _body(request)
        if body is None:
            return self._turned_away(
                413, "too_large", f"the body has more than {MAX_BODY} bytes, or came too slowly"
            )
        try:
            proposals = understood(body, proposer)
        except MalformedError as error:
            return self._turned_away(400, "unreadable", str(error))
        results = [await self._take(proposal) for proposal in proposals]
        status = min((code for code, _ in results), default=202)
        headers = {"Retry-After": str(_RETRY_SECONDS)} if status in (429, 503) else None
        return JSONResponse({"proposals": [said for _, said in results]}, status, headers)

    async def _take(self, proposal: Proposal) -> tuple[int, dict[str, Any]]:
        """Return what became of one proposal: as a status, the best of which is that of the whole, and in words."""
        about = {"project": proposal.project, "task": proposal.task}
        try:
            taken = await self._desk.take(proposal)
        except DeniedError as error:
            self._rejected("denied")
            return 403, {**about, "error": str(error)}
        except TooManyError:
            self._rejected("too_many")
            return 429, {**about, "error": "too many proposals in a minute"}
        except UnavailableError:
            return 503, {**about, "error": "Slack does not take it now; send it again"}
        return 202, {**about, "status": taken.outcome} | ({"link": taken.link} if taken.link else {})

    def _turned_away(self, status: int, why: str, error: str) -> Response:
        log.warning("proposal_turned_away", status=status, why=why)
        self._rejected(why)
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
        return JSONResponse({"error": error}, status, headers)


async def _body(request: Request) -> bytes | None:
    """Return the body; None if it is too long or comes too slowly."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return bytes(body)
