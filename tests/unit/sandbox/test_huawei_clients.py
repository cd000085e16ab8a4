"""Others' clients are the judges: Huawei's own SDK and OpenStack's keystoneauth1 work against the sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest
from keystoneauth1 import session as keystone
from keystoneauth1.exceptions.http import Unauthorized
from keystoneauth1.identity import v3

from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.huawei.oms_bodies import sync_body
from bot.sandbox.serving import serve_in_thread

# The SDK writes an id of the machine into HOME when it is imported; without a HOME it does not.
with pytest.MonkeyPatch.context() as nowhere:
    nowhere.delenv("HOME", raising=False)
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
    from huaweicloudsdkcore.region.region import Region
    from huaweicloudsdkoms.v2 import (
        BandwidthPolicyDto,
        BatchUpdateTasksReq,
        BatchUpdateTasksRequest,
        ListSyncTasksRequest,
        ListTaskGroupRequest,
        ListTasksRequest,
        OmsClient,
        RetryTaskGroupReq,
        RetryTaskGroupRequest,
        ShowSyncTaskRequest,
        ShowTaskGroupRequest,
        ShowTaskRequest,
        StartSyncTaskReq,
        StartSyncTaskRequest,
        StartTaskGroupReq,
        StartTaskGroupRequest,
        StartTaskReq,
        StartTaskRequest,
        StopSyncTaskRequest,
        StopTaskGroupRequest,
        StopTaskRequest,
        UpdateBandwidthPolicyReq,
        UpdateBandwidthPolicyRequest,
        UpdateTaskGroupRequest,
    )

PROJECT = "2c0689c860ad4728a497c91ec0844383"


@pytest.fixture
def cloud() -> HuaweiCloud:
    """Alice and one task, on real time: the SDK signs with the real clock."""
    cloud = HuaweiCloud()
    cloud.pausing_seconds = 0
    cloud.add_project(PROJECT, "ap-southeast-3")
    cloud.add_user("alice", "pw", "acme", "AKALICE", "SK/alice+1", permissions={PROJECT: ON_CALL})
    cloud.add_task(PROJECT, task_id=191297407830872, name="迁移 a+b/~", enable_restore=True)
    return cloud


@pytest.fixture
def url(cloud: HuaweiCloud) -> Iterator[str]:
    """The sandbox in a thread, since both clients block."""
    with serve_in_thread(cloud.app) as base:
        yield base


def oms(url: str, credentials: BasicCredentials) -> Any:
    """Huawei's client, pointed at the sandbox."""
    return OmsClient.new_builder().with_credentials(credentials).with_endpoints([url]).build()


def test_the_official_client_shows_lists_pauses_and_resumes(cloud: HuaweiCloud, url: str) -> None:
    """Its signatures are accepted (paths, unicode queries, JSON bodies) and its models read every answer."""
    client = oms(url, BasicCredentials("AKALICE", "SK/alice+1", PROJECT))
    shown = client.show_task(ShowTaskRequest(task_id=191297407830872))
    assert (shown.status, shown.name, shown.enable_restore) == (2, "迁移 a+b/~", True)
    assert (shown.src_node.cloud_type, shown.dst_node.region) == ("AWS", "ap-southeast-3")
    body = cloud.task_body(191297407830872)
    assert set(body) - {"enable_kms"} == set(shown.attribute_map.values())

    listed = client.list_tasks(ListTasksRequest(task_name="迁移 a+b/~", limit=10, offset=0, group_id=""))
    assert (listed.count, listed.tasks[0].id) == (1, 191297407830872)

    assert client.stop_task(StopTaskRequest(task_id=191297407830872)).status_code == 200
    assert client.show_task(ShowTaskRequest(task_id=191297407830872)).status == 3
    keys = StartTaskReq(src_ak="a", src_sk="b", dst_ak="ä", dst_sk="d")
    client.start_task(StartTaskRequest(task_id=191297407830872, body=keys))
    assert cloud.tasks[191297407830872].status == 2
    assert {call.user for call in cloud.calls} == {"alice"}


def test_the_official_client_reads_a_failed_task(cloud: HuaweiCloud, url: str) -> None:
    """error_reason and failed_object_record are what its models expect."""
    cloud.fail_task(191297407830872, "TRF.0051", "No permission.")
    client = oms(url, BasicCredentials("AKALICE", "SK/alice+1", PROJECT))
    shown = client.show_task(ShowTaskRequest(task_id=191297407830872))
    assert (shown.error_reason.error_code, shown.failed_object_record.result) == ("TRF.0051", True)


def test_the_official_client_finds_its_project_by_region(url: str) -> None:
    """GET /v3/projects, signed."""
    credentials = BasicCredentials("AKALICE", "SK/alice+1").with_iam_endpoint(url)
    builder = OmsClient.new_builder().with_credentials(credentials)
    client = builder.with_region(Region("ap-southeast-3", url)).build()
    assert client.show_task(ShowTaskRequest(task_id=191297407830872)).status == 2


def test_the_official_client_reads_the_errors(cloud: HuaweiCloud, url: str) -> None:
    """Codes, messages and request ids reach its exceptions."""
    cloud.finish_task(191297407830872)
    client = oms(url, BasicCredentials("AKALICE", "SK/alice+1", PROJECT))
    with pytest.raises(ClientRequestException) as complete:
        client.stop_task(StopTaskRequest(task_id=191297407830872))
    assert (complete.value.status_code, complete.value.error_code) == (400, "OMS.0070")
    assert complete.value.request_id == cloud.calls[-1].request_id

    with pytest.raises(ClientRequestException) as wrong:
        oms(url, BasicCredentials("AKALICE", "wrong", PROJECT)).stop_task(StopTaskRequest(task_id=1))
    assert (wrong.value.status_code, wrong.value.error_code) == (401, "APIGW.0301")


def test_the_official_client_works_with_temporary_keys(cloud: HuaweiCloud, url: str) -> None:
    """Got with a token of keystoneauth1, used with X-Security-Token by the SDK."""
    auth = v3.Password(
        f"{url}/v3", username="alice", password="pw", user_domain_name="acme", project_id=PROJECT
    )
    session = keystone.Session(auth)
    body = {"auth": {"identity": {"methods": ["token"], "token": {"duration_seconds": 86400}}}}
    key = session.post(f"{url}/v3.0/OS-CREDENTIAL/securitytokens", json=body).json()["credential"]
    credentials = BasicCredentials(key["access"], key["secret"], PROJECT)
    client = oms(url, credentials.with_security_token(key["securitytoken"]))
    client.stop_task(StopTaskRequest(task_id=191297407830872))
    assert [call.user for call in cloud.calls_of("stop_task")] == ["alice"]


def test_the_official_client_pauses_resumes_and_restarts_a_group(cloud: HuaweiCloud, url: str) -> None:
    """Its models read every field of a group, shown and listed; its verbs are those the sandbox has."""
    client = oms(url, BasicCredentials("AKALICE", "SK/alice+1", PROJECT))
    group = cloud.add_group(PROJECT, description="媒体", children=[{"name": "a"}, {"name": "b"}]).id
    shown = client.show_task_group(ShowTaskGroupRequest(group_id=group))
    assert (shown.status, shown.executing_task_num, shown.src_node.cloud_type) == (2, 2, "AWS")
    assert set(cloud.group_body(group)) == set(shown.attribute_map.values())
    listed = client.list_task_group(ListTaskGroupRequest(limit=10, offset=0, status=2))
    assert (listed.count, listed.taskgroups[0].description) == (1, "媒体")

    assert client.stop_task_group(StopTaskGroupRequest(group_id=group)).status_code == 200
    assert client.show_task_group(ShowTaskGroupRequest(group_id=group)).status == 3
    keys = {"src_ak": "a", "src_sk": "b", "dst_ak": "c", "dst_sk": "d"}
    client.start_task_group(StartTaskGroupRequest(group_id=group, body=StartTaskGroupReq(**keys)))
    assert cloud.groups[group].status == 2
    for child in cloud.children(group):
        cloud.fail_task(child.id)
    again = RetryTaskGroupReq(**keys, migrate_failed_object=True)
    client.retry_task_group(RetryTaskGroupRequest(group_id=group, body=again))
    assert [child.status for child in cloud.children(group)] == [2, 2]

    with pytest.raises(ClientRequestException) as missing:
        client.stop_task_group(StopTaskGroupRequest(group_id="nope"))
    assert (missing.value.status_code, missing.value.error_code) == (404, "OMS.1009")


def test_the_official_client_stops_and_starts_a_synchronisation_task(cloud: HuaweiCloud, url: str) -> None:
    """Its models read every field, shown and listed."""
    client = oms(url, BasicCredentials("AKALICE", "SK/alice+1", PROJECT))
    sync = cloud.add_sync_task(PROJECT, objects=7, objects_per_second=0).id
    shown = client.show_sync_task(ShowSyncTaskRequest(sync_task_id=sync, query_time=1_795_000_000_000))
    assert (shown.status, shown.monthly_success_object) == ("SYNCHRONIZING", 7)
    assert set(cloud.sync_body(sync)) == set(shown.attribute_map.values())
    listed = client.list_sync_tasks(ListSyncTasksRequest(limit=10, offset=0, status="SYNCHRONIZING"))
    assert (listed.count, listed.tasks[0].sync_task_id) == (1, sync)
    raw = cloud.sync_tasks[sync]
    assert set(sync_body(raw)) == set(listed.tasks[0].attribute_map.values())

    client.stop_sync_task(StopSyncTaskRequest(sync_task_id=sync))
    assert cloud.sync_tasks[sync].status == "STOPPED"
    keys = StartSyncTaskReq(src_ak="a", src_sk="b", dst_ak="c", dst_sk="d")
    client.start_sync_task(StartSyncTaskRequest(sync_task_id=sync, body=keys))
    assert cloud.sync_tasks[sync].status == "SYNCHRONIZING"


def test_the_official_client_slows_tasks_down(cloud: HuaweiCloud, url: str) -> None:
    """One, several, a group's, a group; each shows the policy afterwards."""
    client = oms(url, BasicCredentials("AKALICE", "SK/alice+1", PROJECT))
    group = cloud.add_group(PROJECT, children=[{"name": "child"}]).id
    child = cloud.children(group)[0].id
    speeds = iter(range(2, 9))

    def policy() -> list[Any]:
        return [BandwidthPolicyDto(start="00:00", end="23:59", max_bandwidth=next(speeds) * 1024**2)]

    def speed(task: int) -> int:
        shown = client.show_task(ShowTaskRequest(task_id=task))
        return int(shown.bandwidth_policy[0].max_bandwidth / 1024**2)

    client.update_bandwidth_policy(
        UpdateBandwidthPolicyRequest(
            task_id=191297407830872, body=UpdateBandwidthPolicyReq(bandwidth_policy=policy())
        )
    )
    assert speed(191297407830872) == 2
    several = BatchUpdateTasksReq(ids=[191297407830872, child], bandwidth_policy=policy())
    client.batch_update_tasks(BatchUpdateTasksRequest(body=several))
    assert (speed(191297407830872), speed(child)) == (3, 3)
    of_group = BatchUpdateTasksReq(group_id=group, bandwidth_policy=policy())
    client.batch_update_tasks(BatchUpdateTasksRequest(body=of_group))
    assert speed(child) == 4
    body = UpdateBandwidthPolicyReq(bandwidth_policy=policy())
    client.update_task_group(UpdateTaskGroupRequest(group_id=group, body=body))
    shown = client.show_task_group(ShowTaskGroupRequest(group_id=group))
    assert (speed(child), shown.bandwidth_policy[0].max_bandwidth) == (5, 5 * 1024**2)
    too_slow = [BandwidthPolicyDto(start="00:00", end="23:59", max_bandwidth=1)]
    body = UpdateBandwidthPolicyReq(bandwidth_policy=too_slow)
    with pytest.raises(ClientRequestException) as refused:
        client.update_bandwidth_policy(UpdateBandwidthPolicyRequest(task_id=child, body=body))
    assert refused.value.error_code == "OMS.0084"


@pytest.mark.parametrize(
    ("task", "keys"),
    [
        ({}, {"src_ak": "AK", "src_sk": "SK", "src_security_token": "ST"}),
        ({"src_cloud": "Azure"}, {"connection_string": "Account=media"}),
        ({"src_cloud": "Google"}, {"json_auth_file": '{"type": "service_account"}'}),
        ({"task_type": "url_list"}, {}),
    ],
)
def test_the_official_client_starts_every_kind_of_task(
    cloud: HuaweiCloud, url: str, task: dict[str, Any], keys: dict[str, str]
) -> None:
    """With what each source asks for, and told to send only what failed."""
    names = {"src_ak": "access_key", "src_sk": "secret_key", "src_security_token": "security_token"}
    cloud.add_keys("media-src", **{names.get(name, name): value for name, value in keys.items()})
    paused = cloud.add_task(PROJECT, status=3, **task).id
    client = oms(url, BasicCredentials("AKALICE", "SK/alice+1", PROJECT))
    body = StartTaskReq(**keys, dst_ak="c", dst_sk="d", migrate_failed_object=True)
    client.start_task(StartTaskRequest(task_id=paused, body=body))
    assert (cloud.tasks[paused].status, cloud.tasks[paused].only_failed) == (2, True)


@pytest.mark.parametrize("path", ["", "/v3"])
def test_keystoneauth_logs_in(cloud: HuaweiCloud, url: str, path: str) -> None:
    """Its token opens OMS; project, user and expiry are read from the answer."""
    auth = v3.Password(
        url + path, username="alice", password="pw", user_domain_name="acme", project_id=PROJECT
    )
    session = keystone.Session(auth)
    access = auth.get_access(session)
    assert (access.project_id, access.username, access.will_expire_soon()) == (PROJECT, "alice", False)
    tasks = session.get(f"{url}/v2/{PROJECT}/tasks").json()
    assert tasks["count"] == 1
    assert session.get_endpoint(service_type="identity", interface="public", region_name="*")
    assert cloud.calls_of("list_tasks", user="alice")


def test_keystoneauth_refuses_a_wrong_password(url: str) -> None:
    """401 in IAM's shape is understood."""
    auth = v3.Password(f"{url}/v3", username="alice", password="no", user_domain_name="acme")
    with pytest.raises(Unauthorized, match="username or password is wrong"):
        keystone.Session(auth).get_token()
