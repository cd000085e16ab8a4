"""What is remembered of IAM, shared by all that act through it."""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import httpx

from bot.huawei.iam.cache import Clock
from bot.huawei.iam.rejections import Ledger, Rejections
from bot.metrics import Observe

Value = TypeVar("Value")


class Iam:
    """The way to IAM: a client, a clock, the rejections, and whatever a kind of credential keeps, such as tokens.

    A process has one, so that nothing is fetched twice. Who proves a credential takes a new one: an earlier rejection
    must not stand against somebody who says that it has been put right.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        clock: Clock = time.time,
        ledger: Ledger | None = None,
        observe: Observe | None = None,
        service: Callable[["Iam", str], httpx.Auth] | None = None,
    ) -> None:
        """Bind a way.

        Args:
            http: shared by the process.
            clock: seconds since 1970.
            ledger: remembers beyond this process what IAM rejected; None where nothing can be.
            observe: called after each request to IAM, for metrics.
            service: signs as the service account, at an IAM endpoint; None without one.
        """
        self.http = http
        self.clock = clock
        self.observe = observe
        self.rejections = Rejections(clock=clock, ledger=ledger)
        self._service = service
        self._kept: dict[Hashable, Any] = {}

    def kept(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under *key*, made when it was first asked for."""
        if key not in self._kept:
            self._kept[key] = make()
        value: Value = self._kept[key]
        return value

    def service_auth(self, iam_endpoint: str) -> httpx.Auth:
        """Sign as the service account, through which agencies act.

        Raises:
            ValueError: there is none.
        """
        if self._service is None:
            raise ValueError("an agency acts through [service_account], which is missing")
        return self._service(self, iam_endpoint)
