"""A link and the event that tells of it stand or fall together, whatever dies between the two."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.audit import Entry
from bot.identity.link import Linked, new_link
from bot.identity.linking import Linking
from bot.identity.linking_results import Done
from tests.unit.identity.linking_world import ALICE, KEY, World


def break_audit(world: World) -> None:
    """Let nothing be recorded of links any more."""
    with world.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit "
            "WHEN NEW.event IN ('linked', 'link_replaced', 'unlinked', 'link_disabled') "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )


@pytest.mark.parametrize("by", ["page", "operator"])
async def test_there_is_no_link_without_its_event(world: World, by: str) -> None:
    """Whatever dies between the two: they are one transaction."""
    token = await world.token()
    break_audit(world)
    with pytest.raises(SQLAlchemyError):
        await (world.linking.submit(token, KEY) if by == "page" else world.linking.link("T1", "U0ALICE", KEY))
    assert await world.vault.get("T1", "U0ALICE") is None
    assert world.told == []


async def test_a_link_is_not_replaced_without_its_event(world: World) -> None:
    """The earlier one goes on."""
    done = await world.linking.link("T1", "U0ALICE", ALICE)
    assert isinstance(done, Done)
    break_audit(world)
    with pytest.raises(SQLAlchemyError):
        await world.linking.link("T1", "U0ALICE", KEY)
    assert await world.vault.get("T1", "U0ALICE") == Linked(done.link, ALICE)


@pytest.mark.parametrize(
    "end",
    [
        lambda linking: linking.unlink("T1", "U0ALICE"),
        lambda linking: linking.forget(["T1"]),
        lambda linking: linking.disable("T1", "U0ALICE", "slack_user_deleted"),
    ],
    ids=["unlink", "forget", "disable"],
)
async def test_no_link_goes_without_its_event(
    world: World, end: Callable[[Linking], Awaitable[object]]
) -> None:
    """It still stands, and whoever wanted it gone hears that it failed."""
    done = await world.linking.link("T1", "U0ALICE", ALICE)
    assert isinstance(done, Done)
    break_audit(world)
    with pytest.raises(SQLAlchemyError):
        await end(world.linking)
    assert await world.vault.get("T1", "U0ALICE") == Linked(done.link, ALICE)


async def test_a_link_that_is_stored_twice_is_one(world: World) -> None:
    """As when the answer to a commit was lost: what was done is not done anew, and not told to have replaced itself."""
    link = new_link("T1", "U1", KEY, principal="x", projects=(), verified_at=1.0)
    events: list[bool] = []

    def note(replaced: bool) -> Entry:
        events.append(replaced)
        return lambda _connection: True

    assert not await world.vault.put(link, KEY, note=note)
    assert not await world.vault.put(link, KEY, note=note)
    assert events == [False]
