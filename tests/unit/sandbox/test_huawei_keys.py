"""The sandbox's OMS starts nothing without the keys of both buckets, and knows which are right."""

from typing import Any

import pytest

from tests.unit.sandbox.huawei_world import KEYS, PROJECT, World, refused

RIGHT = {"src_ak": "AKSRC", "src_sk": "SKSRC", "dst_ak": "AKDST", "dst_sk": "SKDST"}


@pytest.fixture
def task(world: World) -> int:
    """A paused task whose buckets are opened by RIGHT and by nothing else."""
    world.cloud.add_keys("media-src", access_key="AKSRC", secret_key="SKSRC")
    world.cloud.add_keys("media-dst", access_key="AKDST", secret_key="SKDST")
    return world.cloud.add_task(PROJECT, status=3).id


async def temporary(world: World, seconds: int = 900) -> dict[str, str]:
    """Temporary keys of an agency that alice may assume, for the destination."""
    world.cloud.add_agency("oncall", "acme", ["alice"])
    role = {"agency_name": "oncall", "domain_name": "acme", "duration_seconds": seconds}
    body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}}
    answer = await world.http.post("/v3.0/OS-CREDENTIAL/securitytokens", json=body)
    key = answer.json()["credential"]
    return {"dst_ak": key["access"], "dst_sk": key["secret"], "dst_security_token": key["securitytoken"]}


async def test_the_right_keys_start_a_task(world: World, task: int) -> None:
    """Those that were added for its buckets."""
    assert (await world.start(task, **RIGHT)).status_code == 200
    assert (await world.show(task))["status"] == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"src_sk": "x"}, "OMS.0057"),
        ({"src_ak": "AKDST", "src_sk": "SKDST"}, "OMS.0057"),
        ({"dst_sk": "x"}, "OMS.0058"),
        ({"dst_security_token": "x"}, "OMS.0058"),
        ({"src_security_token": "x"}, "OMS.0057"),
    ],
)
async def test_wrong_keys_are_refused(world: World, task: int, wrong: dict[str, str], code: str) -> None:
    """By the side that they are wrong for; the task stays paused."""
    assert refused(await world.start(task, **RIGHT | wrong)) == (400, code)
    assert (await world.show(task))["status"] == 3


@pytest.mark.parametrize(("wrong", "code"), [({"src_sk": "x"}, "TRF.0151"), ({"dst_sk": "x"}, "TRF.0057")])
async def test_wrong_keys_may_be_found_out_later(
    world: World, task: int, wrong: dict[str, str], code: str
) -> None:
    """The start is accepted, and the task fails soon after; with right keys it goes on."""
    world.cloud.late_key_check = True
    assert (await world.start(task, **RIGHT | wrong)).status_code == 200
    assert (await world.show(task))["status"] == 2
    world.clock.now += 1
    body = await world.show(task)
    assert (body["status"], body["error_reason"]["error_code"]) == (4, code)
    await world.start(task, **RIGHT)
    world.clock.now += 60
    assert (await world.show(task))["status"] == 2


async def test_temporary_keys_of_an_agency_open_a_bucket_of_huawei_cloud(world: World, task: int) -> None:
    """With their security token, and until they end."""
    keys = RIGHT | await temporary(world)
    for wrong in ({"dst_security_token": "x"}, {"dst_sk": "x"}):
        assert refused(await world.start(task, **keys | wrong)) == (400, "OMS.0058")
    world.clock.now += 900
    assert refused(await world.start(task, **keys)) == (400, "OMS.0058")
    assert (await world.start(task, **RIGHT | await temporary(world))).status_code == 200


async def test_temporary_keys_open_a_source_in_huawei_cloud_too(world: World, task: int) -> None:
    """And no other cloud's."""
    ours = await temporary(world)
    source = {name.replace("dst", "src"): value for name, value in ours.items()}
    assert refused(await world.start(task, **RIGHT | source)) == (400, "OMS.0057")
    at_home = world.cloud.add_task(PROJECT, status=3, src_cloud="HuaweiCloud").id
    assert (await world.start(at_home, **RIGHT | source)).status_code == 200


@pytest.mark.parametrize(
    ("how", "sent", "missing"),
    [
        ({"src_cloud": "Azure"}, {"connection_string": "Account=media"}, "connection_string"),
        ({"src_cloud": "Google"}, {"json_auth_file": '{"type": "service_account"}'}, "json_auth_file"),
        ({"src_cloud": "Aliyun"}, {"src_ak": "a", "src_sk": "b"}, "src_sk"),
    ],
)
async def test_each_source_has_its_own_kind_of_key(
    world: World, how: dict[str, Any], sent: dict[str, str], missing: str
) -> None:
    """Azure a connection string, Google a key file, the others a pair; wrong or missing, nothing starts."""
    renamed = {"src_ak": "access_key", "src_sk": "secret_key"}
    world.cloud.add_keys("elsewhere", **{renamed.get(name, name): value for name, value in sent.items()})
    task = world.cloud.add_task(PROJECT, status=3, src_bucket="elsewhere", **how).id
    destination = {"dst_ak": "c", "dst_sk": "d"}
    less = {name: value for name, value in sent.items() if name != missing}
    assert refused(await world.start(task, **destination | less)) == (400, "OMS.1004")
    assert refused(await world.start(task, **destination | sent | {missing: "x"})) == (400, "OMS.0057")
    assert (await world.start(task, **destination | sent)).status_code == 200


@pytest.mark.parametrize("how", [{"task_type": "url_list"}, {"src_cloud": "URLSource"}])
async def test_a_list_of_urls_needs_no_source_keys(world: World, how: dict[str, Any]) -> None:
    """Its addresses are public."""
    task = world.cloud.add_task(PROJECT, status=3, **how).id
    assert (await world.start(task, dst_ak="c", dst_sk="d")).status_code == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"src_ak": None}, "OMS.1004"),
        ({"dst_ak": None}, "OMS.1004"),
        ({"dst_sk": "x" * 101}, "OMS.1003"),
        ({"src_security_token": "x" * 16385}, "OMS.1003"),
        ({"migrate_failed_object": "yes"}, "OMS.1002"),
        ({"src_cdn_authentication_key": "x"}, "OMS.0074"),
    ],
)
async def test_a_body_that_is_not_as_documented_is_refused(
    world: World, change: dict[str, Any], code: str
) -> None:
    """Lengths, types and names; the last is how a page of 2020 spells one."""
    task = world.cloud.add_task(PROJECT, status=3).id
    body = {name: value for name, value in (KEYS | change).items() if value is not None}
    assert refused(await world.start(task, **body)) == (400, code)


async def test_only_what_failed_is_sent_again_if_that_is_asked_for(world: World) -> None:
    """A failed task has one object left then; otherwise it goes on from where it stopped."""
    failed: dict[str, Any] = {
        "status": 4,
        "total_size": 1000,
        "complete_size": 200,
        "objects": 10,
        "speed": 1,
    }
    some, everything = world.cloud.add_task(PROJECT, **failed).id, world.cloud.add_task(PROJECT, **failed).id
    await world.start(some, **KEYS, migrate_failed_object=True)
    await world.start(everything, **KEYS)
    assert [(await world.show(task))["complete_size"] for task in (some, everything)] == [900, 200]


@pytest.mark.parametrize("name", ["dst_security_token", "src_security_token", "migrate_failed_object"])
async def test_groups_take_no_temporary_keys(world: World, name: str) -> None:
    """Nor do synchronisation tasks: their bodies have no field for a token."""
    group = world.cloud.add_group(PROJECT, status=3).id
    sync = world.cloud.add_sync_task(PROJECT, status="STOPPED").id
    body = KEYS | {name: "x"}
    assert refused(await world.http.put(f"/v2/{PROJECT}/taskgroups/{group}/start", json=body)) == (
        400,
        "OMS.0074",
    )
    assert refused(await world.http.post(f"/v2/{PROJECT}/sync-tasks/{sync}/start", json=body)) == (
        400,
        "OMS.0074",
    )


async def test_wrong_keys_start_no_group_and_no_synchronisation_task(world: World) -> None:
    """Right ones do."""
    group = world.cloud.add_group(PROJECT, status=3, children=[{"status": 3}]).id
    sync = world.cloud.add_sync_task(PROJECT, status="STOPPED").id
    world.cloud.add_keys("media-src", "uploads-src", access_key="AKSRC", secret_key="SKSRC")
    for body, status in ((KEYS, 400), (RIGHT, 200)):
        answers = [
            await world.http.put(f"/v2/{PROJECT}/taskgroups/{group}/start", json=body),
            await world.http.post(f"/v2/{PROJECT}/sync-tasks/{sync}/start", json=body),
        ]
        assert [answer.status_code for answer in answers] == [status, status]
