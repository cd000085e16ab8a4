"""Values that expire, fetched once however many wait for them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

import cachetools
import httpx

from bot.huawei.clock import date_of
from bot.tracing import apart

Value = TypeVar("Value")
Clock = Callable[[], float]
"""Seconds since 1970, such as `time.time`."""

RENEWAL_PAUSE: Final = 10.0  # seconds without another renewal, when even a value just fetched was rejected
LONGEST_MARGIN: Final = 300.0  # seconds before the end at which a value is no longer handed out
_UNKNOWN_LIFE: Final = 600.0  # seconds, when IAM's expiry could not be read


@dataclass(frozen=True, slots=True)
class Expiring(Generic[Value]):
    """A fetched value and how many seconds it is good for."""

    value: Value
    life: float


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Value]):
    value: Value
    until: float


class ExpiringCache(Generic[Value]):
    """Keeps values until 5 minutes, or a third of their life if that is less, before they expire."""

    def __init__(self, *, clock: Clock = time.time, maxsize: int = 4096) -> None:
        self._clock = clock
        self._kept: cachetools.TLRUCache[Hashable, _Kept[Value]] = cachetools.TLRUCache(
            maxsize, ttu=_fresh_until, timer=clock
        )
        self._fetching: dict[Hashable, asyncio.Task[Value]] = {}
        self._rejected_anew: cachetools.TTLCache[Hashable, bool] = cachetools.TTLCache(
            maxsize, RENEWAL_PAUSE, timer=clock
        )

    async def get(self, key: Hashable, fetch: Callable[[], Awaitable[Expiring[Value]]]) -> Value:
        """The kept value, or that of the one fetch that all callers of this key wait for.

        A caller that is cancelled leaves the fetch to the others. Errors of `fetch` are raised, not kept.
        """
        kept = self._kept.get(key)
        if kept is not None:
            return kept.value
        task = self._fetching.get(key)
        if task is None:
            # The fetch serves everyone, so it carries nobody's log fields or workflow.
            task = asyncio.get_running_loop().create_task(self._fetch(key, fetch), context=apart())
            self._fetching[key] = task
            task.add_done_callback(lambda done: self._finish(key, done))
        return await asyncio.shield(task)

    def fresh_for(self, key: Hashable) -> float:
        """For how many seconds the kept value will be handed out; 0 if there is none."""
        kept = self._kept.get(key)
        return max(0.0, kept.until - self._clock()) if kept else 0.0

    def discard(self, key: Hashable, value: Value) -> None:
        """Drop `value` if it is still the one kept: whoever notices late must not drop its successor."""
        kept = self._kept.get(key)
        if kept is not None and kept.value == value:
            self._kept.pop(key, None)

    def is_worth_renewing(self, key: Hashable) -> bool:
        """Whether a new value may help: not if the last one was rejected as well, a moment ago."""
        return key not in self._rejected_anew

    def rejected_anew(self, key: Hashable) -> None:
        """Note that even a value just fetched was rejected, so that IAM is not asked at every request."""
        self._rejected_anew[key] = True

    async def _fetch(self, key: Hashable, fetch: Callable[[], Awaitable[Expiring[Value]]]) -> Value:
        fetched = await fetch()
        margin = min(LONGEST_MARGIN, fetched.life / 3)
        self._kept[key] = _Kept(fetched.value, self._clock() + fetched.life - margin)
        return fetched.value

    def _finish(self, key: Hashable, done: "asyncio.Task[Value]") -> None:
        self._fetching.pop(key, None)
        if not done.cancelled():
            done.exception()  # seen, even if everyone who waited has been cancelled


def life(expires_at: object, response: httpx.Response, clock: Clock) -> float:
    """Seconds left until `expires_at` (ISO 8601), by the answer's own `Date`: the clock here may be wrong."""
    try:
        end = datetime.fromisoformat(str(expires_at))
    except ValueError:
        return _UNKNOWN_LIFE
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    now = date_of(response)
    return end.timestamp() - (clock() if now is None else now)


def _fresh_until(_key: Hashable, kept: "_Kept[Value]", _now: float) -> float:
    return kept.until
