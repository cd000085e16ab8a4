"""What a click names: in an organisation Slack may leave out or exchange any of the workspaces."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.payloads import Pressed

ids = st.sampled_from([None, "", "T1", "T2", "E1"])


@given(place=ids, own=ids, message=ids, absent=st.booleans())
def test_a_click_names_workspaces_only_and_its_organisation_is_none(
    place: str | None, own: str | None, message: str | None, *, absent: bool
) -> None:
    """Whatever is there, whatever is missing: nothing is made up, and what is known stands in."""
    body: dict[str, Any] = {
        "actions": [{"action_id": "oms_confirm", "value": "x"}],
        "user": {"id": "U1"} | ({} if absent else {"team_id": own}),
        "team": {"id": place} if place else None,
        "enterprise": {"id": "E1"},
        "message": {"team": message},
    }
    click = Pressed(body)
    said = {place, None if absent else own}
    assert set(click.named) == said - {None, "", "E1"}
    assert click.workspace in {*said, message, "E1"} - {None, ""}
    assert set(click.named) <= {click.workspace} or len(click.named) == 2


@given(kept=st.sets(st.sampled_from(["action_ts", "message"])))
def test_clicks_without_a_trigger_id_are_wishes_of_their_own(kept: set[str]) -> None:
    """Two approvers on one card: the second's agreement is not the first's, told again."""
    body: dict[str, Any] = {
        "actions": [
            {"action_id": "oms_confirm", "value": "x"} | ({"action_ts": "1.3"} if "action_ts" in kept else {})
        ],
        "message": {"ts": "1.2"} if "message" in kept else None,
    }
    clicks = [Pressed(body | {"user": {"id": user}}) for user in ("U1", "U2")]
    assert clicks[0].id != clicks[1].id
    assert clicks[0].id == clicks[0].heard().delivery == clicks[0].click("confirm", 0).click_id
