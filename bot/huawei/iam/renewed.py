"""Authentication that runs out and is renewed, and may be renewed before somebody waits for it."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Renewed(Protocol):
    """What requests are made with for a while: a token, a temporary key."""

    async def keep_ready(self) -> float:
        """Renew it if that is due; return for how many seconds it will do.

        Raises:
            HuaweiError: IAM refused, now or before, or could not be reached.
        """
