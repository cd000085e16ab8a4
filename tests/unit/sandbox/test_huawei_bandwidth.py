"""The sandbox's bandwidth policies are checked, shown, and slow tasks down in their windows."""

from typing import Any

import httpx
import pytest

from tests.unit.sandbox.huawei_world import PROJECT, World, refused

MB = 1024**2
NOON = 1_795_003_200.0  # 12:00 UTC of some day


def window(start: str, end: str, megabytes: int) -> dict[str, Any]:
    """One window of a policy."""
    return {"start": start, "end": end, "max_bandwidth": megabytes * MB}


async def slow_down(world: World, task: int, *windows: dict[str, Any]) -> httpx.Response:
    """Let a task have a policy."""
    url = f"/v2/{PROJECT}/tasks/{task}/bandwidth-policy"
    return await world.http.put(url, json={"bandwidth_policy": list(windows)})


async def test_a_policy_slows_a_task_down_in_its_window(world: World) -> None:
    """Before and after it the task is as fast as ever; the policy is shown as it was sent."""
    world.clock.now = NOON - 10
    task = world.cloud.add_task(PROJECT, total_size=10**12, speed=100 * MB).id
    assert (await slow_down(world, task, window("12:00", "12:01", 10))).status_code == 200
    world.clock.now = NOON
    body = await world.show(task)
    assert (body["complete_size"], body["migrate_speed"]) == (10 * 100 * MB, 10 * MB)
    assert body["bandwidth_policy"] == [window("12:00", "12:01", 10)]
    world.clock.now = NOON + 70
    body = await world.show(task)
    assert (body["complete_size"], body["migrate_speed"]) == ((20 * 100 + 60 * 10) * MB, 100 * MB)


async def test_a_policy_of_the_whole_day_ends_at_midnight(world: World) -> None:
    """23:59 is the end of the day, and the next day is like it; the end of the task is worked out with it."""
    world.clock.now = NOON
    task = world.cloud.add_task(PROJECT, total_size=86_400 * 2 * MB, speed=100 * MB).id
    await slow_down(world, task, window("00:00", "23:59", 2))
    world.clock.now += 86_399
    assert world.cloud.task_body(task)["status"] == 2
    world.clock.now += 1
    assert world.cloud.task_body(task)["status"] == 5


async def test_an_empty_policy_takes_the_old_one_away(world: World) -> None:
    """Documented: an array of 0 to 5."""
    task = world.cloud.add_task(PROJECT, speed=100 * MB).id
    await slow_down(world, task, window("00:00", "23:59", 5))
    assert (await slow_down(world, task)).status_code == 200
    body = await world.show(task)
    assert (body["bandwidth_policy"], body["migrate_speed"]) == ([], 100 * MB)


SIX = [window(f"0{hour}:00", f"0{hour}:30", 5) for hour in range(6)]


@pytest.mark.parametrize(
    ("windows", "code"),
    [
        (SIX, "OMS.0083"),
        ([{"start": "00:00", "end": "01:00", "max_bandwidth": MB - 1}], "OMS.0084"),
        ([{"start": "00:00", "end": "01:00", "max_bandwidth": 200 * MB + 1}], "OMS.0084"),
        ([window("08:00", "12:00", 5), window("11:59", "13:00", 5)], "OMS.0085"),
        ([window("08:00", "08:00", 5)], "OMS.0087"),
        ([window("22:00", "06:00", 5)], "OMS.0087"),
        ([window("8:00", "12:00", 5)], "OMS.0087"),
        ([window("00:00", "24:00", 5)], "OMS.0087"),
        ([{"start": "08:00", "end": "12:00"}], "OMS.0087"),
        ([window("08:00", "12:00", 5) | {"zone": "UTC"}], "OMS.0087"),
        ("fast", "OMS.0087"),
    ],
)
async def test_a_faulty_policy_is_refused(world: World, windows: Any, code: str) -> None:
    """And the task keeps the one it has."""
    task = world.cloud.add_task(PROJECT).id
    url = f"/v2/{PROJECT}/tasks/{task}/bandwidth-policy"
    assert refused(await world.http.put(url, json={"bandwidth_policy": windows})) == (400, code)
    assert (await world.show(task))["bandwidth_policy"] == []


async def test_windows_may_touch(world: World) -> None:
    """In any order; at the border the second counts."""
    world.clock.now = NOON
    task = world.cloud.add_task(PROJECT, speed=100 * MB).id
    await slow_down(world, task, window("12:00", "13:00", 7), window("11:00", "12:00", 3))
    assert (await world.show(task))["migrate_speed"] == 7 * MB


async def test_what_is_over_or_nobodys_takes_no_policy(world: World) -> None:
    """A paused task does: it is for when it goes on."""
    done = world.cloud.add_task(PROJECT, status=5).id
    paused = world.cloud.add_task(PROJECT, status=3).id
    assert refused(await slow_down(world, done)) == (400, "OMS.0086")
    assert (await slow_down(world, paused)).status_code == 200
    assert refused(await slow_down(world, 1)) == (400, "OMS.1009")
    url = f"/v2/{PROJECT}/tasks/{paused}/bandwidth-policy"
    assert refused(await world.http.put(url, json={})) == (400, "OMS.1004")


async def test_a_groups_policy_is_its_tasks_policy(world: World) -> None:
    """The group shows it, and so does each of its tasks that is not over."""
    tasks = [{"name": "moving", "speed": 100 * MB}, {"name": "over", "status": 5}]
    group = world.cloud.add_group(PROJECT, children=tasks).id
    policy = [window("00:00", "23:59", 5)]
    url = f"/v2/{PROJECT}/taskgroups/{group}"
    assert (await world.http.put(f"{url}/update", json={"bandwidth_policy": policy})).status_code == 200
    body = (await world.http.get(url)).json()
    assert (body["bandwidth_policy"], body["migrate_speed"]) == (policy, 5 * MB)
    listed = (await world.http.get(f"/v2/{PROJECT}/tasks")).json()["tasks"]
    assert [len(task["bandwidth_policy"]) for task in listed] == [1, 0]
    over = world.cloud.add_group(PROJECT, status=6).id
    answer = await world.http.put(f"/v2/{PROJECT}/taskgroups/{over}/update", json={"bandwidth_policy": []})
    assert refused(answer) == (400, "OMS.0086")


async def batch(world: World, **body: Any) -> httpx.Response:
    """Change several tasks at once."""
    return await world.http.post(f"/v2/{PROJECT}/tasks/batch-update", json=body)


async def test_several_tasks_are_slowed_down_at_once(world: World) -> None:
    """By their ids, or all of a group."""
    one, other = world.cloud.add_task(PROJECT).id, world.cloud.add_task(PROJECT).id
    group = world.cloud.add_group(PROJECT, children=[{"name": "child"}]).id
    policy = [window("00:00", "23:59", 5)]
    assert (await batch(world, ids=[one, other], bandwidth_policy=policy)).status_code == 200
    assert (await batch(world, group_id=group, bandwidth_policy=policy)).status_code == 200
    assert [len(task.bandwidth) for task in world.cloud.tasks.values()] == [1, 1, 1]


async def test_a_batch_names_tasks_or_a_group(world: World) -> None:
    """Not both and not neither, and only what is there."""
    task = world.cloud.add_task(PROJECT).id
    assert refused(await batch(world, bandwidth_policy=[])) == (400, "OMS.1004")
    assert refused(await batch(world, ids=[task], group_id="g", bandwidth_policy=[])) == (400, "OMS.0001")
    assert refused(await batch(world, ids=[task, 1], bandwidth_policy=[])) == (400, "OMS.1009")
    assert refused(await batch(world, ids="all", bandwidth_policy=[])) == (400, "OMS.1002")
    assert refused(await batch(world, group_id="nope", bandwidth_policy=[])) == (400, "OMS.1009")
    assert refused(await batch(world, ids=[task], zone="UTC")) == (400, "OMS.0074")


async def test_who_waits_with_a_high_priority_is_started_first(world: World) -> None:
    """A priority is for what waits, is paused or has failed; what migrates keeps its own."""
    world.cloud.max_running, world.cloud.pausing_seconds = 1, 0
    first = world.cloud.add_task(PROJECT).id
    second, third = world.cloud.add_task(PROJECT, status=1).id, world.cloud.add_task(PROJECT, status=1).id
    assert refused(await batch(world, ids=[first], task_priority="HIGH")) == (400, "OMS.0063")
    assert refused(await batch(world, ids=[third], task_priority="URGENT")) == (400, "OMS.1003")
    assert (await batch(world, ids=[third], task_priority="HIGH")).status_code == 200
    await world.stop(first)
    assert [(await world.show(task))["status"] for task in (first, second, third)] == [3, 1, 2]
