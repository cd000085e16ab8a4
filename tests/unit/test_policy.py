"""Who may do what, where: each rule, and that no combination of facts opens a way around them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.policy import (
    Allowed,
    Decision,
    NeedsApproval,
    NeedsProof,
    Person,
    Refused,
    Rules,
    is_stranger,
    may_decide,
    may_not_go_alone,
    may_use,
    went_alone,
)
from bot.conversation.reasons import Reason
from bot.conversation.values import Operation
from bot.conversation.verdicts import Click

ALICE = Person("U0ALICE", "T1")
ASKED = Operation(
    id="op", team_id="T1", user_id="U0ALICE", channel_id="C1", project="sg", task_id="17", card={}, asked_at=0.0,
    expires_at=100.0, message_ts="17.1",
)  # fmt: skip
CLICK = Click(
    operation_id="op", workspace="T1", team_id="T1", user_id="U0ALICE", channel_id="C1", message_ts="17.1",
    click_id="click", at=0.0, named=("T1",),
)  # fmt: skip

words = st.sampled_from(["", "T1", "T2", "U0ALICE", "U0BOB", "C1", "C2", "17.1", "17.2"]) | st.text(
    max_size=3
)


def use(person: Person, *, channels: tuple[str, ...] = (), linked: bool = True) -> Decision:
    """Return the decision on *person* in channel C1 of workspace T1."""
    return may_use(person, home={"T1"}, named={"T1"}, channel="C1", channels=channels, linked=linked)


def test_a_linked_member_may_use_a_project_anywhere() -> None:
    """No channels configured means any channel."""
    assert use(ALICE) == Allowed()


def test_a_project_may_be_tied_to_channels() -> None:
    """In one of them it may be used, elsewhere not."""
    assert use(ALICE, channels=("C0", "C1")) == Allowed()
    assert use(ALICE, channels=("C0",)) == Refused(Reason.WRONG_CHANNEL, ("C0",))


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (replace(ALICE, deleted=True), Reason.DELETED),
        (replace(ALICE, is_bot=True), Reason.BOT),
        (replace(ALICE, is_guest=True), Reason.GUEST),
        (replace(ALICE, is_stranger=True), Reason.STRANGER),
        (replace(ALICE, team_id="T2"), Reason.STRANGER),
        (replace(ALICE, deleted=True, is_guest=True, team_id="T2"), Reason.DELETED),
        (replace(ALICE, is_guest=True, team_id="T2"), Reason.STRANGER),
    ],
)
def test_what_slack_says_of_a_person_decides(person: Person, reason: Reason) -> None:
    """A deactivated, foreign or guest account is refused even where it is linked."""
    assert use(person) == Refused(reason)


def test_nobody_acts_without_a_credential_of_their_own() -> None:
    """An unlinked person is told so, and only where the project may be used at all."""
    assert use(ALICE, linked=False) == Refused(Reason.NOT_LINKED)
    assert use(ALICE, linked=False, channels=("C0",)) == Refused(Reason.WRONG_CHANNEL, ("C0",))


@given(
    person=st.builds(
        Person, words, words, st.booleans(), st.booleans(), is_guest=st.booleans(), is_stranger=st.booleans()
    ),
    home=words,
    channel=words,
    channels=st.frozensets(words, max_size=3),
    linked=st.booleans(),
)
def test_only_an_ordinary_linked_member_in_a_right_channel_is_allowed(
    person: Person, home: str, channel: str, channels: frozenset[str], *, linked: bool
) -> None:
    """Whatever the facts, "allowed" means that every single rule holds."""
    decision = may_use(person, home={home}, named={home}, channel=channel, channels=channels, linked=linked)
    flags = person.deleted or person.is_bot or person.is_guest or person.is_stranger
    right = not flags and person.team_id in ("", home) and linked and (not channels or channel in channels)
    assert (decision == Allowed()) == right


workspaces = st.sampled_from(["T1", "T2", "T3"])
outside = st.sampled_from(["T8", "T9", "E9"])


@given(
    own=workspaces,
    others=st.frozensets(workspaces, min_size=1),
    home=st.sampled_from([{"T1", "E1"}, {"E1"}]),
    data=st.data(),
)
def test_whatever_is_named_of_the_own_organisation_nobody_of_it_is_a_stranger(
    own: str, others: frozenset[str], home: set[str], data: st.DataObject
) -> None:
    """Slack lists a person's workspaces; a delivery may name any of them, the bot's, the organisation, or nothing."""
    alice = replace(ALICE, team_id=own, other_teams=others, enterprise_id="E1")
    named = data.draw(st.lists(st.sampled_from(["", "E1", own, *sorted(others | home)]), max_size=3))
    assert not is_stranger(alice, home=home, named=named)
    unlisted = replace(alice, other_teams=())
    assert not is_stranger(unlisted, home=home, named=["T3"])


@given(
    stranger=st.builds(
        Person,
        st.just("U0ALICE"),
        outside,
        other_teams=st.frozensets(outside),
        enterprise_id=st.sampled_from(["", "E9"]),
    ),
    home=st.sampled_from([{"T1"}, {"T1", "E1"}]),
    named=st.lists(workspaces | outside | st.just("E1"), max_size=3),
)
def test_whatever_is_named_a_member_of_another_organisation_is_a_stranger(
    stranger: Person, home: set[str], named: list[str]
) -> None:
    """What a delivery names opens no door."""
    assert is_stranger(stranger, home=home, named=named)


@given(named=st.lists(outside, min_size=1))
def test_a_workspace_that_slack_does_not_know_somebody_in_is_not_theirs(named: list[str]) -> None:
    """Two workspaces may each have a user of one id."""
    assert is_stranger(ALICE, home={"T1"}, named=["T1", *named])
    member = replace(ALICE, other_teams=("T1", "T2"), enterprise_id="E1")
    assert is_stranger(member, home={"T1", "E1"}, named=named)
    decision = may_use(ALICE, home={"T1"}, named=named, channel="C1", channels=(), linked=True)
    assert decision == Refused(Reason.STRANGER)


Kind = Literal["confirm", "cancel"]
KINDS: list[Kind] = ["confirm", "cancel"]


def decide(
    click: Click, asked: Operation | None, kind: Kind, rules: Rules | None = None, *, now: float
) -> Decision:
    """Return the decision on a click that wants *kind*."""
    return may_decide(replace(click, kind=kind), asked, rules or Rules(), now=now)


YES: dict[Kind, Decision] = {"confirm": Allowed(), "cancel": NeedsProof()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_requester_may_decide_on_the_card_in_time(kind: Kind) -> None:
    """The ordinary click. A confirmation is asked about before the call, a cancellation before it counts."""
    assert decide(CLICK, ASKED, kind, now=99.9) == YES[kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("named", [("T2",), ("T1", "T2"), ("E1", "T1")])
def test_a_click_that_names_another_workspace_is_asked_about(named: tuple[str, ...], kind: Kind) -> None:
    """It is no proof of a stranger, and no proof of the contrary."""
    assert decide(replace(CLICK, named=named), ASKED, kind, now=0) == NeedsProof()


def test_a_click_that_names_no_workspace_is_the_requesters_all_the_same() -> None:
    """Whoever confirms is asked about before the call in any case."""
    assert decide(replace(CLICK, named=()), ASKED, "confirm", now=0) == Allowed()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("click", "asked", "now", "reason"),
    [
        (CLICK, None, 0, Reason.UNKNOWN_OPERATION),
        (replace(CLICK, channel_id="C2"), ASKED, 0, Reason.OTHER_CHANNEL),
        (replace(CLICK, message_ts="17.2"), ASKED, 0, Reason.OTHER_MESSAGE),
        (replace(CLICK, message_ts=""), ASKED, 0, Reason.OTHER_MESSAGE),
        (replace(CLICK, user_id="U0BOB"), ASKED, 0, Reason.NOT_REQUESTER),
        (CLICK, ASKED, 100, Reason.EXPIRED),
        (CLICK, ASKED, 1e9, Reason.EXPIRED),
        (replace(CLICK, user_id="U0BOB"), ASKED, 1e9, Reason.EXPIRED),
        (replace(CLICK, named=("T2",), user_id="U0BOB"), ASKED, 0, Reason.NOT_REQUESTER),
    ],
)
def test_any_other_click_is_refused_for_its_reason(
    click: Click, asked: Operation | None, now: float, reason: Reason, kind: Kind
) -> None:
    """The reason that tells the person most comes first; at the very end of the time it is over."""
    assert decide(click, asked, kind, now=now) == Refused(reason)


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_whose_place_is_not_known_is_answered_in_its_channel(kind: Kind) -> None:
    """After a crash the card may stand twice: either answers, but still only for its requester."""
    lost = replace(ASKED, message_ts=None)
    assert decide(replace(CLICK, message_ts="17.2"), lost, kind, now=0) == YES[kind]
    assert decide(replace(CLICK, user_id="U0BOB"), lost, kind, now=0) == Refused(Reason.NOT_REQUESTER)
    assert decide(replace(CLICK, channel_id="C2"), lost, kind, now=0) == Refused(Reason.OTHER_CHANNEL)


BY_BOB = replace(CLICK, user_id="U0BOB")


@pytest.mark.parametrize(
    ("click", "approvers", "decision"),
    [
        (CLICK, (), Refused(Reason.OWN_APPROVAL)),
        (CLICK, ("U0ALICE",), Refused(Reason.OWN_APPROVAL)),
        (BY_BOB, (), NeedsApproval(2)),
        (BY_BOB, ("U0BOB",), NeedsApproval(2)),
        (BY_BOB, ("U0CAROL",), Refused(Reason.NOT_APPROVER)),
        (BY_BOB, ("U0CAROL", "S0ONCALL"), NeedsApproval(2)),
        (replace(BY_BOB, named=("T2",)), (), NeedsApproval(2)),
        (replace(BY_BOB, channel_id="C2"), (), Refused(Reason.OTHER_CHANNEL)),
    ],
)
def test_a_card_that_needs_approvals_is_confirmed_by_others(
    click: Click, approvers: tuple[str, ...], decision: Decision
) -> None:
    """Never by the requester alone; who is in a user group is only known when Slack is asked."""
    assert decide(click, ASKED, "confirm", Rules.of(2, approvers), now=0) == decision


@pytest.mark.parametrize("approvers", [("U0BOB",), ("S0ONCALL",), ()])
def test_a_card_that_needs_approvals_is_cancelled_by_whoever_may_approve(approvers: tuple[str, ...]) -> None:
    """By the requester and by an approver of whatever kind, as Slack then says; anybody else only by not agreeing."""
    rules = Rules.of(1, approvers)
    assert decide(CLICK, ASKED, "cancel", rules, now=0) == NeedsProof()
    assert decide(BY_BOB, ASKED, "cancel", rules, now=0) == NeedsProof()
    if approvers == ("U0BOB",):
        by_eve = replace(CLICK, user_id="U0EVE")
        assert decide(by_eve, ASKED, "cancel", rules, now=0) == Refused(Reason.NOT_REQUESTER)
    without = Rules.of(0, approvers)
    assert decide(BY_BOB, ASKED, "cancel", without, now=0) == Refused(Reason.NOT_REQUESTER)


def test_approvers_are_people_and_members_of_groups() -> None:
    """And where nobody is named, everybody."""
    members = {"S0ONCALL": ["U0BOB"]}
    assert Rules.of(1, ()).include("U0EVE", members)
    assert Rules.of(1, ("S0ONCALL",)).include("U0BOB", members)
    assert not Rules.of(1, ("S0ONCALL", "U0BOB")).include("U0EVE", members)
    assert not Rules.of(1, ("S0ONCALL",)).include("U0BOB", {})
    assert Rules.of(1, ("U0BOB", "S0ZWO", "S0EINS")).groups == ["S0EINS", "S0ZWO"]


GLASS = Rules.of(1, ("U0BOB",), 1)


@pytest.mark.parametrize(
    ("user", "rules", "now", "decision"),
    [
        ("U0ALICE", GLASS, 60, NeedsProof()),
        ("U0ALICE", GLASS, 59, Refused(Reason.TOO_EARLY)),
        ("U0ALICE", GLASS, 100, Refused(Reason.EXPIRED)),
        ("U0BOB", GLASS, 60, Refused(Reason.NOT_REQUESTER)),
        ("U0ALICE", Rules.of(1, ("U0BOB",)), 60, Refused(Reason.NEEDS_APPROVAL)),
        ("U0ALICE", Rules.of(0, (), 1), 60, Refused(Reason.NEEDS_APPROVAL)),
        ("U0ALICE", GLASS.and_those(Rules.of(1, (), 1.5)), 89, Refused(Reason.TOO_EARLY)),
        ("U0ALICE", GLASS.and_those(Rules.of(1, (), 0)), 99, Refused(Reason.NEEDS_APPROVAL)),
    ],
)
def test_who_asked_may_go_ahead_alone_from_a_time_on(
    user: str, rules: Rules, now: float, decision: Decision
) -> None:
    """Where the card and the settings of now both allow it, after the longer of the two."""
    click = replace(CLICK, user_id=user, kind="break_glass", reason="urgent")
    assert may_decide(click, ASKED, rules, now=now) == decision


def test_what_was_planned_is_never_gone_ahead_with_alone() -> None:
    """It is a resume."""
    assert (
        may_not_go_alone("U0ALICE", replace(ASKED, follows="pause"), GLASS, now=60) == Reason.NEEDS_APPROVAL
    )


def test_only_a_confirmation_has_gone_alone_and_only_with_a_reason() -> None:
    """A reason to decline is none to go ahead."""
    alone = replace(CLICK, kind="break_glass", reason="urgent").verdict()
    assert (alone.kind, alone.reason, went_alone(alone)) == ("confirm", "urgent", True)
    assert not went_alone(CLICK.verdict())
    assert not went_alone(replace(CLICK, kind="cancel", reason="no").verdict())


people = st.sampled_from(["U0ALICE", "U0BOB", "U0CAROL"])
rules = st.builds(
    Rules.of, st.integers(0, 3), st.frozensets(people | st.sampled_from(["S1", "S2"]), max_size=3)
)


@given(
    one=rules,
    other=rules,
    who=people,
    members=st.dictionaries(st.sampled_from(["S1", "S2"]), st.lists(people)),
)
def test_the_stricter_of_two_rules_is_as_strict_as_either(
    one: Rules, other: Rules, who: str, members: dict[str, list[str]]
) -> None:
    """No change of the settings since the card makes it easier, in either direction."""
    both = one.and_those(other)
    assert both.approvals == max(one.approvals, other.approvals)
    assert both.include(who, members) == (one.include(who, members) and other.include(who, members))
    assert both.may_include(who) or not both.include(who, members)


asked_anything = st.builds(
    replace,
    st.just(ASKED),
    team_id=words,
    user_id=words,
    channel_id=words,
    message_ts=st.none() | words,
    reposted=st.booleans(),
    expires_at=st.floats(0, 200),
)
click_of_anybody = st.builds(
    replace,
    st.just(CLICK),
    named=st.lists(words, max_size=2),
    user_id=words,
    channel_id=words,
    message_ts=words,
)


@given(
    click=click_of_anybody,
    asked=asked_anything,
    rules=st.builds(Rules.of, st.sampled_from([0, 0, 1, 2]), st.frozensets(words, max_size=2)),
    kind=st.sampled_from(KINDS),
    now=st.floats(0, 200),
)
def test_nobody_but_the_requester_in_the_same_place_and_in_time_is_allowed_to_confirm(
    click: Click, asked: Operation, rules: Rules, kind: Kind, now: float
) -> None:
    """Whatever the facts: not without approvals where these are needed, and never from elsewhere or too late."""
    decision = decide(click, asked, kind, rules, now=now)
    here = click.channel_id == asked.channel_id and now < asked.expires_at
    here = here and (asked.reposted or asked.message_ts in (None, click.message_ts))
    own = click.user_id == asked.user_id
    plain = {*(click.named or ())} <= {asked.team_id}
    approver = bool(rules.approvals) and rules.may_include(click.user_id)
    if kind == "cancel":
        assert (decision == NeedsProof()) == (here and (own or approver))
    elif not rules.approvals:
        assert (decision == Allowed()) == (here and own and plain)
        assert (decision == NeedsProof()) == (here and own and not plain)
    assert decision != Allowed() or (kind == "confirm" and own and not rules.approvals)
    assert here or isinstance(decision, Refused)
    assert not isinstance(decision, NeedsApproval) or (approver and not own and kind == "confirm")


PLANNED = replace(ASKED, follows="pause")


@given(st.sampled_from(["U0ALICE", "U0BOB"]), st.floats(0, 1e6), st.integers(0, 3))
def test_what_was_planned_is_kept_by_whom_slack_knows_and_confirmed_by_no_click(
    user_id: str, now: float, approvals: int
) -> None:
    """Whenever it is clicked, since it waits for the clock and not for an answer."""
    click, rules = replace(CLICK, user_id=user_id), Rules(approvals)
    keep, confirm, cancel = (
        replace(click, kind="keep"), replace(click, kind="confirm"), replace(click, kind="cancel")
    )  # fmt: skip
    assert may_decide(keep, PLANNED, rules, now=now) == NeedsProof()
    for other in (confirm, cancel):
        assert may_decide(other, PLANNED, rules, now=now) == Refused(Reason.OTHER_MESSAGE)
    assert may_decide(keep, ASKED, rules, now=now) == Refused(Reason.OTHER_MESSAGE)
