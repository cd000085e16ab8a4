"""Others' clients are the judges: Huawei's own SDK and OpenStack's keystoneauth1 work against the sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest
from keystoneauth1 import session as keystone
from keystoneauth1.exceptions.http import Unauthorized
from keystoneauth1.identity import v3

from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.serving import serve_in_thread

# The SDK writes an id of the machine into HOME when it is imported; without a HOME it does not.
with pytest.MonkeyPatch.context() as nowhere:
    nowhere.delenv("HOME", raising=False)
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
    from huaweicloudsdkcore.region.region import Region
    from huaweicloudsdkoms.v2 import (
        ListTasksRequest,
        OmsClient,
        ShowTaskRequest,
        StartTaskReq,
        StartTaskRequest,
        StopTaskRequest,
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
