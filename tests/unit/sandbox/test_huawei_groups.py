"""The sandbox's groups and synchronisation tasks are what platforms.md says of them."""

from typing import Any

import httpx
import pytest

from tests.unit.sandbox.huawei_world import KEYS, OTHER, PROJECT, World, refused

GROUPS, SYNCS = f"/v2/{PROJECT}/taskgroups", f"/v2/{PROJECT}/sync-tasks"
CHILD = {"total_size": 1000, "speed": 10}


async def put(world: World, group: str, what: str, **body: Any) -> httpx.Response:
    """Ask something of a group."""
    return await world.http.put(f"{GROUPS}/{group}/{what}", json=body or None)


async def shown(world: World, group: str) -> dict[str, Any]:
    """The group as OMS shows it."""
    body: dict[str, Any] = (await world.http.get(f"{GROUPS}/{group}")).json()
    return body


async def test_a_groups_figures_are_its_tasks_added_up(world: World) -> None:
    """Counts by status, bytes, objects and speed; and each of its tasks says whose it is."""
    world.cloud.max_running = 2
    tasks = [CHILD | {"complete_size": 500}, CHILD, CHILD | {"status": 1}, CHILD | {"status": 3}]
    group = world.cloud.add_group(PROJECT, children=tasks, src_cloud="Aliyun").id
    body = await shown(world, group)
    assert (body["group_id"], body["status"], body["src_node"]["cloud_type"]) == (group, 2, "ALIYUN")
    counts = ("total", "executing", "waiting", "paused", "complete", "failed")
    assert [body[f"{name}_task_num"] for name in counts] == [4, 2, 1, 1, 0, 0]
    assert (body["total_size"], body["complete_size"], body["migrate_speed"]) == (4000, 500, 20)
    listed = (await world.http.get(f"/v2/{PROJECT}/tasks", params={"group_id": group})).json()
    assert listed["count"] == 4
    assert {(task["group_id"], task["group_type"]) for task in listed["tasks"]} == {(group, "GROUP_TASK")}


async def test_pausing_a_group_pauses_its_tasks(world: World) -> None:
    """Pausing (7) until none of them moves, then paused (3); those that only waited are paused at once."""
    world.cloud.max_running, world.cloud.pausing_seconds = 1, 5
    group = world.cloud.add_group(PROJECT, children=[CHILD, CHILD | {"status": 1}]).id
    answer = await put(world, group, "stop")
    assert (answer.status_code, answer.content) == (200, b"")
    body = await shown(world, group)
    assert (body["status"], body["executing_task_num"], body["paused_task_num"]) == (7, 1, 1)
    world.clock.now += 5
    body = await shown(world, group)
    assert (body["status"], body["paused_task_num"], body["migrate_speed"]) == (3, 2, 0)


async def test_resuming_a_group_starts_its_paused_tasks(world: World) -> None:
    """It monitors again, and each goes on from where it stopped."""
    tasks = [CHILD | {"status": 3, "complete_size": 300}, CHILD | {"status": 5}]
    group = world.cloud.add_group(PROJECT, children=tasks, status=3).id
    assert (await put(world, group, "start", **KEYS)).status_code == 200
    world.clock.now += 10
    body = await shown(world, group)
    assert (body["status"], body["executing_task_num"], body["complete_task_num"]) == (2, 1, 1)
    assert body["complete_size"] == 1400


async def test_a_group_is_over_when_its_tasks_are(world: World) -> None:
    """Completed (6) if each has finished, also while pausing; failed (5) if one has not."""
    done = world.cloud.add_group(PROJECT, children=[CHILD]).id
    failed = world.cloud.add_group(PROJECT, children=[CHILD, CHILD | {"fails_after": 7}]).id
    ends_first = world.cloud.add_group(PROJECT, children=[CHILD | {"complete_size": 990}]).id
    await put(world, ends_first, "stop")
    world.clock.now += 100
    assert [(await shown(world, group))["status"] for group in (done, failed, ends_first)] == [6, 5, 6]
    assert (await shown(world, failed))["error_reason"] == {
        "error_code": "TRF.0001",
        "error_msg": "Internal system error.",
    }


async def test_a_failed_group_is_restarted(world: World) -> None:
    """With a call of its own; only what failed begins again."""
    group = world.cloud.add_group(PROJECT, children=[CHILD | {"status": 4}, CHILD | {"status": 5}]).id
    assert (await shown(world, group))["status"] == 5
    assert (await put(world, group, "retry", **KEYS, migrate_failed_object=True)).status_code == 200
    body = await shown(world, group)
    assert (body["status"], body["executing_task_num"]) == (2, 1)


@pytest.mark.parametrize(
    ("status", "what", "code"),
    [
        *((status, "stop", "OMS.1038") for status in (0, 3, 7)),
        *((status, "stop", "OMS.1036") for status in (4, 5, 6, 8, 9)),
        *((status, "start", "OMS.1039") for status in (0, 1, 2, 7)),
        *((status, "start", "OMS.1036") for status in (4, 5, 6, 8, 9)),
        *((status, "retry", "OMS.1040") for status in (2, 3, 6)),
    ],
)
async def test_a_group_in_another_state_is_refused(world: World, status: int, what: str, code: str) -> None:
    """And stays as it was."""
    group = world.cloud.add_group(PROJECT, status=status).id
    body = {} if what == "stop" else KEYS
    assert refused(await put(world, group, what, **body)) == (400, code)
    assert (await shown(world, group))["status"] == status


async def test_a_group_that_is_not_there_is_404(world: World) -> None:
    """Unlike a task, whose absence is 400."""
    assert refused(await world.http.get(f"{GROUPS}/nope")) == (404, "OMS.1009")
    assert refused(await put(world, "nope", "stop")) == (404, "OMS.1009")


async def test_the_other_verb_trap_is_real(world: World) -> None:
    """Groups stop and start with PUT, and POST is no API."""
    group = world.cloud.add_group(PROJECT, children=[CHILD]).id
    assert refused(await world.http.post(f"{GROUPS}/{group}/stop")) == (404, "APIGW.0101")


async def test_groups_are_listed_by_page_and_status(world: World) -> None:
    """Only the project's."""
    for status in (2, 3, 3):
        world.cloud.add_group(PROJECT, status=status)
    world.cloud.add_group(OTHER)
    everything = (await world.http.get(GROUPS, params={"limit": 2})).json()
    assert (len(everything["taskgroups"]), everything["count"]) == (2, 3)
    assert (await world.http.get(GROUPS, params={"status": 3})).json()["count"] == 2
    assert refused(await world.http.get(GROUPS, params={"status": 10})) == (400, "OMS.0052")


async def test_groups_and_synchronisation_tasks_have_permissions_of_their_own(world: World) -> None:
    """Who may pause tasks need not be allowed to pause groups."""
    group = world.cloud.add_group(PROJECT, children=[CHILD]).id
    sync = world.cloud.add_sync_task(PROJECT).id
    world.cloud.revoke("alice", PROJECT, "oms:taskgroup:update", "oms:synctask:update")
    assert refused(await put(world, group, "stop")) == (400, "OMS.0072")
    assert refused(await world.http.post(f"{SYNCS}/{sync}/stop")) == (400, "OMS.0072")


async def test_a_synchronisation_task_stops_at_once_and_starts_with_keys(world: World) -> None:
    """SYNCHRONIZING, STOPPED, SYNCHRONIZING; objects that arrive while it is stopped are lost."""
    sync = world.cloud.add_sync_task(PROJECT, objects_per_second=2, object_size=10).id
    now = {"query_time": round(world.clock.now * 1000)}

    async def show() -> tuple[str, int]:
        body = (await world.http.get(f"{SYNCS}/{sync}", params=now)).json()
        return body["status"], body["monthly_size"]

    world.clock.now += 10
    assert await show() == ("SYNCHRONIZING", 200)
    assert (await world.http.post(f"{SYNCS}/{sync}/stop")).status_code == 200
    world.clock.now += 10
    assert await show() == ("STOPPED", 200)
    assert refused(await world.http.post(f"{SYNCS}/{sync}/stop")) == (400, "OMS.0066")
    assert refused(await world.http.post(f"{SYNCS}/{sync}/start", json={})) == (400, "OMS.1004")
    assert (await world.http.post(f"{SYNCS}/{sync}/start", json=KEYS)).status_code == 200
    assert refused(await world.http.post(f"{SYNCS}/{sync}/start", json=KEYS)) == (400, "OMS.0065")
    world.clock.now += 10
    assert await show() == ("SYNCHRONIZING", 400)


async def test_a_synchronisation_task_is_shown_for_a_time(world: World) -> None:
    """`query_time` is required, in milliseconds."""
    sync = world.cloud.add_sync_task(PROJECT).id
    assert refused(await world.http.get(f"{SYNCS}/{sync}")) == (400, "OMS.1004")
    assert refused(await world.http.get(f"{SYNCS}/{sync}", params={"query_time": "now"})) == (400, "OMS.1010")
    assert refused(await world.http.get(f"{SYNCS}/nope", params={"query_time": 1})) == (400, "OMS.1009")


async def test_synchronisation_tasks_are_listed_by_status(world: World) -> None:
    """Without the figures of the month."""
    world.cloud.add_sync_task(PROJECT, sync_task_id="a")
    world.cloud.add_sync_task(PROJECT, sync_task_id="b", status="STOPPED")
    listed = (await world.http.get(SYNCS, params={"status": "STOPPED"})).json()
    assert [sync["sync_task_id"] for sync in listed["tasks"]] == ["b"]
    assert "monthly_size" not in listed["tasks"][0]
    assert (await world.http.get(SYNCS)).json()["count"] == 2
    assert refused(await world.http.get(SYNCS, params={"status": "2"})) == (400, "OMS.0052")


async def test_some_regions_have_no_synchronisation_tasks(world: World) -> None:
    """There OMS refuses every call for them."""
    sync = world.cloud.add_sync_task(PROJECT).id
    world.cloud.without_sync_tasks.add("ap-southeast-3")
    assert refused(await world.http.get(SYNCS)) == (400, "OMS.0060")
    assert refused(await world.http.post(f"{SYNCS}/{sync}/stop")) == (400, "OMS.0060")
