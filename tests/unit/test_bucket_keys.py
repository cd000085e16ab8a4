"""Which keys a resume would take, for whom: by bucket, side, project and kind of cloud; and that they show nowhere."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, cast

import pytest
from pydantic import SecretStr

from bot.conversation.snapshots import Kind, Snapshot
from bot.conversation.values import KeyNames, LackingKeys
from bot.gallery.examples import PAUSED
from bot.huawei.errors import BadRequest
from bot.huawei.iam.agency import AgencyCredential
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.huawei.oms.keys import AuthFile, ConnectionString
from bot.identity.directory import Directory, Identity
from bot.settings.sections import BucketCredential, Project
from bot.verbs.keys import BucketKeys

PROJECT = Project(id="p", region="ap-southeast-3", alias="prod-sg")
ALICE = Identity("IAM user alice", PasswordCredential("acme", "alice", SecretStr("pw")))
CAROL = Identity("agency oms-oncall", AgencyCredential("oms-oncall", "acme", "carol"))
TASK = replace(PAUSED, source_bucket="media-src", source_cloud="AWS", destination="media-dst")
CANARY = "canary-secret-key"
LENT = AccessKeyCredential(SecretStr("lent-ak"), SecretStr("lent-sk"), SecretStr("lent-token"))


class Lending(Directory):
    """A directory whose IAM lends `LENT`."""

    def __init__(self) -> None:
        """Nobody is asked."""

    async def lend(self, identity: Identity, project: Project) -> AccessKeyCredential:  # noqa: ARG002  # as it is called
        """Lend."""
        return LENT


def credential(side: str, *buckets: str, **more: Any) -> BucketCredential:
    """Return one of the settings, with an access key unless something else is given."""
    keys = more or {"access_key": "AK", "secret_key": CANARY}
    projects = keys.pop("projects", None)
    keys = keys or {"access_key": "AK", "secret_key": CANARY}
    chosen = {"projects": projects} if projects else {}
    return BucketCredential.model_validate({"side": side, "buckets": list(buckets), **chosen, **keys})


BOTH = {"aws": credential("source", "media-src"), "obs": credential("destination", "media-dst")}


def keys_of(credentials: Mapping[str, BucketCredential], identity: Identity = ALICE) -> BucketKeys:
    """Return the keys of somebody, with these settings."""
    return BucketKeys(credentials, cast("Directory", Lending()), identity, PROJECT)


def lacking(names: KeyNames | LackingKeys) -> tuple[str, str]:
    """Return of which side the key is lacking, and why."""
    assert isinstance(names, LackingKeys)
    return names.side, names.why


def test_each_side_has_its_own() -> None:
    """By bucket and side."""
    assert keys_of(BOTH).names(TASK) == KeyNames(source="aws", destination="obs")
    assert lacking(keys_of({"aws": BOTH["aws"]}).names(TASK)) == ("destination", "none")
    assert lacking(keys_of({"obs": BOTH["obs"]}).names(TASK)) == ("source", "none")
    turned = {"aws": credential("destination", "media-src"), "obs": credential("source", "media-dst")}
    assert lacking(keys_of(turned).names(TASK)) == ("source", "none")


def test_one_that_names_the_project_goes_first() -> None:
    """And one for another project is none."""
    ours, others = (credential("source", "media-src", projects=[alias]) for alias in ("prod-sg", "prod-de"))
    assert keys_of({**BOTH, "ours": ours, "others": others}).names(TASK) == KeyNames(
        source="ours", destination="obs"
    )
    assert lacking(keys_of({"obs": BOTH["obs"], "others": others}).names(TASK)) == ("source", "none")


def test_a_list_of_urls_needs_no_key_of_its_own() -> None:
    """Only the destination's."""
    urls = replace(TASK, of_urls=True, source_cloud="URLSource", source_bucket="")
    assert keys_of({"obs": BOTH["obs"]}).names(urls) == KeyNames(destination="obs")


async def test_azure_and_google_take_what_is_theirs() -> None:
    """An access key of that name is none for them."""
    azure, google = replace(TASK, source_cloud="Azure"), replace(TASK, source_cloud="Google")
    assert lacking(keys_of(BOTH).names(azure)) == ("source", "none")
    theirs = {
        "azure": credential("source", "media-src", connection_string="AccountKey=1"),
        "obs": BOTH["obs"],
    }
    assert (await keys_of(theirs).of(azure)).source == ConnectionString(SecretStr("AccountKey=1"))
    theirs = {"google": credential("source", "media-src", json_auth_file="{}"), "obs": BOTH["obs"]}
    assert (await keys_of(theirs).of(google)).source == AuthFile(SecretStr("{}"))
    assert lacking(keys_of(theirs).names(azure)) == ("source", "none")


AGENCY = credential("destination", "media-dst", agency=True)


async def test_an_agency_lends_its_own_people_a_key() -> None:
    """To nobody else."""
    lent = keys_of({"aws": BOTH["aws"], "obs": AGENCY}, CAROL)
    assert lent.names(TASK) == KeyNames(source="aws", destination="agency:oms-oncall")
    assert (await lent.of(TASK)).destination is LENT
    assert lacking(keys_of({"aws": BOTH["aws"], "obs": AGENCY}).names(TASK)) == ("destination", "no_agency")


def test_a_huawei_source_may_be_an_agencys_too() -> None:
    """But not one elsewhere: an agency is nobody there."""
    agencies = {"src": credential("source", "media-src", agency=True), "obs": AGENCY}
    ours = replace(TASK, source_cloud="HuaweiCloud")
    both = KeyNames(source="agency:oms-oncall", destination="agency:oms-oncall")
    assert keys_of(agencies, CAROL).names(ours) == both
    assert lacking(keys_of(agencies, CAROL).names(TASK)) == ("source", "none")


@pytest.mark.parametrize("kind", [Kind.GROUP, Kind.SYNC])
def test_temporary_keys_are_for_tasks_only(kind: Kind) -> None:
    """As OMS takes them."""
    of_many = replace(TASK, kind=kind)
    names = keys_of({"aws": BOTH["aws"], "obs": AGENCY}, CAROL).names(of_many)
    assert lacking(names) == ("destination", "tasks_only")


async def test_what_is_lacking_at_the_last_moment_asks_oms_nothing() -> None:
    """It was there when it was asked about."""
    with pytest.raises(BadRequest) as refused:
        await keys_of({}).of(TASK)
    assert refused.value.source == "iam"


async def test_no_key_shows_in_names_reprs_or_tracebacks() -> None:
    """Not even where the traceback has the values of variables."""
    chosen = keys_of(BOTH)
    names, keys = chosen.names(TASK), await chosen.of(TASK)
    assert isinstance(names, KeyNames)
    try:
        _fail(chosen, keys, chosen.names)
    except RuntimeError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    shown = f"{told} {keys!r} {BOTH!r} {json.dumps(asdict(names))}"
    assert "keys" in told
    assert CANARY not in shown
    assert CANARY in json.dumps(keys.body())


def _fail(*values: object) -> None:
    raise RuntimeError(len(values))


def test_a_snapshot_that_says_no_bucket_has_no_key() -> None:
    """An empty name is nobody's."""
    assert lacking(keys_of(BOTH).names(Snapshot(task_id="1", name="x", status=3, read_at=0))) == (
        "source",
        "none",
    )
