"""Before the form of the linking page: is the person who was invited at this very browser?

Whoever forwards the address of their page to somebody else would have that person's credential linked to themself. So
where the app can, Slack is asked who sits there. What was found out is a cookie, and its hash beside the invitation.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final, Protocol

from starlette.requests import Request

from bot.identity.invitations import Invitation

CALLBACK: Final = "/link/signed-in"  # no token looks like that
BEGUN: Final = "oms_link_sign_in"
TICKET: Final = "oms_link_proof"


@dataclass(frozen=True)
class Account:
    """The Slack account that signed in; `teams` are its workspace and, if any, its organisation."""

    user_id: str
    teams: frozenset[str]

    def is_invited(self, invitation: Invitation) -> bool:
        """Whether the page was opened for this account."""
        return self.user_id == invitation.user_id and invitation.team_id in self.teams


class SignIn(Protocol):
    """Slack, as far as it tells who signs in."""

    def url(self, *, state: str, nonce: str, team_id: str) -> str:
        """Return where a browser signs in."""

    async def account(self, code: str, nonce: str) -> Account | None:
        """Return who signed in; None if that was not told."""


@dataclass(frozen=True)
class Begun:
    """A sign-in that a browser began: kept in its cookie, because nobody else may end it."""

    state: str
    nonce: str
    token: str

    @classmethod
    def new(cls, token: str) -> Begun:
        """Return one that nobody can guess, for the page of *token*."""
        return cls(secrets.token_urlsafe(16), secrets.token_urlsafe(16), token)

    @classmethod
    def of(cls, request: Request) -> Begun | None:
        """Return the one that this browser began, if Slack leads back with its state."""
        parts = request.cookies.get(BEGUN, "").split(".")
        if len(parts) != 3:
            return None
        begun = cls(*parts)
        state = request.query_params.get("state", "")
        return begun if hmac.compare_digest(begun.state.encode(), state.encode()) else None

    @property
    def cookie(self) -> str:
        """Return what the browser keeps."""
        return f"{self.state}.{self.nonce}.{self.token}"


def new_ticket() -> tuple[str, str]:
    """Return what a browser keeps at which the invited person has signed in, and its hash."""
    ticket = secrets.token_urlsafe(16)
    return ticket, _hash(ticket)


def has_signed_in(request: Request, invitation: Invitation) -> bool:
    """Whether the invited person has signed in at this browser."""
    return hmac.compare_digest(_hash(request.cookies.get(TICKET, "")), invitation.signed_in or "")


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
