"""Linking as a service: nothing is stored unproved, and every attempt is audited."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.audit import verify
from bot.huawei.errors import AccountLocked, CredentialRejected, PermissionDenied, Unreachable
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.invitations import LIFETIME, WINDOW
from bot.identity.kinds.proof import Proved
from bot.identity.linking import LinkingUnavailable
from bot.identity.linking_results import ActsAs, Done, Gone, NotAsked, NoTries, NotSent, Useless, Wrong
from bot.sandbox.huawei.cloud import ON_CALL, Fault, error_body
from bot.store.tables import link_tokens, links
from tests.unit.identity.linking_world import ALICE, BEIJING, KEY, PUBLIC_URL, SINGAPORE, World, running

WRONG = PasswordCredential("acme", "alice", SecretStr("canary-wrong"))


def guess(number: int, username: str = "alice", domain: str = "acme") -> PasswordCredential:
    """Another wrong password."""
    return PasswordCredential(domain, username, SecretStr(f"canary-wrong-{number}"))


WRONG_KEY = AccessKeyCredential(KEY.access_key, SecretStr("canary-wrong"))


async def test_a_url_is_for_one_person_and_only_its_hash_is_kept(world: World) -> None:
    """128 random bits, under the public address; who reads the database can't open the page."""
    url = await world.linking.issue("T1", "U0ALICE", "alice")
    base, _, token = url.rpartition("/")
    assert base == f"{PUBLIC_URL}/link"
    assert len(token) == 22
    with world.engine.connect() as connection:
        row = connection.execute(sa.select(link_tokens)).one()
    assert token not in str(row)
    found = await world.linking.invitations.find(token)
    assert found is not None
    assert (found.team_id, found.user_id, found.name) == ("T1", "U0ALICE", "alice")
    assert world.events() == ["link_issued"]


async def test_a_password_is_proved_then_stored_then_told(world: World) -> None:
    """The link says who it is and what it can read; the person hears of it in Slack; the audit knows."""
    token = await world.token()
    done = await world.linking.submit(token, ALICE)
    assert isinstance(done, Done)
    assert (done.link.principal, done.link.projects, done.replaced) == ("IAM user alice", ("sg",), False)
    found = await world.directory.find("T1", "U0ALICE")
    assert found is not None
    assert (found.credential, found.link_id) == (ALICE, done.link.link_id)
    assert world.told == [("T1", "U0ALICE", done)]
    assert world.events() == ["link_issued", "linked"]


async def test_a_link_made_again_replaces_the_first(world: World) -> None:
    """And is audited as that."""
    await world.linking.submit(await world.token(), ALICE)
    done = await world.linking.submit(await world.token(), KEY, "laptop")
    assert isinstance(done, Done)
    assert done.replaced
    assert world.events()[-1] == "link_replaced"


async def test_a_url_works_once(world: World) -> None:
    """The second use is refused, even with a good credential."""
    token = await world.token()
    await world.linking.submit(token, ALICE)
    calls = len(world.cloud.calls)
    assert await world.linking.submit(token, ALICE) == Gone()
    assert len(world.cloud.calls) == calls


async def test_a_url_expires(world: World) -> None:
    """After ten minutes."""
    token = await world.token()
    world.now += LIFETIME - 1
    assert await world.linking.invitations.find(token) is not None
    world.now += 1
    assert await world.linking.submit(token, ALICE) == Gone()


async def test_a_newer_url_closes_the_older(world: World) -> None:
    """There is one page a person at most, and other people's stay open."""
    first, others, second = await world.token(), await world.token("U0BOB"), await world.token()
    assert await world.linking.invitations.find(first) is None
    assert await world.linking.invitations.find(others) is not None
    assert await world.linking.invitations.find(second) is not None


async def test_a_wrong_password_is_shown_to_iam_once_a_try(world: World) -> None:
    """Three tries, then the page is closed; IAM, which locks at five, has seen three failures."""
    token = await world.token()
    for left in (2, 1, 0):
        outcome = await world.linking.submit(token, guess(left))
        assert isinstance(outcome, Wrong)
        assert isinstance(outcome.error, CredentialRejected)
        assert outcome.tries_left == left
    assert await world.linking.submit(token, ALICE) == NoTries()
    assert world.failed_logins == 3
    assert world.events().count("link_refused") == 3
    assert await world.vault.all_links() == []


async def test_new_pages_do_not_help_to_lock_somebody_out(world: World) -> None:
    """Four wrong passwords a person in 15 minutes, on however many pages; later there are new ones."""
    for page in range(3):
        token = await world.token()
        for number in range(3):
            await world.linking.submit(token, guess(3 * page + number))
    assert world.failed_logins == 4
    world.now += WINDOW
    assert isinstance(await world.linking.submit(await world.token(), ALICE), Done)


async def test_a_try_with_the_right_credential_is_not_counted(world: World) -> None:
    """Linking five times within 15 minutes works."""
    for _ in range(5):
        assert isinstance(await world.linking.submit(await world.token(), ALICE), Done)


async def test_a_wrong_key_is_shown_to_huawei_once(world: World) -> None:
    """Although there are two projects: the others are asked only after one has recognised it."""
    outcome = await world.linking.submit(await world.token(), WRONG_KEY)
    assert isinstance(outcome, Wrong)
    assert world.failed_logins == 1


async def test_a_locked_user_is_told_so(world: World) -> None:
    """With the error that says for how long."""
    world.cloud.faults.add(
        Fault(
            kind="status", operation="create_token", status=401, body=error_body("oms", "IAM.0061", "Locked.")
        )
    )
    outcome = await world.linking.submit(await world.token(), ALICE)
    assert isinstance(outcome, Wrong)
    assert isinstance(outcome.error, AccountLocked)


async def test_an_iam_that_is_down_costs_no_try(world: World) -> None:
    """The page stays good for another attempt."""
    token = await world.token()
    world.cloud.faults.add(Fault(kind="cut", operation="create_token", times=1))
    outcome = await world.linking.submit(token, ALICE)
    assert isinstance(outcome, NotAsked)
    assert isinstance(outcome.error, Unreachable)
    assert isinstance(await world.linking.submit(token, ALICE), Done)


async def test_a_credential_that_reads_nothing_is_not_stored(world: World) -> None:
    """It would only fail later, at three in the morning. No try is lost: it is not wrong."""
    world.cloud.revoke("alice", SINGAPORE)
    token = await world.token()
    outcome = await world.linking.submit(token, ALICE)
    assert isinstance(outcome, Useless)
    assert {type(probe.error) for probe in outcome.proved.probes} == {PermissionDenied}
    assert await world.vault.all_links() == []
    world.cloud.grant("alice", BEIJING, *ON_CALL)
    done = await world.linking.submit(token, ALICE)
    assert isinstance(done, Done)
    assert done.link.projects == ("bj",)


async def test_proving_changes_nothing_at_oms(world: World) -> None:
    """Only reads and logins are sent."""
    world.cloud.add_task(SINGAPORE)
    await world.linking.submit(await world.token(), ALICE)
    await world.linking.submit(await world.token(), KEY)
    assert {call.operation for call in world.cloud.calls} == {"create_token", "list_tasks", "unknown"}
    assert {call.method for call in world.cloud.calls if call.operation != "create_token"} == {"GET"}


async def test_a_key_is_named_by_its_owner_where_iam_does_not_say(world: World) -> None:
    """The sandbox's IAM does not; the label is shown as a label."""
    done = await world.linking.submit(await world.token(), KEY, "laptop")
    assert isinstance(done, Done)
    assert done.link.principal == "the access key “laptop”"
    assert not done.proved.named_by_iam
    done = await world.linking.submit(await world.token(), KEY)
    assert isinstance(done, Done)
    assert done.link.principal == "the access key ending in 0001"


async def test_a_slack_that_is_down_does_not_undo_the_link(world: World) -> None:
    """The page says what is true: it is stored."""
    world.slack_is_down = True
    assert isinstance(await world.linking.submit(await world.token(), ALICE), Done)
    assert len(await world.vault.all_links()) == 1


async def test_an_operator_links_without_a_page(world: World) -> None:
    """The same proof, the same record."""
    outcome = await world.linking.link("T1", "U0BOB", WRONG)
    assert isinstance(outcome, Wrong)
    outcome = await world.linking.link("T1", "U0BOB", ALICE)
    assert isinstance(outcome, Done)
    assert world.events() == ["link_refused", "linked"]


@pytest.mark.parametrize(("public_url", "keys"), [(None, None), (PUBLIC_URL, "")])
async def test_without_an_address_or_a_key_there_is_no_page(
    tmp_path: Path, public_url: str | None, keys: str | None
) -> None:
    """Asking for it is refused before anything is stored."""
    async with running(World(tmp_path, public_url=public_url, keys=keys)) as world:
        assert not world.linking.has_page
        with pytest.raises(LinkingUnavailable):
            await world.linking.issue("T1", "U0ALICE")
        assert world.events() == []


async def test_unlinking_forgets_and_closes_the_page(world: World) -> None:
    """The next click finds nobody; the secret has left the database."""
    await world.linking.submit(await world.token(), ALICE)
    token = await world.token()
    assert await world.linking.unlink("T1", "U0ALICE")
    assert await world.directory.find("T1", "U0ALICE") is None
    assert await world.linking.submit(token, ALICE) == Gone()
    with world.engine.connect() as connection:
        assert connection.execute(sa.select(links)).all() == []
    assert not await world.linking.unlink("T1", "U0ALICE")
    assert world.events().count("unlinked") == 1


async def test_a_deactivated_slack_user_is_disabled_at_once(world: World) -> None:
    """Once, however often Slack says so; an open page is closed too."""
    await world.linking.submit(await world.token(), ALICE)
    token = await world.token()
    assert await world.linking.disable("T1", "U0ALICE", "slack_user_deleted")
    assert not await world.linking.disable("T1", "U0ALICE", "slack_user_deleted")
    assert await world.directory.find("T1", "U0ALICE") is None
    assert await world.linking.submit(token, ALICE) == Gone()
    assert world.events().count("link_disabled") == 1


async def test_whoami_says_everything_but_the_secret(world: World) -> None:
    """For a link, for the settings, for a disabled link, and for nobody."""
    await world.linking.submit(await world.token(), ALICE)
    assert await world.linking.whoami("T1", "U0ALICE") == ActsAs(
        origin="own", principal="IAM user alice", kind="password", projects=("sg",), verified_at=world.now
    )
    assert await world.linking.whoami("T1", "U0CAROL") == ActsAs(
        origin="operator", principal="IAM user carol", kind="password"
    )
    assert await world.linking.whoami("T1", "U0NOBODY") is None
    await world.linking.disable("T1", "U0ALICE", "slack_user_deleted")
    disabled = await world.linking.whoami("T1", "U0ALICE")
    assert disabled is not None
    assert disabled.disabled == "slack_user_deleted"


async def test_whoami_of_a_damaged_link_says_so(world: World) -> None:
    """Instead of failing."""
    await world.linking.submit(await world.token(), ALICE)
    with world.engine.begin() as connection:
        connection.execute(links.update().values(sealed=b"damaged"))
    assert await world.linking.whoami("T1", "U0ALICE") == ActsAs(origin="own", disabled="damaged")


async def test_the_audit_is_whole_and_holds_no_secret(world: World) -> None:
    """Linked, replaced, refused, unlinked: each a record of its own, even at the same moment."""
    token = await world.token()
    await world.linking.submit(token, WRONG)
    await world.linking.submit(token, ALICE)
    await world.linking.submit(await world.token(), KEY)
    await world.linking.unlink("T1", "U0ALICE")
    assert verify(world.audit) == []
    assert world.events() == [
        "link_issued", "link_refused", "linked", "link_issued", "link_replaced", "unlinked",
    ]  # fmt: skip
    written = " ".join(f"{record.details} {record.key}" for record in world.audit.records())
    for secret in ("canary", "CANARY", token):
        assert secret not in written


async def test_what_was_refused_before_is_forgiven_once_proved(world: World) -> None:
    """The bot remembers refusals to spare IAM; once IAM counts anew, it may be asked again."""
    world.cloud.disable_user("alice")
    await world.linking.submit(await world.token(), ALICE)
    world.cloud.enable_user("alice")
    assert isinstance(await world.linking.submit(await world.token(), ALICE), NotSent)
    world.now += WINDOW
    done = await world.linking.submit(await world.token(), ALICE)
    assert isinstance(done, Done)
    assert isinstance(done.proved, Proved)
