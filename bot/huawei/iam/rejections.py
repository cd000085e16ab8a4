"""Remembers which credentials Huawei has rejected, so that the bot never locks anybody out.

IAM locks a user after 5 wrong passwords within 15 minutes (an administrator may choose 3 to 10, and 15 to 60
minutes), and an access key for 5 minutes after more than 5 bad signatures. So one rejection is enough.
"""

import asyncio
import contextlib
import copy
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Final, Literal, Protocol
from weakref import WeakValueDictionary

import cachetools

from bot.huawei.errors import (
    AccountLocked,
    CredentialRejected,
    HuaweiError,
    SignatureExpired,
    Throttled,
    TokenExpired,
)
from bot.huawei.iam.cache import Clock
from bot.huawei.iam.credential import Credential

# Longer than the longest counting window, so one try in each can never lock anybody, and short enough for a
# user who was enabled again at Huawei, with the same password, to be let in without a restart.
REMEMBERED_FOR: Final = 3600.0  # seconds
_THROTTLED_FOR: Final = 10.0  # seconds, when IAM does not say

_PROCESS_KEY: Final = secrets.token_bytes(32)


def fingerprint(*parts: str) -> str:
    """A name for a secret that says nothing about it: a hash keyed with a random number of this process."""
    return hashlib.blake2b(json.dumps(parts).encode(), key=_PROCESS_KEY, digest_size=16).hexdigest()


class NotSentAgain(CredentialRejected):
    """This very secret was rejected before, perhaps by another process; nothing was sent."""


class TriesUsedUp(AccountLocked):
    """Too many secrets of this identity were rejected lately; one more might lock it, so nothing was sent."""


class Ledger(Protocol):
    """Counts failed logins over people, replicas and restarts; see `bot.identity.tries`."""

    async def take(self, credential: Credential) -> None:
        """Count a use before it is sent.

        Raises:
            HuaweiError: it may not be sent.
        """

    async def settle(
        self,
        credential: Credential,
        state: Literal["accepted", "rejected", "unseen"],
        code: str | None = None,
    ) -> None:
        """Note what came of it; "unseen": Huawei counted no failure."""


class Rejections:
    """The rejected credentials of this process, by fingerprint: a changed secret is a new credential."""

    def __init__(
        self, *, clock: Clock = time.time, maxsize: int = 4096, ledger: Ledger | None = None
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._rejected: cachetools.TLRUCache[str, tuple[HuaweiError, float]] = cachetools.TLRUCache(
            maxsize, ttu=lambda _key, rejection, _now: rejection[1], timer=clock
        )
        self._accepted: cachetools.LRUCache[str, bool] = cachetools.LRUCache(maxsize)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def attempt(self, key: str, credential: Credential | None = None) -> AsyncIterator[None]:
        """Surround one use of a credential. Until it has been accepted once, its uses go one at a time.

        Otherwise six requests at once with one wrong password would lock its owner out. Given the *credential*, the
        ledger is asked before, and told after.

        Raises:
            HuaweiError: what Huawei said when it rejected this credential; nothing is sent.
        """
        self.check(key)
        if key not in self._accepted:
            async with self._locks.setdefault(key, asyncio.Lock()):
                self.check(key)
                if key not in self._accepted:
                    if self._ledger and credential:
                        await self._ledger.take(credential)
                    async with self._noted(key, credential):
                        yield
                    return
        async with self._noted(key, credential, accepted_before=True):
            yield

    @contextlib.asynccontextmanager
    async def _noted(
        self,
        key: str,
        credential: Credential | None,
        *,
        accepted_before: bool = False,
    ) -> AsyncIterator[None]:
        """Tell the ledger what comes of a use; of a credential that works, only if it does so no more."""
        try:
            yield
        except asyncio.CancelledError:
            raise  # Huawei may have seen it: it stays counted
        except BaseException:
            await self._settle(key, credential, accepted_before=accepted_before)
            raise
        await self._settle(key, credential, accepted_before=accepted_before)

    async def _settle(
        self,
        key: str,
        credential: Credential | None,
        *,
        accepted_before: bool,
    ) -> None:
        if self._ledger is None or credential is None:
            return
        error = self._rejected[key][0] if key in self._rejected else None
        if isinstance(error, CredentialRejected) and not isinstance(error, AccountLocked):
            await self._ledger.settle(credential, "rejected", error.code)
        elif not accepted_before:
            await self._ledger.settle(credential, "accepted" if key in self._accepted else "unseen")

    def accept(self, key: str) -> None:
        """The credential works."""
        self._accepted[key] = True

    def remember(self, key: str, error: HuaweiError, *, although_expired: bool = False) -> None:
        """Reject this credential for as long as `error` warrants; most errors say nothing against it.

        What speaks of a token says something against it only if no token was shown (`although_expired`).
        """
        match error:
            case SignatureExpired() | NotSentAgain() | TriesUsedUp():
                return
            case TokenExpired() if not although_expired:
                return
            case AccountLocked() | Throttled():
                seconds = error.retry_after if error.retry_after is not None else _THROTTLED_FOR
            case CredentialRejected():
                seconds = REMEMBERED_FOR
            case _:
                return
        self._accepted.pop(key, None)
        self._rejected[key] = (error, self._clock() + seconds)

    def forget(self, key: str) -> None:
        """Let this credential be tried again, because its owner says it has been put right."""
        self._rejected.pop(key, None)

    def check(self, key: str) -> None:
        """Raise what Huawei said of this credential, if it is rejected at the moment."""
        rejection = self._rejected.get(key)
        if rejection is None:
            return
        error, until = rejection
        again = copy.copy(error)  # an exception raised twice would collect both tracebacks
        if again.retry_after is not None:
            again.retry_after = max(0.0, until - self._clock())
        raise again.with_traceback(None) from None
