"""A task is readable however oddly OMS describes it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.huawei.oms.models import (
    BandwidthWindow,
    SyncTaskPage,
    Task,
    TaskGroup,
    TaskGroupPage,
    TaskPage,
    TaskStatus,
)

FULL: dict[str, Any] = {
    "id": 191297407830872,
    "name": "media-872",
    "status": 2,
    "task_type": "object",
    "group_type": "NORMAL_TASK",
    "group_id": "",
    "progress": 0.522,
    "total_size": 2_000_000_000_000,
    "complete_size": 1_044_000_000_000,
    "migrate_speed": 420_000_000,
    "start_time": 1_795_509_015_000,
    "left_time": 2_276_000,
    "is_query_over": True,
    "src_node": {"bucket": "media-src", "cloud_type": "AWS", "object_key": ["a", "b"], "list_file": None},
    "dst_node": {"bucket": "media-dst", "region": "ap-southeast-3", "save_prefix": ""},
    "error_reason": None,
    "bandwidth_policy": [{"start": "01:00", "end": "12:00", "max_bandwidth": 1048576}],
    "smn_info": None,
    "enable_restore": False,
    "something_new": {"since": 2027},
}


def test_a_whole_task_is_read() -> None:
    """Ids are text, everything else keeps OMS's units."""
    task = Task.model_validate(FULL)
    assert task.id == "191297407830872"
    assert task.status == TaskStatus.MIGRATING
    assert task.group_id is None
    assert task.src_node is not None
    assert (task.src_node.bucket, task.src_node.cloud_type) == ("media-src", "AWS")
    assert task.dst_node is not None
    assert task.dst_node.bucket == "media-dst"
    assert task.seconds_left == 2276.0


def test_nothing_at_all_is_still_a_task() -> None:
    """Every field is optional."""
    task = Task.model_validate({})
    assert set(task.model_dump().values()) == {None, ()}
    assert task.seconds_left is None


def test_a_status_from_the_future_is_kept_as_a_number() -> None:
    """It is shown, not guessed."""
    task = Task.model_validate({"status": "42"})
    assert task.status == 42


@pytest.mark.parametrize("empty", [None, "", {}, {"error_code": "", "error_msg": None}, [], "none", 7])
def test_an_empty_reason_is_no_reason(empty: object) -> None:
    """OMS sends null, the documentation says ""."""
    assert Task.model_validate({"status": 3, "error_reason": empty}).error_reason is None


def test_a_reason_is_read() -> None:
    """With its own codes."""
    reason = Task.model_validate({"error_reason": {"error_code": "TRF.0001", "error_msg": "x"}}).error_reason
    assert reason is not None
    assert reason.error_code == "TRF.0001"


def test_a_broken_part_does_not_hide_the_rest() -> None:
    """A task whose source makes no sense can still be paused."""
    broken = FULL | {
        "src_node": ["?"],
        "progress": "NaN",
        "total_size": 1.5,
    }
    task = Task.model_validate(broken)
    assert task.status == TaskStatus.MIGRATING
    assert (task.src_node, task.progress, task.total_size) == (None, None, None)


@pytest.mark.parametrize("left", [-5, 10**400])
def test_an_estimate_that_makes_no_sense_is_none(left: int) -> None:
    """As OMS sends it when it has none."""
    assert Task.model_validate({"left_time": left}).seconds_left is None


def test_a_list_keeps_what_is_a_task() -> None:
    """One odd entry does not lose the others."""
    page = TaskPage.model_validate({"tasks": [{"id": 1}, None, "x", {"id": 2}], "count": "2"})
    assert [task.id for task in page.items] == ["1", "2"]
    assert page.count == 2
    assert TaskPage.model_validate({"tasks": None}).items == ()


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(Task.model_fields)), _values))
def test_no_value_of_any_field_makes_a_task_unreadable(body: dict[str, Any]) -> None:
    """Nor any of what is derived from it."""
    task = Task.model_validate(body)
    assert task.seconds_left is None or task.seconds_left >= 0


def test_a_group_and_a_sync_task_are_read() -> None:
    """Each by its own names for the same things."""
    group = TaskGroup.model_validate(
        {"group_id": "1f2e", "status": "2", "src_node": {"cloud_type": "AWS"}, "executing_task_num": 3}
    )
    assert (group.id, group.status, group.executing_task_num) == ("1f2e", 2, 3)
    page = SyncTaskPage.model_validate({"tasks": [{"sync_task_id": "0a1b", "status": "STOPPED"}], "count": 1})
    assert [(task.id, task.status) for task in page.items] == [("0a1b", "STOPPED")]
    assert [group.id for group in TaskGroupPage.model_validate({"taskgroups": [{"group_id": 1}]}).items] == [
        "1"
    ]


def test_a_bandwidth_policy_is_read_as_far_as_it_makes_sense() -> None:
    """In bytes a second."""
    windows = [{"start": "01:00", "end": "12:00", "max_bandwidth": "1048576"}, {"start": "25:00"}, None]
    policy = Task.model_validate({"bandwidth_policy": windows}).bandwidth_policy
    assert [str(window) for window in policy] == ["01:00-12:00 1048576"]
    assert Task.model_validate({"bandwidth_policy": None}).bandwidth_policy == ()


def test_a_window_is_written_and_read_again() -> None:
    """As it is stored with an operation."""
    window = BandwidthWindow(start="22:00", end="24:00", max_bandwidth=1_048_576)
    assert BandwidthWindow.parse(str(window)) == window
    for odd in ("", "22:00 5", "22:00-24:00", "9-10 5", "22:00-24:00 fast"):
        with pytest.raises(ValueError, match="BandwidthWindow"):
            BandwidthWindow.parse(odd)
