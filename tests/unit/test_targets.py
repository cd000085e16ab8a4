"""What a verb acts on: tasks, task groups and sync tasks, as typed, as stored, and as OMS describes them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, cast

import httpx
import pytest
from pydantic import SecretStr

from bot.conversation.answers import AmbiguousTask, NoSuchTask
from bot.conversation.snapshots import Kind, Snapshot, snapshot_from
from bot.conversation.values import Wish
from bot.gallery.examples import NOW
from bot.huawei import errors
from bot.huawei.iam.token import PasswordCredential
from bot.huawei.oms.client import OmsClient
from bot.huawei.oms.models import BandwidthWindow, TaskStatus
from bot.huawei.transport import new_http_client
from bot.identity.directory import Directory, Identity
from bot.network import Outgoing
from bot.settings.sections import BucketCredential, Project
from bot.verbs.grammar import parse
from bot.verbs.keys import BucketKeys
from bot.verbs.targets import Target
from bot.verbs.tasks import ProjectTasks
from tests.unit.examples import PROJECTS

GROUP = "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f0"
OTHER = "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f1"
SYNC = "0a1b2c3d-4e5f-4061-7283-94a5b6c7d8e9"
TASK = "191297407830872"
AWAY = {"bucket": "src", "cloud_type": "AWS"}
KEYS = {
    side: BucketCredential(side=side, buckets=[bucket], access_key="ak", secret_key="sk")
    for side, bucket in (("source", "src"), ("destination", "dst"))
}


def group(**fields: object) -> dict[str, object]:
    """A task group as OMS sends it."""
    ordinary: dict[str, object] = {
        "group_id": GROUP,
        "description": "nightly copy",
        "status": 2,
        "task_type": "PREFIX",
        "src_node": {"bucket": "media-src", "cloud_type": "ALIYUN", "region": "cn-hangzhou"},
        "dst_node": {"bucket": "media-dst", "region": "ap-southeast-3"},
        "migrate_speed": 100,
        "total_size": 1000,
        "complete_size": 250,
        "total_task_num": 12,
        "executing_task_num": 3,
        "waiting_task_num": 9,
        "start_time": 1_795_509_015_000,
    }
    return ordinary | fields


def sync_task(**fields: object) -> dict[str, object]:
    """A sync task as OMS sends it."""
    ordinary: dict[str, object] = {
        "sync_task_id": SYNC,
        "status": "SYNCHRONIZING",
        "src_cloud_type": "AWS",
        "src_bucket": "media-src",
        "dst_bucket": "media-dst",
    }
    return ordinary | fields


def task(**fields: object) -> dict[str, object]:
    """A task as OMS sends it."""
    return {"id": int(TASK), "name": "media-872", "status": 2, "migrate_speed": 50} | fields


class Cloud:
    """OMS with these answers: by path behind the project, each JSON or a whole response."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        self._answers = answers
        self.asked: list[str] = []
        client = OmsClient(
            new_http_client(10, Outgoing(), transport=httpx.MockTransport(self._answer)),
            endpoint="https://oms.example",
            project_id="p",
            auth=httpx.Auth(),
        )
        project = Project(id="p", region="ap-southeast-3", alias="prod-sg")
        nobody = Identity("IAM user alice", PasswordCredential("acme", "alice", SecretStr("pw")))
        keys = BucketKeys(KEYS, cast("Directory", None), nobody, project)  # no agency lends any
        self.tasks = ProjectTasks(client, httpx.Auth(), keys, "prod-sg", lambda: NOW)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v2/p/")
        self.asked.append(f"{request.method} {path}")
        answer = self._answers.get(path)
        if isinstance(answer, httpx.Response):
            return answer
        if answer is None:
            return httpx.Response(404, json={"error_code": "OMS.1009", "error_msg": "No resources found."})
        if path == "tasks" and isinstance(answer, list):
            status, name = request.url.params.get("status"), request.url.params.get("task_name", "")
            fits = [one for one in answer if status in (None, str(one["status"])) and name in one["name"]]
            return httpx.Response(200, json={"tasks": fits, "count": len(fits)})
        return httpx.Response(200, json=answer)


def groups(*found: dict[str, object]) -> dict[str, object]:
    """The list of groups."""
    return {"taskgroups": list(found), "count": len(found)}


def sync_tasks(*found: dict[str, object]) -> dict[str, object]:
    """The list of sync tasks."""
    return {"tasks": list(found), "count": len(found)}


# --- as typed ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "target", "reason"),
    [
        (f"group:{GROUP} night peak", f"group:{GROUP}", "night peak"),
        (f"Group: {GROUP} night peak", f"group:{GROUP}", "night peak"),
        (f"*GROUP*:{GROUP}", f"*GROUP*:{GROUP}", ""),
        (f"*group:{GROUP}*", f"group:{GROUP}*", ""),
        ('group:"nightly copy" night peak', "group:nightly copy", "night peak"),
        ('"group:nightly copy" night peak', "group:nightly copy", "night peak"),
        ("“Group: nightly copy” night peak", "group:nightly copy", "night peak"),
        ("group: `nightly copy`", "group:nightly copy", ""),
        (f"sync:{SYNC}", f"sync:{SYNC}", ""),
        (f"SYNC：{SYNC} why", f"sync:{SYNC}", "why"),
        ("group night peak", "group", "night peak"),
        ("group:", "group:", ""),
        ("groups:x", "groups:x", ""),
    ],
)
def test_a_kind_and_a_colon_name_a_group_or_a_sync_task(typed: str, target: str, reason: str) -> None:
    """However a phone spells it."""
    wish = Wish(verb="pause", project="prod-sg", targets=(target,), reason=reason)
    assert parse(f"pause prod-sg {typed}", PROJECTS) == wish


def test_with_one_project_a_group_alone_is_enough() -> None:
    """As a task is."""
    one = {"prod-sg": PROJECTS["prod-sg"]}
    wish = Wish(verb="pause", project="prod-sg", targets=("group:nightly copy",))
    assert parse('pause group:"nightly copy"', one) == wish


@pytest.mark.parametrize("text", [TASK, "media-872", f"group:{GROUP}", f"sync:{SYNC}", "group:a b"])
def test_a_target_is_stored_as_it_is_typed(text: str) -> None:
    """One string for all."""
    assert str(Target.of(text)) == text


# --- found and read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [f"group:{GROUP}", f"group:{GROUP.upper()}", f"group:{GROUP}*,"])
async def test_a_group_is_found_by_its_id(typed: str) -> None:
    """With one read."""
    cloud = Cloud({f"taskgroups/{GROUP}": group()})
    found = await cloud.tasks.find(typed)
    assert isinstance(found, Snapshot)
    assert (found.task_id, found.kind, found.name) == (f"group:{GROUP}", Kind.GROUP, "nightly copy")
    assert cloud.asked == [f"GET taskgroups/{GROUP}"]


async def test_a_group_is_found_by_its_description_which_stands_for_a_name() -> None:
    """Which OMS gives groups none of."""
    cloud = Cloud({"taskgroups": groups(group(), group(group_id=OTHER, description="daily copy"))})
    found = await cloud.tasks.find("group:Nightly Copy")
    assert isinstance(found, Snapshot)
    assert found.task_id == f"group:{GROUP}"


async def test_a_name_that_is_not_exact_has_near_ones_of_its_kind() -> None:
    """At most five, as they are typed."""
    many = groups(*(group(group_id=f"g{n}", description=f"nightly copy {n}") for n in range(9)))
    cloud = Cloud({"taskgroups": many, "tasks": [task(name="nightly copy")]})
    found = await cloud.tasks.find("group:nightly coyp")
    assert isinstance(found, NoSuchTask)
    assert len(found.closest) == 5
    assert set(found.closest) < {f"group:nightly copy {n}" for n in range(9)}


async def test_groups_of_one_name_are_told_apart_by_their_ids() -> None:
    """Never guessed."""
    cloud = Cloud({"taskgroups": groups(group(), group(group_id=OTHER))})
    found = await cloud.tasks.find("group:nightly copy")
    assert isinstance(found, AmbiguousTask)
    assert found.ids == (f"group:{GROUP}", f"group:{OTHER}")
    assert [one.task_id for one in found.tasks] == [*found.ids]


async def test_an_id_that_there_is_not_is_not_found() -> None:
    """Whatever kind it is of."""
    for typed in (f"group:{GROUP}", f"sync:{SYNC}", TASK):
        with pytest.raises(errors.NotFound):
            await Cloud({}).tasks.find(typed)


@pytest.mark.parametrize("odd", ["group:../tasks/1", "group:a/b", "sync:..", "group:%2e%2e", "group:"])
async def test_what_can_be_no_id_is_looked_for_as_a_name(odd: str) -> None:
    """Nothing that is odd gets into a path."""
    cloud = Cloud({"taskgroups": groups(group()), "sync-tasks": sync_tasks()})
    assert isinstance(await cloud.tasks.find(odd), NoSuchTask)
    assert set(cloud.asked) < {"GET taskgroups", "GET sync-tasks"}


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (0, TaskStatus.WAITING),
        (1, TaskStatus.MIGRATING),
        (2, TaskStatus.MIGRATING),
        (3, TaskStatus.PAUSED),
        (4, TaskStatus.FAILED),
        (5, TaskStatus.FAILED),
        (6, TaskStatus.SUCCEEDED),
        (7, TaskStatus.PAUSING),
        (8, TaskStatus.DELETING),
        (9, TaskStatus.DELETED),
        (42, 42),
        (None, None),
    ],
)
async def test_a_groups_status_is_told_in_the_terms_of_a_task(status: int | None, means: int | None) -> None:
    """So that each verb judges all kinds alike."""
    cloud = Cloud({f"taskgroups/{GROUP}": group(status=status)})
    assert (await cloud.tasks.read(f"group:{GROUP}")).status == means


async def test_a_group_is_read_with_its_figures() -> None:
    """Of its children too, and without those that can't be known while it creates them."""
    cloud = Cloud({f"taskgroups/{GROUP}": group()})
    read = await cloud.tasks.read(f"group:{GROUP}")
    assert (read.progress, read.seconds_left, read.started_at) == (0.25, 7.5, 1_795_509_015.0)
    assert (read.source, read.source_bucket, read.source_cloud) == ("Aliyun media-src", "media-src", "Aliyun")
    assert (read.children, read.children_migrating, read.children_waiting) == (12, 3, 9)
    creating = await Cloud({f"taskgroups/{GROUP}": group(status=1)}).tasks.read(f"group:{GROUP}")
    assert (creating.progress, creating.seconds_left) == (None, None)


async def test_a_group_of_urls_counts_objects_and_needs_no_keys_of_a_source() -> None:
    """As a task of URLs does."""
    of_urls = group(task_type="URL_LIST", total_num=10, success_num=4, skip_num=1, fail_num=0)
    read = await Cloud({f"taskgroups/{GROUP}": of_urls}).tasks.read(f"group:{GROUP}")
    assert (read.of_urls, read.by_objects, read.progress) == (True, True, 0.5)


@pytest.mark.parametrize(
    ("status", "means"), [("SYNCHRONIZING", 2), ("STOPPED", 3), ("SOMETHING", None), (None, None)]
)
async def test_a_sync_task_is_read(status: str | None, means: int | None) -> None:
    """It has no end, so no progress."""
    cloud = Cloud({f"sync-tasks/{SYNC}": sync_task(status=status)})
    read = await cloud.tasks.read(f"sync:{SYNC}")
    assert (read.task_id, read.kind, read.status, read.progress) == (f"sync:{SYNC}", Kind.SYNC, means, None)
    assert (read.name, read.source, read.destination) == (SYNC, "AWS media-src", "media-dst")


async def test_a_task_is_read_with_its_driver_and_its_policy() -> None:
    """And with what OMS says of its failure, but for the keys in it."""
    shown = task(
        group_type="GROUP_TASK",
        group_id=GROUP,
        task_type="url_list",
        bandwidth_policy=[{"start": "09:00", "end": "18:00", "max_bandwidth": 20_971_520}],
        error_reason={"error_code": "TRF.0051", "error_msg": "No access for AKIAABCDEFGHIJKL2345."},
    )
    read = await Cloud({f"tasks/{TASK}": shown}).tasks.read(TASK)
    assert (read.group, read.driver_id, read.of_urls) == ("task group", GROUP, True)
    assert read.bandwidth == ("09:00-18:00 20971520",)
    assert (read.error_code, read.error_message) == ("TRF.0051", "No access for ***.")


async def test_a_snapshot_is_the_same_when_it_was_stored() -> None:
    """As JSON."""
    shown = task(bandwidth_policy=[{"start": "09:00", "end": "18:00", "max_bandwidth": 1}])
    cloud = Cloud({f"tasks/{TASK}": shown, f"taskgroups/{GROUP}": group(), f"sync-tasks/{SYNC}": sync_task()})
    for target in (TASK, f"group:{GROUP}", f"sync:{SYNC}"):
        read = await cloud.tasks.read(target)
        assert snapshot_from(json.loads(json.dumps(dataclasses.asdict(read)))) == read


# --- listed -------------------------------------------------------------------------------------------------------


def _everything() -> dict[str, Any]:
    return {
        "tasks": [task(), task(id=2, name="b", status=3), task(id=3, name="c", migrate_speed=500)],
        "taskgroups": groups(group(), group(group_id=OTHER, status=3)),
        "sync-tasks": sync_tasks(sync_task()),
    }


async def test_all_kinds_are_listed_the_fastest_first() -> None:
    """In the states that are asked for."""
    migrating = await Cloud(_everything()).tasks.listed({TaskStatus.MIGRATING})
    assert [one.task_id for one in migrating] == ["3", f"group:{GROUP}", TASK, f"sync:{SYNC}"]
    both = await Cloud(_everything()).tasks.listed({TaskStatus.MIGRATING, TaskStatus.PAUSED})
    assert {one.task_id for one in both} == {
        "3",
        TASK,
        "2",
        f"group:{GROUP}",
        f"group:{OTHER}",
        f"sync:{SYNC}",
    }
    cloud = Cloud(_everything())
    assert len(await cloud.tasks.listed()) == 6
    assert sorted(cloud.asked) == ["GET sync-tasks", "GET taskgroups", "GET tasks"]


async def test_states_that_oms_does_not_filter_by_are_found_in_the_whole_list() -> None:
    """Such as retrying."""
    retrying = {**_everything(), "tasks": [task(), task(id=2, name="b", status=6)]}
    cloud = Cloud(retrying)
    assert [one.task_id for one in await cloud.tasks.listed({6, 7})] == ["2"]
    assert cloud.asked.count("GET tasks") == 1


@pytest.mark.parametrize(
    "refusal",
    [
        httpx.Response(404, json={"error_code": "APIGW.0101", "error_msg": "The API does not exist."}),
        httpx.Response(404, json={}),
        httpx.Response(400, json={"error_code": "OMS.0072", "error_msg": "No permission."}),
        httpx.Response(400, json={"error_code": "OMS.0151", "error_msg": "Invalid parameters."}),
    ],
)
@pytest.mark.parametrize("kind", ["sync-tasks", "taskgroups"])
async def test_where_there_is_one_kind_less_the_others_are_listed(kind: str, refusal: httpx.Response) -> None:
    """OMS has sync tasks in two regions."""
    found = await Cloud(_everything() | {kind: refusal}).tasks.listed({TaskStatus.MIGRATING})
    assert TASK in {one.task_id for one in found}


async def test_a_list_that_fails_for_a_moment_is_not_told_as_if_it_were_whole() -> None:
    """Something may migrate in it."""
    broken = _everything() | {"taskgroups": httpx.Response(401, json={"error_code": "APIGW.0301"})}
    with pytest.raises(errors.CredentialRejected):
        await Cloud(broken).tasks.listed({TaskStatus.MIGRATING})


# --- acted on -----------------------------------------------------------------------------------------------------


_NODES = {"src_node": AWAY, "dst_node": {"bucket": "dst"}}


async def test_a_task_is_paused_and_resumed_by_one_call_each() -> None:
    """With POST; it is read before it is resumed, to know for which buckets keys are needed."""
    path = f"tasks/{TASK}"
    shown = {"id": TASK, "status": 3} | _NODES
    cloud = Cloud({path: shown, f"{path}/stop": {}, f"{path}/start": {}})
    await cloud.tasks.pause(TASK)
    await cloud.tasks.resume(TASK)
    assert cloud.asked == [f"POST {path}/stop", f"GET {path}", f"POST {path}/start"]


@pytest.mark.parametrize(("status", "call"), [(3, "start"), (4, "retry"), (5, "retry")])
async def test_a_group_is_paused_and_resumed_with_put(status: int, call: str) -> None:
    """One that failed has another call than one that is paused."""
    path = f"taskgroups/{GROUP}"
    shown = group(status=status) | _NODES
    cloud = Cloud({path: shown, f"{path}/stop": {}, f"{path}/{call}": {}})
    await cloud.tasks.pause(f"group:{GROUP}")
    await cloud.tasks.resume(f"group:{GROUP}")
    assert cloud.asked == [f"PUT {path}/stop", f"GET {path}", f"PUT {path}/{call}"]


async def test_a_sync_task_is_paused_and_resumed_by_its_own_call() -> None:
    """Which takes keys of both sides."""
    path = f"sync-tasks/{SYNC}"
    shown = {
        "sync_task_id": SYNC,
        "status": "STOPPED",
        "src_cloud_type": "AWS",
        "src_bucket": "src",
        "dst_bucket": "dst",
    }
    cloud = Cloud({path: shown} | {f"{path}/{call}": {} for call in ("stop", "start")})
    await cloud.tasks.pause(f"sync:{SYNC}")
    await cloud.tasks.resume(f"sync:{SYNC}")
    assert cloud.asked == [f"POST {path}/stop", f"GET {path}", f"POST {path}/start"]


async def test_what_can_not_be_read_is_not_started() -> None:
    """And nobody is left in doubt whether it was."""
    cloud = Cloud({f"tasks/{TASK}": httpx.Response(502), f"tasks/{TASK}/start": {}})
    with pytest.raises(errors.ServiceFault) as refused:
        await cloud.tasks.resume(TASK)
    assert refused.value.source == "iam"
    assert f"POST tasks/{TASK}/start" not in cloud.asked


async def test_a_policy_is_set_for_tasks_and_groups() -> None:
    """A sync task has none."""
    cloud = Cloud({f"tasks/{TASK}/bandwidth-policy": {}, f"taskgroups/{GROUP}/update": {}})
    window = BandwidthWindow(start="00:00", end="24:00", max_bandwidth=1_048_576)
    for target in (TASK, f"group:{GROUP}"):
        await cloud.tasks.throttle(target, [window])
    with pytest.raises(errors.BadRequest):
        await cloud.tasks.throttle(f"sync:{SYNC}", [window])
    assert cloud.asked == [f"PUT tasks/{TASK}/bandwidth-policy", f"PUT taskgroups/{GROUP}/update"]
