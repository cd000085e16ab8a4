"""What may happen to one card in any order, and what must be true of it whatever the order.

A run of a workflow is given so many writes and then dies; another goes on with it later. So crashes, take-overs by
other replicas, and workflows that run beside each other, each step between any two of another's, are one rule.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.conversation.decided import verdict_id
from bot.conversation.policy import went_alone
from bot.conversation.verdicts import Click, ClickKind, Verdict
from bot.settings.sections import Project
from tests.unit.decision_world import (
    ACTS_AS,
    ALICE,
    ASKED_AT,
    EVERYBODY,
    WITHIN,
    Around,
    Begun,
    Cut,
    Process,
    Records,
    asked,
    click,
    heard,
    project,
)

_LOOP: Final = asyncio.new_event_loop()
_READY: Final = {"pause": 2, "resume": 3}
_DONE: Final = {"pause": 3, "resume": 2}

_approvers = st.sampled_from(
    [(), ("U0BOB", "U0BOB2", "U0CAROL", "U0ALICE2", "U0GUS"), ("S0ONCALL", "U0CAROL"), (ALICE, "U0BOB")]
)
_rules = st.just(project(0, (), 0)) | st.builds(
    project, st.integers(1, 2), _approvers, st.sampled_from([0, 5])
)
_oncall = st.sets(
    st.sampled_from(["U0BOB", "U0BOB2", "U0CAROL", "U0ALICE2", "U0GUS"]), min_size=1, max_size=4
)
_people = st.sampled_from([ALICE, ALICE, "U0BOB", "U0CAROL"]) | st.sampled_from(EVERYBODY)
_kinds: st.SearchStrategy[ClickKind] = st.sampled_from(["confirm"] * 4 + ["cancel", "break_glass"])
_writes = st.sampled_from([math.inf] * 8 + [*range(8)])  # until the process dies


class Decisions(RuleBasedStateMachine):
    """One card, from the moment it stands. `note` is told how it ended."""

    note: Callable[[str], None] = staticmethod(event)

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[Click] = []

    @initialize(
        verb=st.sampled_from(["pause", "resume"]),
        rules=_rules,
        oncall=_oncall,
        first=st.lists(st.tuples(_people, _kinds, _writes, st.booleans()), max_size=3),
    )
    def ask(
        self,
        verb: str,
        rules: Project,
        oncall: set[str],
        first: list[tuple[str, ClickKind, float, bool]],
    ) -> None:
        """Alice has asked; her card stands, and some have pressed its buttons: hypothesis tries runs without a rule."""
        self.projects = {"sg": rules}
        self.asked_in, self.rules_so_far = rules, [rules]
        self.operation = asked(verb, rules)
        self.records = Records(self.operation)
        self.around = Around(verb, oncall=oncall, status=_READY[verb])
        self._restart()
        for who, kind, writes, at_once in first:
            self.press(who, kind, writes, at_once=at_once)

    # --- what happens ---------------------------------------------------------------------------------------------

    @rule(who=_people, kind=_kinds, writes=_writes, at_once=st.booleans())
    def press(self, who: str, kind: ClickKind, writes: float, *, at_once: bool) -> None:
        """Somebody presses a button of the card, whether it is shown to them or not; it may be served at once."""
        made = click(who, kind, f"click-{len(self.pressed)}", self.around.now)
        self.pressed.append(made)
        self._deliver(made, writes)
        for begun in self._unfinished() if at_once else []:
            self._run(begun, writes)

    @precondition(lambda self: self.pressed)
    @rule(data=st.data(), writes=_writes)
    def redeliver(self, data: st.DataObject, writes: float) -> None:
        """Slack delivers something again. If it was recorded, nothing comes of it but the question who made it.

        Or the decision that it is itself, if that question stands since before a crash and nobody has decided yet.
        """
        again = data.draw(st.sampled_from(self.pressed))
        before = dict(self.records.begun)
        recorded = [begun for begun in before.values() if begun.given.get("click_id") == again.click_id]
        asked_who = any(begun.name == "decide" and not begun.over for begun in recorded)
        self._deliver(again, writes)
        new = [begun for key, begun in self.records.begun.items() if key not in before]
        names = [begun.name for begun in new]
        itself = names == ["settle"] and new[0].given["click_id"] == again.click_id
        assert not recorded or names in ([], ["decide"]) or (asked_who and itself)

    @precondition(lambda self: self._unfinished())
    @rule(data=st.data(), writes=_writes)
    def run(self, data: st.DataObject, writes: float) -> None:
        """A workflow runs, to its end or until the process dies."""
        self._run(data.draw(st.sampled_from(self._unfinished())), writes)

    @rule(seconds=st.sampled_from([1, 5, 120, 300]))
    def wait(self, seconds: float) -> None:
        """Time passes; what is in memory only is forgotten."""
        self.around.now += seconds
        self._restart()

    @precondition(lambda self: self.around.now >= ASKED_AT + WITHIN)
    @rule()
    def expire(self) -> None:
        """Whoever waits for the answer finds it overdue."""
        expiry = Verdict(
            operation_id=self.operation.id, kind="expire", message_ts="17.1", at=ASKED_AT + WITHIN
        )
        self.records.start("settle", verdict_id(self.operation.id), vars(expiry))

    @rule(change=st.sampled_from(["leave", "shift", "configure", "undo", "do"]), data=st.data())
    def change(self, change: str, data: st.DataObject) -> None:
        """Somebody is deactivated, or on call now; an operator changes the rules; somebody acts at the console."""
        match change:
            case "leave":
                self.around.gone.add(data.draw(st.sampled_from([ALICE, "U0BOB", "U0CAROL"])))
            case "shift":
                self.around.oncall = data.draw(_oncall)
            case "configure":
                self.projects["sg"] = data.draw(_rules)
                self.rules_so_far.append(self.projects["sg"])
            case "undo":
                self.around.status = _READY[self.around.verb]
            case "do":
                self.around.status = _DONE[self.around.verb]

    def teardown(self) -> None:
        """In the end time is up and everything has run; there is one decision, and one ending."""
        if not hasattr(self, "records"):
            return
        self.around.now += WITHIN
        self.expire()
        for _ in range(3):
            for one in self._unfinished():
                self._run(one, math.inf)
        assert not self._unfinished()
        endings = [details["how"] for event, details in self.records.events.values() if event == "ended"]
        assert len(endings) == 1
        self.note(f"ended: {endings[0]}, calls: {len(self.around.calls)}")

    # --- what must be true ----------------------------------------------------------------------------------------

    @invariant()
    def the_decision_is_one_that_somebody_might_make(self) -> None:
        """At most one, since it has one name; and by who may, in time."""
        verdict = self._verdict()
        if verdict is None:
            return
        until = ASKED_AT + WITHIN
        if verdict.kind == "expire":
            assert self.around.now >= until
            return
        [made] = [one for one in self.pressed if one.click_id == verdict.click_id]
        assert verdict.at < until
        assert made.user_id == verdict.user_id
        assert ACTS_AS.get(made.user_id) not in {"gus", "mallory"}
        match verdict.kind:
            case "cancel":
                assert made.kind == "cancel"
                assert made.user_id == ALICE or any(rules.approvals for rules in self.rules_so_far)
            case "confirm" if went_alone(verdict):
                self._holds_alone(verdict, made)
            case "confirm":
                assert made.kind == "confirm"
                assert (made.user_id == ALICE) == (not verdict.approved_by)

    def _holds_alone(self, verdict: Verdict, made: Click) -> None:
        assert made.kind == "break_glass"
        assert made.user_id == ALICE
        assert self.around.verb == "pause"
        assert self.asked_in.break_glass
        assert verdict.at >= ASKED_AT + self.asked_in.break_glass * 60

    def _may_call(self) -> None:
        """Right before a changing call: it is wanted, by enough people, in time, and the task is not there yet."""
        verdict = self._verdict()
        assert verdict
        assert verdict.kind == "confirm"
        assert self.around.now - verdict.at <= WITHIN
        assert self.around.welcome(ALICE)
        assert self.around.status == _READY[self.around.verb], "called blindly"
        if went_alone(verdict):
            return
        rules = [self.asked_in, self.projects["sg"]]
        needed = max(where.approvals for where in rules)
        agreed = verdict.approved_by
        assert len({ACTS_AS[who] for who in agreed} - {"alice"}) == len(agreed) >= needed
        for who in agreed:
            assert any(one.kind == "confirm" and one.user_id == who for one in self.pressed)
            assert self.around.welcome(who)
            assert all(self._named(where, who) for where in rules)

    def _named(self, where: Project, who: str) -> bool:
        named = where.approvers
        return not named or who in named or ("S0ONCALL" in named and who in self.around.oncall)

    # --- how ------------------------------------------------------------------------------------------------------

    def _verdict(self) -> Verdict | None:
        decided = self.records.begun.get(verdict_id(self.operation.id))
        return Verdict(**decided.given) if decided else None

    def _unfinished(self) -> list[Begun]:
        return [begun for begun in self.records.begun.values() if not begun.over]

    def _restart(self) -> None:
        self.process = Process(self.records, self.around, self.projects, self._may_call)

    def _deliver(self, made: Click, writes: float) -> None:
        async def ack(**_: Any) -> None:
            """Slack is told that it was heard."""

        now = replace(made, at=self.around.now)
        self._until_cut(self.process.deciding.take(ack, now, heard(now)), writes)

    def _run(self, begun: Begun, writes: float) -> None:
        self._until_cut(self.process.run(begun), writes)

    def _until_cut(self, work: Any, writes: float) -> None:
        self.records.left = writes
        try:
            _LOOP.run_until_complete(work)
        except Cut:
            self._restart()
        finally:
            self.records.left = math.inf
