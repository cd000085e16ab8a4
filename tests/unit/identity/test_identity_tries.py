"""However many people, replicas and restarts try, IAM sees too few failures to lock anybody out."""

from __future__ import annotations

import asyncio

import hypothesis
import pytest
import sqlalchemy as sa
import stamina
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.huawei.errors import CredentialRejected, HuaweiError
from bot.huawei.iam.rejections import NotSentAgain, Rejections, TriesUsedUp
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential, TokenIssuer
from bot.identity.kinds.proof import NotProved, Proved
from bot.identity.linking_results import Done, NotSent, Wrong
from bot.identity.tries import LIMIT, WINDOW, RunningTries, Tries
from bot.sandbox.huawei.cloud import Fault
from bot.store.tables import login_tries
from tests.unit.identity.linking_world import ALICE, KEY, World, running
from tests.unit.identity.test_identity_linking import guess


class Replica:
    """One process of the bot, as far as it logs in: it may be restarted."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.issuer = self._start()

    def _start(self) -> TokenIssuer:
        ledger = RunningTries(Tries(self.world.engine, b"key", clock=self.world.clock, remembered=3600))
        rejections = Rejections(clock=self.world.clock, ledger=ledger)
        return TokenIssuer(self.world.http, clock=self.world.clock, rejected=rejections)

    async def log_in(self, credential: PasswordCredential, *, restarted: bool = True) -> HuaweiError | None:
        """Use a credential of the settings, right after a start."""
        if restarted:
            self.issuer = self._start()
        try:
            iam = self.world.projects["sg"].endpoint_for_iam()
            await self.issuer.token(credential, iam, None, dead=None)
        except HuaweiError as error:
            return error
        return None


async def test_people_together_have_four_tries_at_one_iam_user(world: World) -> None:
    """The fifth of them is not sent, and they read why; afterwards there are new ones."""
    outcomes = []
    for number in range(6):
        token = await world.token(f"U0EVE{number}", "eve")
        outcomes.append(await world.linking.submit(token, guess(number)))
    assert [type(outcome) for outcome in outcomes] == [Wrong] * LIMIT + [NotSent] * 2
    assert world.failed_logins == LIMIT
    world.now += WINDOW
    assert isinstance(await world.linking.submit(await world.token(), ALICE), Done)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["alice", "ALICE", " Alice ", "ａｌｉｃｅ"]),
            st.sampled_from(["acme", "ACME", "acme\u3000"]),
            st.integers(0, 9),
            st.sampled_from(["page", "replica", "operator"]),
        ),
        max_size=20,
    )
)
@hypothesis.settings(max_examples=15, deadline=None)
def test_no_order_of_tries_shows_iam_more_than_four_failures(
    tmp_path_factory: pytest.TempPathFactory, tried: list[tuple[str, str, int, str]]
) -> None:
    """Whoever tries, however the names are spelled, and however often the bot is restarted: IAM locks nobody."""

    async def play() -> None:
        async with running(World(tmp_path_factory.mktemp("tries"))) as world:
            for username, domain, number, where in tried:
                credential = guess(number, username, domain)
                if where == "page":
                    await world.linking.submit(await world.token(f"U0EVE{number}"), credential)
                elif where == "replica":
                    await Replica(world).log_in(credential)
                else:
                    await world.linking.link("T1", "U0EVE", credential)
            assert world.failed_logins <= LIMIT
            assert await Replica(world).log_in(guess(99)) is not None
            world.now += WINDOW
            assert await Replica(world).log_in(ALICE) is None

    asyncio.run(play())


async def test_a_refused_secret_is_not_sent_again(world: World) -> None:
    """Not by another person, nor after a restart, nor by another replica; it costs nobody a try."""
    token = await world.token()
    assert isinstance(await world.linking.submit(token, guess(1)), Wrong)
    for user in ("U0ALICE", "U0BOB"):
        outcome = await world.linking.submit(await world.token(user), guess(1))
        assert isinstance(outcome, NotSent)
        assert isinstance(outcome.error, NotSentAgain)
    assert isinstance(await Replica(world).log_in(guess(1)), NotSentAgain)
    assert world.failed_logins == 1


async def test_five_restarts_with_a_wrong_password_are_one_failure(world: World) -> None:
    """As when a platform restarts a bot whose settings hold an old password."""
    for _ in range(5):
        assert isinstance(await Replica(world).log_in(guess(1)), CredentialRejected)
    assert world.failed_logins == 1


async def test_a_password_that_was_changed_under_a_running_bot_is_sent_once_more_only(world: World) -> None:
    """Not again after each restart."""
    replica = Replica(world)
    assert await replica.log_in(ALICE) is None
    world.cloud.disable_user("alice")
    other = world.projects["bj"].id
    iam = world.projects["sg"].endpoint_for_iam()
    with pytest.raises(CredentialRejected):
        await replica.issuer.token(ALICE, iam, other, dead=None)
    for _ in range(5):
        assert isinstance(await replica.log_in(ALICE), NotSentAgain)
    assert world.failed_logins == 1


async def test_one_secret_tried_many_times_at_once_is_sent_once(world: World) -> None:
    """A double tap on the button, or many tabs."""
    prover = world.prover()
    proofs = await asyncio.gather(*(prover.prove(guess(1)) for _ in range(8)))
    assert {type(proof) for proof in proofs} == {NotProved}
    assert world.failed_logins == 1


async def test_replicas_that_try_at_once_share_the_four(world: World) -> None:
    """Counted before it is sent, and atomically."""
    await asyncio.gather(*(world.prover().prove(guess(number)) for number in range(12)))
    assert world.failed_logins == LIMIT


async def test_a_strangers_tries_do_not_keep_a_link_from_working(world: World) -> None:
    """What IAM accepted before is sent, whoever guessed meanwhile, also after a restart."""
    await world.linking.submit(await world.token(), ALICE)
    for number in range(6):
        await world.linking.submit(await world.token(f"U0EVE{number}"), guess(number))
    assert world.failed_logins == LIMIT
    assert await Replica(world).log_in(ALICE) is None


@pytest.mark.parametrize(
    "credential", [guess(1), AccessKeyCredential(KEY.access_key, SecretStr("canary-wrong"))]
)
async def test_what_iam_did_not_see_does_not_count(
    world: World, credential: PasswordCredential | AccessKeyCredential
) -> None:
    """An IAM that is away takes nobody's tries."""
    world.cloud.faults.add(Fault(kind="status", status=503, times=40))
    prover = world.prover()
    with stamina.set_testing(testing=True, attempts=3, cap=True):  # without the waits between them
        for _ in range(10):
            proof = await prover.prove(credential)
            assert isinstance(proof, NotProved)
            assert not isinstance(proof.error, TriesUsedUp)


async def test_access_keys_are_counted_by_their_id(world: World) -> None:
    """One key's guesses are no other key's."""
    prover = world.prover()
    for number in range(6):
        await prover.prove(AccessKeyCredential(KEY.access_key, SecretStr(f"canary-{number}")))
    assert world.failed_logins == LIMIT
    assert isinstance(await prover.prove(ALICE), Proved)


async def test_the_table_tells_a_thief_nothing(world: World) -> None:
    """Neither names nor secrets, nor a hash that could be guessed without the key."""
    await world.linking.submit(await world.token(), guess(1))
    with world.engine.connect() as connection:
        [row] = connection.execute(sa.select(login_tries)).all()
    assert "alice" not in str(row)
    assert "canary" not in str(row)
    other = Tries(world.engine, b"another key", clock=world.clock)
    await other.take(guess(1))  # under another key it is somebody else's


async def test_a_database_that_is_away_keeps_nobody_from_acting(world: World) -> None:
    """One process then remembers what it sent itself."""
    with world.engine.begin() as connection:
        login_tries.drop(connection)
    replica = Replica(world)
    assert await replica.log_in(ALICE) is None
    for _ in range(3):
        assert isinstance(await replica.log_in(guess(1), restarted=False), CredentialRejected)
    assert world.failed_logins == 1


async def test_who_tried_whom_is_audited_and_the_holder_is_told(world: World) -> None:
    """By a link or by the settings; nobody is warned of their own mistake."""
    await world.linking.submit(await world.token(), ALICE)
    await world.linking.submit(await world.token(), guess(1))
    await world.linking.submit(await world.token("U0EVE"), guess(2, "Alice"))
    await world.linking.submit(await world.token("U0EVE"), guess(3, "carol"))
    refused = [record.details for record in world.audit.records() if record.event == "link_refused"]
    assert [name in details for name, details in zip(("alice", "Alice", "carol"), refused, strict=True)] == [
        True
    ] * 3
    assert all("canary" not in details for details in refused)
    assert [(tried.holder.user_id, tried.by_user, tried.who) for tried in world.warned] == [
        ("U0ALICE", "U0EVE", "IAM user Alice of acme"),
        ("U0CAROL", "U0EVE", "IAM user carol of acme"),
    ]
