"""The sandbox's OMS does what platforms.md says: statuses, errors, time, permissions, faults."""

import asyncio
import math
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from bot.sandbox.huawei.cloud import Fault, error_body
from bot.sandbox.huawei.faults import Kind, Shape
from tests.unit.sandbox.huawei_world import KEYS, OTHER, PROJECT, World, refused


async def test_an_endless_task_begins_anew_where_it_would_finish(world: World) -> None:
    """So that a demo never runs out: it is migrating after any time, and can be paused."""
    task = world.cloud.add_task(PROJECT, total_size=1000, complete_size=400, speed=10, endless=True).id
    world.clock.now += 59
    assert (await world.show(task))["complete_size"] == 990
    world.clock.now += 3 * 100 + 2
    shown = await world.show(task)
    assert (shown["status"], shown["complete_size"]) == (2, 10)
    assert (await world.stop(task)).status_code == 200
    world.clock.now += 100
    assert (await world.show(task))["status"] == 3


async def test_a_pause_is_accepted_then_pausing_then_paused(world: World) -> None:
    """200 without a body, status 7 for as long as arranged, then 3, where it stays."""
    world.cloud.pausing_seconds = 4
    task = world.cloud.add_task(PROJECT).id
    answer = await world.stop(task)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await world.show(task))["status"] == 7
    world.clock.now += 3.9
    assert (await world.show(task))["status"] == 7
    world.clock.now += 0.1
    paused = await world.show(task)
    world.clock.now += 1000
    assert paused["status"] == 3
    assert await world.show(task) == paused


async def test_progress_follows_the_clock(world: World) -> None:
    """Bytes, share and time left are worked out from the time passed; sizes in bytes, times in ms."""
    task = world.cloud.add_task(PROJECT, total_size=1000, complete_size=500, speed=10, objects=10).id
    world.clock.now += 22
    body = await world.show(task)
    assert (body["complete_size"], body["progress"], body["left_time"]) == (720, 0.72, 28_000)
    assert (body["total_num"], body["successful_num"], body["migrate_speed"]) == (10, 7, 10)
    assert body["start_time"] == round((world.clock.now - 72) * 1000)


async def test_a_task_finishes_when_its_bytes_are_moved(world: World) -> None:
    """Status 5, everything moved, nothing left."""
    task = world.cloud.add_task(PROJECT, total_size=1000, speed=10).id
    world.clock.now += 101
    body = await world.show(task)
    assert (body["status"], body["progress"], body["complete_size"], body["left_time"]) == (5, 1.0, 1000, 0)
    assert body["total_time"] == 100_000


async def test_a_task_fails_when_arranged(world: World) -> None:
    """Status 4 with a TRF reason; until then error_reason is null."""
    task = world.cloud.add_task(PROJECT, fails_after=10, fails_with=("TRF.0051", "No permission.")).id
    assert (await world.show(task))["error_reason"] is None
    world.clock.now += 10
    body = await world.show(task)
    assert body["status"] == 4
    assert body["error_reason"] == {"error_code": "TRF.0051", "error_msg": "No permission."}


@pytest.mark.parametrize(("fails_after", "ending"), [(math.inf, 5), (3, 4)])
async def test_a_task_may_end_while_pausing(world: World, fails_after: float, ending: int) -> None:
    """What is in flight goes on, so the task can finish or fail before it is paused."""
    task = world.cloud.add_task(PROJECT, total_size=100, speed=25, fails_after=fails_after).id
    await world.stop(task)
    world.clock.now += 60
    assert (await world.show(task))["status"] == ending


async def test_a_pause_may_never_come_to_its_end(world: World) -> None:
    """For the bot's "still pausing"."""
    task = world.cloud.add_task(PROJECT, total_size=10**18, pause_takes=math.inf).id
    await world.stop(task)
    world.clock.now += 86_000
    assert (await world.show(task))["status"] == 7


@pytest.mark.parametrize(
    ("status", "code"),
    [*((status, "OMS.0066") for status in (0, 1, 3, 4, 6, 7)), (5, "OMS.0070")],
)
async def test_only_a_migrating_task_can_be_paused(world: World, status: int, code: str) -> None:
    """Everything else is "not in progress", or complete; and nothing changes."""
    world.cloud.max_running = 0
    task = world.cloud.add_task(PROJECT, status=status).id
    assert refused(await world.stop(task)) == (400, code)
    assert (await world.show(task))["status"] == status


@pytest.mark.parametrize("status", [3, 4])
async def test_a_paused_or_failed_task_can_be_resumed(world: World, status: int) -> None:
    """It waits for a slot and goes on from where it stopped."""
    task = world.cloud.add_task(PROJECT, status=status, complete_size=500, total_size=1000, speed=10).id
    answer = await world.start(task)
    assert (answer.status_code, answer.content) == (200, b"")
    world.clock.now += 10
    body = await world.show(task)
    assert (body["status"], body["complete_size"], body["error_reason"]) == (2, 600, None)


@pytest.mark.parametrize(
    ("status", "code"), [(1, "OMS.0065"), (2, "OMS.0065"), (5, "OMS.0070"), (7, "OMS.0065")]
)
async def test_other_tasks_cannot_be_resumed(world: World, status: int, code: str) -> None:
    """Started already, or complete."""
    world.cloud.max_running = 0
    task = world.cloud.add_task(PROJECT, status=status).id
    assert refused(await world.start(task)) == (400, code)


async def test_resuming_takes_the_destination_keys(world: World) -> None:
    """OMS does not keep them; without them nothing starts."""
    task = world.cloud.add_task(PROJECT, status=3).id
    assert refused(await world.start(task, src_ak="a", src_sk="b")) == (400, "OMS.1004")
    assert refused(await world.start(task, dst_ak="x" * 101, dst_sk="b")) == (400, "OMS.1003")
    answer = await world.http.post(f"/v2/{PROJECT}/tasks/{task}/start", content=b"dst_ak=1")
    assert refused(answer) == (400, "OMS.0067")
    assert (await world.show(task))["status"] == 3


async def test_a_waiting_task_takes_the_slot_that_a_pause_frees(world: World) -> None:
    """At the moment it becomes free, not when somebody looks: a pausing task still holds its slot."""
    world.cloud.max_running, world.cloud.pausing_seconds = 1, 5
    first = world.cloud.add_task(PROJECT).id
    second = world.cloud.add_task(PROJECT, status=1, speed=10).id
    third = world.cloud.add_task(PROJECT, status=1).id
    await world.stop(first)
    world.clock.now += 4
    assert (await world.show(second))["status"] == 1
    world.clock.now += 11
    taken = await world.show(second)
    assert (taken["status"], taken["complete_size"]) == (2, 100)
    assert (await world.show(third))["status"] == 1


async def test_the_verb_trap_is_real(world: World) -> None:
    """The documentation's example without /stop is no API, and DELETE on the same URL deletes the task."""
    task = world.cloud.add_task(PROJECT, status=3).id
    url = f"/v2/{PROJECT}/tasks/{task}"
    assert refused(await world.http.post(url)) == (404, "APIGW.0101")
    assert refused(await world.http.put(url + "/stop")) == (404, "APIGW.0101")
    assert refused(await world.http.delete(url)) == (400, "OMS.0072")
    world.cloud.grant("alice", PROJECT, "oms:task:delete")
    assert (await world.http.delete(url)).status_code == 200
    assert refused(await world.http.get(url)) == (400, "OMS.1009")


async def test_a_running_task_cannot_be_deleted(world: World) -> None:
    """OMS.0063, also while it is pausing."""
    world.cloud.grant("alice", PROJECT, "oms:task:delete")
    task = world.cloud.add_task(PROJECT).id
    assert refused(await world.http.delete(f"/v2/{PROJECT}/tasks/{task}")) == (400, "OMS.0063")
    await world.stop(task)
    assert refused(await world.http.delete(f"/v2/{PROJECT}/tasks/{task}")) == (400, "OMS.0063")


@pytest.mark.parametrize(
    ("task", "code"), [("1", "OMS.1009"), ("abc", "OMS.0054"), ("1234567890123456", "OMS.0054")]
)
async def test_a_task_that_is_not_there(world: World, task: str, code: str) -> None:
    """400, never 404: OMS answers everything with 400."""
    assert refused(await world.http.get(f"/v2/{PROJECT}/tasks/{task}")) == (400, code)


async def test_lists_by_page_status_name_and_group(world: World) -> None:
    """`offset` counts records, `count` all that match; names match in part; only the project's are seen."""
    world.cloud.max_running = 0
    for number in range(12):
        world.cloud.add_task(PROJECT, name=f"media-{number}", status=1 if number % 2 else 3)
    world.cloud.add_task(PROJECT, name="logs", group_id="g1", group_type="GROUP_TASK")
    world.cloud.add_task(OTHER, name="media-elsewhere")

    async def names(**query: Any) -> tuple[list[str], int]:
        body = (await world.http.get(f"/v2/{PROJECT}/tasks", params=query)).json()
        return [task["name"] for task in body["tasks"]], body["count"]

    assert await names() == ([f"media-{number}" for number in range(10)], 13)
    assert await names(limit=2, offset=11) == (["media-11", "logs"], 13)
    assert await names(task_name="dia-1") == (["media-1", "media-10", "media-11"], 3)
    assert await names(status=3, limit=1) == (["media-0"], 6)
    assert await names(group_id="g1") == (["logs"], 1)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "OMS.0001"),
        ("limit=101", "OMS.0001"),
        ("offset=-1", "OMS.0001"),
        ("limit=x", "OMS.1010"),
        ("status=6", "OMS.0052"),
        ("status=x", "OMS.0052"),
    ],
)
async def test_refuses_a_list_out_of_range(world: World, query: str, code: str) -> None:
    """The documented ranges hold."""
    assert refused(await world.http.get(f"/v2/{PROJECT}/tasks?{query}")) == (400, code)


async def test_any_field_can_be_overridden(world: World) -> None:
    """For answers that the documentation allows and this simulation does not produce."""
    task = world.cloud.add_task(PROJECT, fields={"error_reason": "", "status": 99}).id
    body = await world.show(task)
    assert (body["error_reason"], body["status"]) == ("", 99)


async def test_permissions_are_asked_at_every_call(world: World) -> None:
    """A revoked permission is OMS.0072 at once; nobody in the project is turned away by the gateway."""
    task = world.cloud.add_task(PROJECT).id
    world.cloud.revoke("alice", PROJECT, "oms:task:update")
    assert refused(await world.stop(task)) == (400, "OMS.0072")
    assert (await world.show(task))["status"] == 2
    world.cloud.revoke("alice", PROJECT)
    assert refused(await world.stop(task)) == (403, "APIGW.0302")
    world.cloud.grant("alice", PROJECT, "obs:bucket:get")
    assert refused(await world.stop(task)) == (403, "OMS.0206")
    world.cloud.grant("alice", PROJECT, "oms:task:update")
    assert (await world.stop(task)).status_code == 200


async def test_a_token_is_good_for_its_own_project_only(world: World) -> None:
    """Neither another project's token nor a domain's opens the door."""
    world.cloud.grant("alice", OTHER, "oms:task:list")
    for project in (OTHER, None):
        headers = await world.log_in(project=project)
        answer = await world.http.get(f"/v2/{PROJECT}/tasks", headers=headers)
        assert refused(answer) == (400, "OMS.0068")


def _killed(world: World) -> None:
    world.cloud.kill_tokens("alice")


def _expired(world: World) -> None:
    world.clock.now += 86_400


def _disabled(world: World) -> None:
    world.cloud.disable_user("alice")


def _changed(world: World) -> None:
    world.cloud.change_password("alice", "new")


@pytest.mark.parametrize("happens", [_killed, _expired, _disabled, _changed])
async def test_a_dead_token_must_be_updated(world: World, happens: Callable[[World], None]) -> None:
    """Killed, too old, owner disabled, or password changed: 401 APIGW.0307."""
    happens(world)
    assert refused(await world.http.get(f"/v2/{PROJECT}/tasks")) == (401, "APIGW.0307")


async def test_no_credential_or_nonsense_is_unauthenticated(world: World) -> None:
    """401 APIGW.0301."""
    for token in ("", "MIInonsense"):
        answer = await world.http.get(f"/v2/{PROJECT}/tasks", headers={"X-Auth-Token": token})
        assert refused(answer) == (401, "APIGW.0301")


async def test_every_request_is_recorded_with_whose_it_was(world: World) -> None:
    """So that a test can say: exactly one pause, by alice."""
    task = world.cloud.add_task(PROJECT).id
    answer = await world.stop(task)
    (call,) = world.cloud.calls_of("stop_task", user="alice")
    assert (call.method, call.path) == ("POST", f"/v2/{PROJECT}/tasks/{task}/stop")
    assert (call.status, call.at) == (200, world.clock.now)
    assert call.request_id == answer.headers["X-Request-Id"]
    assert world.cloud.calls == [call]


async def test_latency_after_the_effect(world: World) -> None:
    """The pause has begun although the answer is late; before it, it has not."""
    task = world.cloud.add_task(PROJECT).id
    world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", seconds=30, times=1))
    assert (await world.stop(task)).status_code == 200
    assert world.slept == [30]
    assert (await world.show(task))["status"] == 7


@pytest.mark.parametrize(("when", "status"), [("before", 2), ("after", 7)])
async def test_a_cut_connection_leaves_the_effect_open(world: World, when: Any, status: int) -> None:
    """The client learns nothing; only reading the task tells whether it happened."""
    task = world.cloud.add_task(PROJECT).id
    world.cloud.faults.add(Fault(kind="cut", operation="stop_task", when=when, times=1))
    with pytest.raises(httpx.TransportError):
        await world.stop(task)
    assert (await world.show(task))["status"] == status
    assert [call.status for call in world.cloud.calls_of("stop_task", "alice")] == [0 if status == 2 else 200]


@pytest.mark.parametrize("kind", ["truncated", "drip"])
async def test_an_answer_that_is_never_whole_is_not_read(world: World, kind: Kind) -> None:
    """Its head comes, with status 200; what follows ends in the middle, or never."""
    task = world.cloud.add_task(PROJECT).id
    world.cloud.faults.add(Fault(kind=kind, operation="stop_task", seconds=0.01))
    with pytest.raises((httpx.TransportError, TimeoutError)):
        async with asyncio.timeout(0.3):
            await world.stop(task)
    assert (await world.show(task))["status"] == 2


async def test_a_clock_that_is_ahead_stands_in_every_answer(world: World) -> None:
    """And moves the tasks with it."""
    task = world.cloud.add_task(PROJECT, total_size=1000, speed=1).id
    before = await world.http.get(f"/v2/{PROJECT}/tasks")
    world.cloud.ahead = 600.0
    after = await world.http.get(f"/v2/{PROJECT}/tasks")
    moved = parsedate_to_datetime(after.headers["Date"]) - parsedate_to_datetime(before.headers["Date"])
    assert moved.total_seconds() == pytest.approx(600, abs=2)
    assert world.cloud.tasks[task].complete_size == pytest.approx(600, abs=2)


@pytest.mark.parametrize(
    ("kind", "status", "header"),
    [
        ("html", 200, ("content-type", "text/html; charset=utf-8")),
        ("redirect", 302, ("location", "https://portal.example.net/login")),
        ("empty", 200, ("content-length", "0")),
        ("throttled", 429, ("retry-after", "1")),
    ],
)
async def test_what_is_not_oms_answers(
    world: World, kind: Kind, status: int, header: tuple[str, str]
) -> None:
    """Portals, redirects, empty bodies and throttling come instead of the effect."""
    task = world.cloud.add_task(PROJECT).id
    world.cloud.faults.add(Fault(kind=kind, operation="stop_task"))
    answer = await world.stop(task)
    assert answer.status_code == status
    assert answer.headers[header[0]] == header[1]
    assert (await world.show(task))["status"] == 2


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("oms", '{"error_code":"500","error_msg":"Oops"}'),
        ("camel", '{"errorCode":"500","errorMsg":"Oops"}'),
        ("plain", '{"code":"500","message":"Oops"}'),
        ("nested", '{"error":{"code":500,"message":"Oops","title":"Oops"}}'),
        ("text", "500: Oops"),
    ],
)
async def test_errors_come_in_five_shapes(world: World, shape: Shape, text: str) -> None:
    """Any status with any of the bodies that Huawei's services use."""
    world.cloud.faults.add(Fault(kind="status", status=503, body=error_body(shape, "500", "Oops")))
    answer = await world.http.get(f"/v2/{PROJECT}/tasks")
    assert (answer.status_code, answer.text) == (503, text)


async def test_faults_are_counted_matched_and_cleared(world: World) -> None:
    """A fault strikes its own path, as often as it was told, until cleared."""
    task = world.cloud.add_task(PROJECT).id
    world.cloud.faults.add(Fault(kind="status", status=500, path="/v2/*/tasks/*", times=2))
    world.cloud.faults.add(Fault(kind="status", status=502, operation="list_tasks"))
    shown = [(await world.http.get(f"/v2/{PROJECT}/tasks/{task}")).status_code for _ in range(3)]
    listed = [(await world.http.get(f"/v2/{PROJECT}/tasks")).status_code for _ in range(3)]
    world.cloud.faults.clear()
    listed.append((await world.http.get(f"/v2/{PROJECT}/tasks")).status_code)
    assert (shown, listed) == ([500, 500, 200], [502, 502, 502, 200])


async def test_tasks_can_be_ended_by_hand(world: World) -> None:
    """For "ended instead", and for the page's buttons."""
    done, failed = world.cloud.add_task(PROJECT).id, world.cloud.add_task(PROJECT).id
    world.cloud.finish_task(done)
    world.cloud.fail_task(failed, "TRF.0052", "Denied.")
    assert (await world.show(done))["status"] == world.cloud.tasks[done].status == 5
    assert world.cloud.task_body(failed)["error_reason"]["error_code"] == "TRF.0052"


async def test_slots_are_of_a_user_and_a_region(world: World) -> None:
    """platforms.md, Slots: another user's waiting task starts, and another region has slots of its own."""
    world.cloud.max_running = 1
    first = world.cloud.add_task(PROJECT, owner="alice")
    second = world.cloud.add_task(PROJECT, owner="alice", status=1)
    anothers = world.cloud.add_task(PROJECT, owner="bob", status=1)
    elsewhere = world.cloud.add_task("another-region", owner="alice", status=1)
    statuses = [world.cloud.tasks[task.id].status for task in (first, second, anothers, elsewhere)]
    assert statuses == [2, 1, 2, 2]


@pytest.mark.parametrize(
    ("task_type", "progress"), [("list", 0.3333), ("url_list", 0.3333), ("prefix", 0.65)]
)
async def test_progress_of_lists_is_of_objects(world: World, task_type: str, progress: float) -> None:
    """Those of files, folders and prefixes are of bytes (platforms.md, Tasks and their statuses)."""
    task = world.cloud.add_task(
        PROJECT, task_type=task_type, objects=3, total_size=1000, complete_size=650, speed=0
    )
    assert (await world.show(task.id))["progress"] == progress


async def test_a_task_that_is_started_is_initialized_first(world: World) -> None:
    """Status 0 is transitional, before it waits or migrates (platforms.md, Tasks and their statuses)."""
    world.cloud.initializing_seconds = 2
    task = world.cloud.add_task(PROJECT, status=3)
    await world.start(task.id, **KEYS)
    assert (await world.show(task.id))["status"] == 0
    world.clock.now += 2
    assert (await world.show(task.id))["status"] == 2


async def test_a_resumed_task_waits_for_a_slot(world: World) -> None:
    """Paused, waiting, and migrating once another has paused."""
    world.cloud.pausing_seconds = 5
    running = [world.cloud.add_task(PROJECT).id for _ in range(5)]
    paused = world.cloud.add_task(PROJECT, status=3).id
    await world.start(paused)
    assert (await world.show(paused))["status"] == 1
    await world.stop(running[0])
    world.clock.now += 5
    assert (await world.show(paused))["status"] == 2


async def test_a_groups_tasks_take_none_of_its_owners_slots(world: World) -> None:
    """Five groups may run beside five tasks (platforms.md, Slots)."""
    world.cloud.max_running = 1
    world.cloud.add_group(PROJECT, children=[{"name": "a"}])
    free = world.cloud.add_task(PROJECT, status=1).id
    assert (await world.show(free))["status"] == 2


async def test_a_task_that_finishes_at_the_moment_of_its_pause_has_finished(world: World) -> None:
    """There is nothing left to pause."""
    world.cloud.pausing_seconds = 5
    task = world.cloud.add_task(PROJECT, total_size=50, speed=10).id
    await world.stop(task)
    world.clock.now += 5
    assert (await world.show(task))["status"] == 5
