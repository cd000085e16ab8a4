"""A task is readable however oddly OMS describes it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.huawei.oms.models import Task, TaskList, TaskStatus

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
    assert task.known_status is TaskStatus.MIGRATING
    assert task.group_id is None
    assert task.src_node is not None
    assert (task.src_node.bucket, task.src_node.object_key) == ("media-src", ("a", "b"))
    assert task.dst_node is not None
    assert task.dst_node.save_prefix is None
    assert task.bandwidth_policy[0].max_bandwidth == 1048576
    assert task.bytes_left == 956_000_000_000
    assert task.seconds_left == 2276.0
    assert task.started_at == datetime(2026, 11, 24, 8, 30, 15, tzinfo=UTC)


def test_nothing_at_all_is_still_a_task() -> None:
    """Every field is optional."""
    task = Task.model_validate({})
    assert (task.status, task.known_status, task.bytes_left, task.seconds_left, task.started_at) == (
        None,
    ) * 5


def test_a_status_from_the_future_is_kept_as_a_number() -> None:
    """It is shown, not guessed."""
    task = Task.model_validate({"status": "42"})
    assert (task.status, task.known_status) == (42, None)


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
        "bandwidth_policy": {"start": 1},
    }
    task = Task.model_validate(broken)
    assert task.known_status is TaskStatus.MIGRATING
    assert (task.src_node, task.progress, task.total_size, task.bandwidth_policy) == (None, None, None, ())


@pytest.mark.parametrize("start", [0, -1, 10**18, 10**30])
def test_a_time_that_makes_no_date_is_none(start: int) -> None:
    """0 means not started."""
    assert Task.model_validate({"start_time": start}).started_at is None


def test_more_done_than_there_is_leaves_nothing() -> None:
    """While the source is still being listed the total lags behind."""
    assert Task.model_validate({"total_size": 1, "complete_size": 2}).bytes_left == 0
    assert Task.model_validate({"left_time": -5}).seconds_left is None
    assert Task.model_validate({"left_time": 10**400}).seconds_left is None


def test_a_list_keeps_what_is_a_task() -> None:
    """One odd entry does not lose the others."""
    page = TaskList.model_validate({"tasks": [{"id": 1}, None, "x", {"id": 2}], "count": "2"})
    assert [task.id for task in page.tasks] == ["1", "2"]
    assert page.count == 2
    assert TaskList.model_validate({"tasks": None}).tasks == ()


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(Task.model_fields)), _values))
def test_no_value_of_any_field_makes_a_task_unreadable(body: dict[str, Any]) -> None:
    """Nor any of what is derived from it."""
    task = Task.model_validate(body)
    assert task.started_at is None or task.started_at.tzinfo is UTC
    assert task.bytes_left is None or task.bytes_left >= 0
    assert task.seconds_left is None or task.seconds_left >= 0
