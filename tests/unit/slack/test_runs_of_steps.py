"""What Slack tells of a run of a workflow's step: who runs it is known from one place, and what is lent is dropped."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.sandbox.slack.steps import begin
from bot.sandbox.slack.world import World
from bot.slack.manifest import STEP, manifest
from bot.slack.payloads import Executed
from bot.slack.shapes import is_readable, without_lent

INPUTS = {"project": "prod-sg", "task": "media-872", "channel": "C0INCIDENTS", "reason": "why"}


def told(*, person: bool = True) -> tuple[str, dict[str, Any]]:
    """Return what is lent for a run, and the payload that tells of it."""
    world = World(team_id="T0SANDBOX", clock=lambda: 1_795_000_000.0)
    definition = manifest()["functions"][STEP]
    run, event = begin(world, STEP, definition, INPUTS, world.bot if person else None)
    return run.lent, {"type": "event_callback", "event_id": "Ev1", "team_id": "T0SANDBOX", "event": event}


def test_nothing_that_is_lent_is_left_and_all_that_is_read_is() -> None:
    """The token, the person's secret and the pointer to a view, each wherever Slack puts it."""
    lent, payload = told()
    assert lent in json.dumps(payload)
    left = without_lent(payload)
    assert is_readable(left)
    said = json.dumps(left)
    assert not any(word in said for word in (lent, "bot_access_token", "secret", "pointer"))
    executed = Executed(left["event"])
    assert (executed.project, executed.task, executed.channel_id) == ("prod-sg", "media-872", "C0INCIDENTS")
    assert executed.user_id == "U0SANDBOXBOT"
    assert left["event"]["function"] == payload["event"]["function"]


def test_a_click_in_a_step_is_lent_no_more() -> None:
    """Slack puts the same beside what was clicked."""
    lent, payload = told()
    data = {"execution_id": "Fx1", "function": {"callback_id": STEP}, "inputs": payload["event"]["inputs"]}
    click = {
        "type": "block_actions",
        "function_data": data,
        "bot_access_token": lent,
        "interactivity": {"x": lent},
    }
    assert lent not in json.dumps(without_lent(click))
    assert "secret" not in json.dumps(without_lent(click))


def test_nobody_runs_what_slack_names_nobody_for() -> None:
    """Whatever else the workflow says."""
    _, payload = told(person=False)
    payload["event"]["inputs"] |= {"user": "U0ALICE", "interactivity.interactor.id": "U0ALICE"}
    assert Executed(without_lent(payload)["event"]).user_id == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "interactor", "x"]), inner)
    ),
    max_leaves=6,
)


@given(inputs=st.dictionaries(st.sampled_from([*INPUTS, "interactivity", "a.secret"]), JSON) | JSON)
@example(inputs={"interactivity": {"interactor": "U0ALICE"}})
def test_what_passes_can_be_read(inputs: Any) -> None:
    """Whatever stands in the inputs of a signed event: it is refused, or read as texts."""
    _, payload = told(person=False)
    payload["event"]["inputs"] = inputs
    if is_readable(payload):
        executed = Executed(without_lent(payload)["event"])
        assert all(isinstance(text, str) for text in (executed.user_id, executed.channel_id, executed.task))
