"""One fetch however many wait, and nothing kept longer than it is good."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable

import httpx
import pytest

from bot.huawei.iam.cache import Expiring, ExpiringCache, life


class Clock:
    """A time that passes when told to."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now


class Source:
    """Gives 1, 2, 3, … when allowed to."""

    def __init__(self, seconds: float = 86400.0) -> None:
        self.fetched = 0
        self.seconds = seconds
        self.allowed = asyncio.Event()

    async def __call__(self) -> Expiring[int]:
        """Fetch the next number."""
        self.fetched += 1
        await self.allowed.wait()
        return Expiring(self.fetched, self.seconds)


async def test_a_value_is_fetched_once_and_kept() -> None:
    """The second caller does not wait."""
    cache, source = ExpiringCache[int](), Source()
    source.allowed.set()
    assert [await cache.get("k", source), await cache.get("k", source)] == [1, 1]
    assert source.fetched == 1


async def test_a_hundred_who_wait_share_one_fetch() -> None:
    """And each key has its own."""
    cache, source, other = ExpiringCache[int](), Source(), Source()
    waiting = [asyncio.ensure_future(cache.get("k", source)) for _ in range(100)]
    elsewhere = asyncio.ensure_future(cache.get("other", other))
    await asyncio.sleep(0)
    source.allowed.set()
    other.allowed.set()
    assert set(await asyncio.gather(*waiting)) == {1}
    assert await elsewhere == 1
    assert (source.fetched, other.fetched) == (1, 1)


async def test_the_first_to_wait_may_leave() -> None:
    """The others still get the value of the same fetch."""
    cache, source = ExpiringCache[int](), Source()
    first, second = (asyncio.ensure_future(cache.get("k", source)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    source.allowed.set()
    assert await second == 1
    assert first.cancelled()
    assert source.fetched == 1


async def test_a_failure_is_for_those_who_waited_and_not_kept() -> None:
    """The next caller tries anew; a failure nobody waits for any more warns nobody."""
    cache = ExpiringCache[int]()
    failures = 0

    async def failing() -> Expiring[int]:
        nonlocal failures
        failures += 1
        await asyncio.sleep(0)
        raise LookupError

    both = await asyncio.gather(cache.get("k", failing), cache.get("k", failing), return_exceptions=True)
    assert [type(error) for error in both] == [LookupError, LookupError]
    assert failures == 1
    alone = asyncio.ensure_future(cache.get("k", failing))
    await asyncio.sleep(0)
    alone.cancel()
    await asyncio.sleep(0.001)
    with pytest.raises(LookupError):
        await cache.get("k", failing)
    assert failures == 3


@pytest.mark.parametrize(("seconds", "kept"), [(86400.0, 86100.0), (900.0, 600.0), (300.0, 200.0)])
async def test_a_value_is_renewed_well_before_it_expires(seconds: float, kept: float) -> None:
    """5 minutes before, or a third of its life."""
    clock = Clock()
    cache, source = ExpiringCache[int](clock=clock), Source(seconds)
    source.allowed.set()
    await cache.get("k", source)
    clock.now += kept - 1
    assert await cache.get("k", source) == 1
    clock.now += 1
    assert await cache.get("k", source) == 2


async def test_a_value_that_is_already_over_is_used_once() -> None:
    """A clock gone wrong makes it slow, not wrong."""
    cache, source = ExpiringCache[int](), Source(-5.0)
    source.allowed.set()
    assert [await cache.get("k", source), await cache.get("k", source)] == [1, 2]


async def test_only_the_value_that_failed_is_discarded() -> None:
    """Whoever notices late must not throw away its successor."""
    cache, source = ExpiringCache[int](), Source()
    source.allowed.set()
    dead = await cache.get("k", source)
    cache.discard("k", dead)
    assert await cache.get("k", source) == 2
    cache.discard("k", dead)
    cache.discard("nobody", dead)
    assert await cache.get("k", source) == 2


async def test_a_fetch_carries_nothing_of_the_first_caller() -> None:
    """Neither its log fields nor its workflow."""
    person: contextvars.ContextVar[str] = contextvars.ContextVar("person", default="nobody")
    person.set("alice")

    async def who() -> Expiring[str]:
        return Expiring(person.get(), 60)

    fetch: Callable[[], Awaitable[Expiring[str]]] = who
    assert await ExpiringCache[str]().get("k", fetch) == "nobody"


@pytest.mark.parametrize(
    ("expires_at", "date", "seconds"),
    [
        ("2026-11-25T08:30:15.701000Z", "Tue, 24 Nov 2026 08:30:15 GMT", 86400.701),
        ("2026-11-25T08:30:15", "Tue, 24 Nov 2026 08:30:15 GMT", 86400.0),
        ("1970-01-13T13:46:41Z", None, 1.0),
        ("1970-01-13T13:46:41Z", "not a date", 1.0),
        ("tomorrow", "Tue, 24 Nov 2026 08:30:15 GMT", 600.0),
        (None, None, 600.0),
    ],
)
def test_the_life_of_a_value_is_measured_by_the_clock_that_set_it(
    expires_at: object, date: str | None, seconds: float
) -> None:
    """By IAM's own Date if there is one; the clock here says 1970-01-12 13:46:40 plus a day."""
    response = httpx.Response(201, headers={"Date": date} if date else {})
    assert life(expires_at, response, Clock(1_000_000.0 + 86400.0)) == pytest.approx(seconds)
