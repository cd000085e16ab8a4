"""In which order what came in together is begun."""

from __future__ import annotations

from bot.conversation.intake import Start, _in_order


def _start(workflow: str, id_: str, user: str = "U1") -> Start:
    return Start(workflow, id_, {"user": user})  # type: ignore[arg-type]


def test_decisions_go_before_work_and_each_in_the_order_of_delivery() -> None:
    """A click that was acknowledged must not wait behind twenty commands, nor be overtaken by a later click."""
    batch = [_start("ask", "a"), _start("settle", "b"), _start("ask", "c"), _start("agree", "d")]
    assert [start.id for start in _in_order(batch)] == ["b", "d", "a", "c"]


def test_of_two_clicks_that_decide_the_same_the_first_counts() -> None:
    """Both have the id of the decision."""
    [kept] = _in_order([_start("settle", "x:decision", "U1"), _start("settle", "x:decision", "U2")])
    assert kept.input == {"user": "U1"}
