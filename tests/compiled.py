"""Statements compiled once for all engines of a kind: a test has its own, and compiling is a quarter of its work."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event


class _Shared(dict[Any, Any]):
    """SQLAlchemy's cache of compiled statements, by the kind of a dialect in place of the dialect itself."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Return what is compiled for a dialect of this kind."""
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), value)


_SHARED: Final = _Shared()


def share() -> None:
    """Let all engines of this process share it from here on."""

    @event.listens_for(sa.Engine, "engine_connect")
    def connected(connection: sa.Connection) -> None:
        connection.execution_options(compiled_cache=_SHARED)
