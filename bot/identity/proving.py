"""Proves a credential before it is stored: to whom it belongs, and in which projects it can read tasks.

By reads only. Whether it may pause can't be asked without pausing something: OMS has one permission for pausing and
resuming (oms:task:update) and no dry run, so that shows at the first pause.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Mapping
from weakref import WeakValueDictionary

import httpx

from bot.huawei.errors import AccountLocked, AnswerLost, HuaweiError
from bot.huawei.iam.credential import Credential
from bot.identity.kinds import own_kind_of
from bot.identity.kinds.proof import NotProved, Probing, Proof, Proved
from bot.identity.names import Name
from bot.identity.tries import Tries
from bot.settings.sections import Project


class Prover:
    """Proves credentials to IAM and the configured projects. Keeps nothing from one proof to the next."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        projects: Mapping[str, Project],
        *,
        tries: Tries | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Bind a prover.

        Args:
            http: shared by the process.
            projects: the configured ones.
            tries: counts what IAM rejects; None where nothing can be remembered.
            clock: gives Unix seconds.
        """
        self._http = http
        self._tries = tries
        self._one_at_a_time: WeakValueDictionary[Name, asyncio.Lock] = WeakValueDictionary()
        self._projects = dict(sorted(projects.items()))
        self._clock = clock

    async def prove(self, credential: Credential, *, label: str = "") -> Proof:
        """Prove a credential. A wrong one is shown to Huawei once, since IAM locks whoever fails too often.

        Args:
            credential: whose owner has just typed it.
            label: what the person calls it, used when IAM does not tell whose it is.
        """
        if self._tries is None:
            return await self._prove(credential, label)
        claim = own_kind_of(credential).claim(credential)
        async with self._one_at_a_time.setdefault(claim, asyncio.Lock()):
            try:
                await self._tries.take(credential)
            except HuaweiError as error:
                return NotProved(error)
            proof = await self._prove(credential, label)
            await self._count(self._tries, credential, proof)
            return proof

    async def _prove(self, credential: Credential, label: str) -> Proof:
        kind = own_kind_of(credential)
        auth = functools.partial(kind.auth_for, credential)
        probing = Probing(self._http, self._projects, clock=self._clock, auth=auth)
        return await kind.prove(credential, probing, label)

    async def _count(self, tries: Tries, credential: Credential, proof: Proof) -> None:
        match proof:
            case Proved():
                await tries.accepted(credential)
            case NotProved(error=AccountLocked()):  # IAM counts no more
                await tries.give_back(credential)
            case NotProved(error=error) if proof.rejected:
                await tries.rejected(credential, error.code)
            case NotProved(error=AnswerLost()):
                pass  # IAM may have seen it
            case _:
                await tries.give_back(credential)
