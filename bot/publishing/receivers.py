"""The kinds of receivers, and what each makes of an ending. A new kind is a class here and its section of the settings.

ReceiverError
├── TryAgain     not taken now; `after` seconds are asked for, if any
├── GivenUp      refused for good
└── InDoubt      it may have arrived, and nothing could tell a repetition from a second ending
"""

# ruff: noqa: N818  # the names read as what happened, as in `bot.slack.delivery`

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import httpx
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from standardwebhooks import Webhook

from bot.publishing.event import TYPE, Ending
from bot.settings.outcomes import OutcomeSettings, PagerDutyNotes, RootlyEvents, SignedWebhook

_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_TAKEN: Final = frozenset({429, 503})  # of those, what says that nothing was done


class ReceiverError(Exception):
    """A receiver did not take an ending. Its text is for the audit, and holds no address and no secret."""


class TryAgain(ReceiverError):
    """Not now."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class GivenUp(ReceiverError):
    """Never."""


class InDoubt(ReceiverError):
    """Perhaps."""


class Receiver(ABC):
    """Where endings go. `repeatable`: whoever receives one twice can tell."""

    repeatable: bool

    @abstractmethod
    def request(self, ending: Ending) -> httpx.Request | None:
        """Return what is sent; None if this ending is none of its concern."""

    async def send(self, http: httpx.AsyncClient, ending: Ending) -> bool:
        """Send an ending once. Return whether there was anything to send.

        Raises:
            ReceiverError: it was not taken, or that can't be told.
        """
        request = self.request(ending)
        if request is None:
            return False
        try:
            response = await http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TryAgain(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise self._doubt(type(error).__name__) from None
        if response.is_success:
            return True
        why = f"HTTP {response.status_code}"
        if response.status_code not in _PASSING:
            raise GivenUp(why)
        if response.status_code in _NOT_TAKEN:
            raise TryAgain(why, _seconds(response.headers.get("Retry-After", "")))
        raise self._doubt(why)

    def _doubt(self, why: str) -> ReceiverError:
        return TryAgain(why) if self.repeatable else InDoubt(why)


class WebhookReceiver(Receiver):
    """A CloudEvent, signed as Standard Webhooks say. Source: cloudevents.io 1.0; standardwebhooks.com."""

    repeatable = True

    def __init__(self, settings: SignedWebhook, source: str) -> None:
        self._url = settings.url
        self._webhook = Webhook(settings.secret.get_secret_value())
        self._source = source

    def request(self, ending: Ending) -> httpx.Request:
        """Return the event; its id is the message's, by which a repetition is known."""
        event = CloudEvent(
            {
                "id": ending.id,
                "source": self._source,
                "type": TYPE,
                "specversion": "1.0",
                "subject": ending.task,
                "time": datetime.fromtimestamp(ending.at, UTC),
                "datacontenttype": "application/json",
            },
            ending.data,
        )
        body = JSONFormat().write(event)
        now = datetime.now(UTC)
        headers = {
            "Content-Type": "application/cloudevents+json",
            "webhook-id": ending.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(ending.id, now, body.decode()),
        }
        return httpx.Request("POST", self._url, content=body, headers=headers)


class PagerDutyReceiver(Receiver):
    """A note on the incident of the channel. Source: PagerDuty, "Create a note on an incident"."""

    repeatable = False

    def __init__(self, settings: PagerDutyNotes) -> None:
        self._settings = settings

    def request(self, ending: Ending) -> httpx.Request | None:
        """Return the note."""
        incident = self._settings.channels.get(ending.channel)
        if incident is None:
            return None
        return httpx.Request(
            "POST",
            f"{self._settings.url}/incidents/{quote(incident, safe='')}/notes",
            json={"note": {"content": ending.text}},
            headers={
                "Authorization": f"Token token={self._settings.token.get_secret_value()}",
                "From": self._settings.from_,
                "Accept": "application/json",
            },
        )


class RootlyReceiver(Receiver):
    """An event of the incident of the channel. Source: Rootly, "Creates an incident event"."""

    repeatable = False

    def __init__(self, settings: RootlyEvents) -> None:
        self._settings = settings

    def request(self, ending: Ending) -> httpx.Request | None:
        """Return the event."""
        incident = self._settings.channels.get(ending.channel)
        if incident is None:
            return None
        about: dict[str, Any] = {"event": ending.text, "visibility": "internal"}
        return httpx.Request(
            "POST",
            f"{self._settings.url}/v1/incidents/{quote(incident, safe='')}/events",
            json={"data": {"type": "incident_events", "attributes": about}},
            headers={
                "Authorization": f"Bearer {self._settings.token.get_secret_value()}",
                "Content-Type": "application/vnd.api+json",
            },
        )


def receiver_of(settings: OutcomeSettings, source: str) -> Receiver:
    """Return the receiver that a section of the settings describes. *source* names this bot in events."""
    match settings:
        case SignedWebhook():
            return WebhookReceiver(settings, source)
        case PagerDutyNotes():
            return PagerDutyReceiver(settings)
        case RootlyEvents():
            return RootlyReceiver(settings)


def _seconds(value: str) -> float | None:
    return float(value) if value.isdecimal() else None
