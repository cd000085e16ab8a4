"""Slack's bad days, on demand: faults that hit chosen calls a counted number of times, and rate limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """One thing that goes wrong, for `times` calls of `method` ("*" is every method, None is for ever).

    Attributes:
        method: A Web API method, or "response_url".
        status: Answer with this HTTP status and a body that is not JSON.
        error: Answer `{"ok": false, "error": …}`.
        retry_after: Answer 429 with this Retry-After, in seconds.
        cut: Close the connection instead of answering.
        delay: Wait this long first, in seconds (fractions welcome).
        after_effect: The call takes effect first, and only its answer is replaced, lost or late.
        times: How many calls are still to be hit.
        when: Hit only calls whose arguments satisfy this.
        hits: How many calls were hit so far.
    """

    method: str
    status: int | None = None
    error: str | None = None
    retry_after: int | None = None
    cut: bool = False
    delay: float = 0.0
    after_effect: bool = False
    times: int | None = 1
    when: Callable[[Mapping[str, Any]], bool] | None = None
    hits: int = field(default=0, init=False)

    def hit(self, method: str, args: Mapping[str, Any]) -> bool:
        """Say whether this call is hit, and count it."""
        if self.times == 0 or self.method not in ("*", method) or (self.when and not self.when(args)):
            return False
        self.hits += 1
        self.times = None if self.times is None else self.times - 1
        return True


class Faults:
    """The faults that wait for a call, in the order in which they were added; one call meets the first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, method: str, **how: Any) -> Fault:
        """Add a `Fault(method, …)` and return it, so that its `hits` can be read."""
        fault = Fault(method, **how)
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Let the sun shine: forget every fault."""
        self.waiting.clear()

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """Return the fault that hits this call, if one does."""
        return next((fault for fault in self.waiting if fault.hit(method, args)), None)


class RateLimit:
    """About one post a second in each channel, with short bursts (platforms.md, Slack: messages). Off at first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._per_second: float | None = None
        self._burst = 1
        self._buckets: dict[str, tuple[float, float]] = {}

    def turn_on(self, *, per_second: float = 1.0, burst: int = 4) -> None:
        """Allow `burst` messages at once in a channel, and `per_second` after that."""
        self._per_second, self._burst, self._buckets = per_second, burst, {}

    def turn_off(self) -> None:
        """Allow everything."""
        self._per_second = None

    def wait(self, channel: str) -> float:
        """Return the seconds that a caller must wait, 0 if the message may pass (and is counted)."""
        if self._per_second is None:
            return 0.0
        now = self._clock()
        left, then = self._buckets.get(channel, (float(self._burst), now))
        left = min(float(self._burst), left + (now - then) * self._per_second)
        if left < 1:
            return (1 - left) / self._per_second
        self._buckets[channel] = (left - 1, now)
        return 0.0
