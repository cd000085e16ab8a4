"""A credential that was refused once is not tried again, so nobody is locked out."""

import asyncio

import pytest

from bot.huawei import errors
from bot.huawei.iam.rejections import REMEMBERED_FOR, Rejections, fingerprint


class Clock:
    """A time that passes when told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now


async def allowed(rejected: Rejections, key: str = "alice") -> bool:
    """Whether this credential would be used."""
    try:
        async with rejected.attempt(key):
            return True
    except errors.HuaweiError:
        return False


async def test_a_refusal_is_repeated_as_it_was_said() -> None:
    """With the code and the request id of the one time it was asked."""
    rejected = Rejections()
    original = errors.CredentialRejected("wrong", code="IAM.0062", request_id="r1", status=401, source="iam")
    rejected.remember("alice", original)
    for _ in range(2):
        with pytest.raises(errors.CredentialRejected) as caught:
            async with rejected.attempt("alice"):
                pytest.fail("the credential was used")
        assert caught.value is not original
        assert vars(caught.value) == vars(original)
    assert await allowed(rejected, "bob")


async def test_a_refusal_is_forgotten_when_its_owner_says_so_or_after_an_hour() -> None:
    """An hour is longer than any window in which IAM counts."""
    clock = Clock()
    rejected = Rejections(clock=clock)
    rejected.remember("alice", errors.CredentialRejected())
    rejected.forget("alice")
    rejected.forget("nobody")
    assert await allowed(rejected)
    rejected.remember("alice", errors.CredentialRejected())
    clock.now += REMEMBERED_FOR - 1
    assert not await allowed(rejected)
    clock.now += 1
    assert await allowed(rejected)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (errors.AccountLocked(retry_after=900.0), 900.0),
        (errors.Throttled(retry_after=60.0), 60.0),
        (errors.Throttled(), 10.0),
    ],
)
async def test_a_lock_is_remembered_for_its_time(error: errors.HuaweiError, seconds: float) -> None:
    """And tells how much of it is left."""
    clock = Clock()
    rejected = Rejections(clock=clock)
    rejected.remember("alice", error)
    clock.now += seconds - 1
    with pytest.raises(type(error)) as caught:
        async with rejected.attempt("alice"):
            pytest.fail("the credential was used")
    assert caught.value.retry_after == (None if error.retry_after is None else 1.0)
    clock.now += 1
    assert await allowed(rejected)


@pytest.mark.parametrize(
    "error",
    [
        errors.TokenExpired(),
        errors.SignatureExpired(),
        errors.PermissionDenied(),
        errors.ServiceFault(),
        errors.Unreachable(),
        errors.BadRequest(),
    ],
)
async def test_what_is_not_the_credentials_fault_is_not_remembered(error: errors.HuaweiError) -> None:
    """A wrong clock, a missing permission, a bad day of Huawei's."""
    rejected = Rejections()
    rejected.remember("alice", error)
    assert await allowed(rejected)


async def test_until_it_has_worked_once_a_credential_is_used_by_one_at_a_time() -> None:
    """Ten requests at once with a wrong key would be ten failures; so they are one."""
    rejected = Rejections()
    tried = 0

    async def use() -> None:
        nonlocal tried
        async with rejected.attempt("alice"):
            tried += 1
            await asyncio.sleep(0)
            rejected.remember("alice", errors.CredentialRejected())

    outcomes = await asyncio.gather(*(use() for _ in range(10)), return_exceptions=True)
    assert tried == 1
    assert sum(isinstance(outcome, errors.CredentialRejected) for outcome in outcomes) == 9


async def test_once_it_has_worked_nobody_waits() -> None:
    """Including those who were waiting for the first."""
    rejected = Rejections()
    at_once = most = 0

    async def use() -> None:
        nonlocal at_once, most
        async with rejected.attempt("alice"):
            at_once += 1
            most = max(most, at_once)
            for _ in range(20):
                await asyncio.sleep(0)
            rejected.accept("alice")
            at_once -= 1

    await asyncio.gather(*(use() for _ in range(10)))
    assert most == 9


def test_a_fingerprint_says_nothing_and_mixes_nothing_up() -> None:
    """Equal only for equal parts in equal places."""
    assert fingerprint("a", "bc") == fingerprint("a", "bc")
    assert (
        len({fingerprint("a", "bc"), fingerprint("ab", "c"), fingerprint("abc"), fingerprint("a", "b", "c")})
        == 4
    )
    assert "secret" not in fingerprint("secret")
