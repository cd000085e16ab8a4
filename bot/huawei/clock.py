"""How far the clock of this machine is off, by the `Date` of Huawei Cloud's answers.

A signature that is 15 minutes off is refused (platforms.md, Signatures), and Slack's deliveries already at five.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx


class Skew:
    """What the newest answer says: `seconds` that this clock is ahead, to about one; NaN before there is any."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.seconds = math.nan

    async def note(self, response: httpx.Response) -> None:
        """Take in an answer, if it says when it was given."""
        given = date_of(response)
        if given is not None:
            now = given + 0.5  # the header has whole seconds: half of one on average
            self.seconds = self._clock() - now


def date_of(response: httpx.Response) -> float | None:
    """Return when an answer was given, in Unix seconds by the clock over there; None if it does not say."""
    try:
        given = parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return None
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()
