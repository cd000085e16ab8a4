"""What every kind of credential has in common."""

from typing import Protocol


class Credential(Protocol):
    """Whom a call is made as. How, is told by its kind (`bot.identity.kinds`)."""

    @property
    def fingerprint(self) -> str:
        """Changes with the secret and reveals nothing of it."""
