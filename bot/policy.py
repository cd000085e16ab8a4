"""Who may do what, where. Pure: facts in, a decision out; a decision is a value, not an exception."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Reason(StrEnum):
    """Why somebody is refused. `text` has a sentence for each."""

    DELETED = "deleted"
    BOT = "bot"
    GUEST = "guest"
    STRANGER = "stranger"
    NOT_LINKED = "not_linked"
    WRONG_CHANNEL = "wrong_channel"
    NOT_REQUESTER = "not_requester"
    OTHER_CHANNEL = "other_channel"
    OTHER_MESSAGE = "other_message"
    UNKNOWN_OPERATION = "unknown_operation"
    EXPIRED = "expired"
    OWN_APPROVAL = "own_approval"
    NOT_APPROVER = "not_approver"
    APPROVER_GONE = "approver_gone"
    RELINKED = "relinked"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Person:
    """A Slack user as Slack describes them at this moment.

    `team_id` is the workspace they belong to; where Slack does not say it, the one on the signed delivery counts.
    `other_teams` are those of a member of an Enterprise organisation.
    """

    user_id: str
    team_id: str
    deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    other_teams: Collection[str] = ()
    name: str = ""


@dataclass(frozen=True)
class Allowed:
    """Go ahead."""


@dataclass(frozen=True)
class Refused:
    """Don't, for `reason`."""

    reason: Reason


@dataclass(frozen=True)
class NeedsApproval:
    """The click counts as one of the `of` agreements that are needed, if the clicker turns out to be eligible."""

    of: int


Decision = Allowed | Refused | NeedsApproval


def may_use(
    person: Person, *, home_team: str, channel: str, channels: Collection[str], linked: bool
) -> Allowed | Refused:
    """Decide whether *person* may use a project in *channel*. *channels* empty means anywhere."""
    if person.deleted:
        return Refused(Reason.DELETED)
    if person.is_bot:
        return Refused(Reason.BOT)
    if person.is_stranger or (person.team_id and home_team not in (person.team_id, *person.other_teams)):
        return Refused(Reason.STRANGER)
    if person.is_guest:
        return Refused(Reason.GUEST)
    if channels and channel not in channels:
        return Refused(Reason.WRONG_CHANNEL)
    if not linked:
        return Refused(Reason.NOT_LINKED)
    return Allowed()


@dataclass(frozen=True)
class Asked:
    """What was asked, by whom, and where its card stands. `message_ts` None: not known for certain."""

    team_id: str
    user_id: str
    channel_id: str
    message_ts: str | None
    expires_at: float
    approvals: int = 0
    approvers: Collection[str] = ()


@dataclass(frozen=True)
class Click:
    """A click on a card, as Slack delivered it, in `workspace`; `team_id` is the clicker's own workspace."""

    workspace: str
    team_id: str
    user_id: str
    channel_id: str
    message_ts: str


def may_decide(
    click: Click, asked: Asked | None, kind: Literal["confirm", "cancel"], *, now: float
) -> Decision:
    """Decide whether *click* may decide the operation that *asked* describes (times in Unix seconds)."""
    if asked is None:
        return Refused(Reason.UNKNOWN_OPERATION)
    if click.team_id != asked.team_id or click.workspace != asked.team_id:
        return Refused(Reason.STRANGER)
    if click.channel_id != asked.channel_id:
        return Refused(Reason.OTHER_CHANNEL)
    if asked.message_ts is not None and click.message_ts != asked.message_ts:
        return Refused(Reason.OTHER_MESSAGE)
    if now >= asked.expires_at:
        return Refused(Reason.EXPIRED)
    if kind == "cancel":
        return _may_cancel(click, asked)
    if asked.approvals:
        return _may_approve(click, asked)
    return Allowed() if click.user_id == asked.user_id else Refused(Reason.NOT_REQUESTER)


def is_approver(user_id: str, approvers: Collection[str], members: Mapping[str, Collection[str]]) -> bool:
    """Tell whether *approvers* (users U… and user groups S…, whose *members* are given) include somebody."""
    return not approvers or user_id in approvers or any(user_id in members.get(a, ()) for a in approvers)


def groups_among(approvers: Collection[str]) -> list[str]:
    """Return those of *approvers* that are user groups."""
    return sorted(approver for approver in approvers if approver.startswith("S"))


def _may_cancel(click: Click, asked: Asked) -> Decision:
    named = asked.approvals and click.user_id in asked.approvers
    return Allowed() if click.user_id == asked.user_id or named else Refused(Reason.NOT_REQUESTER)


def _may_approve(click: Click, asked: Asked) -> Decision:
    if click.user_id == asked.user_id:
        return Refused(Reason.OWN_APPROVAL)
    if not groups_among(asked.approvers) and not is_approver(click.user_id, asked.approvers, {}):
        return Refused(Reason.NOT_APPROVER)
    return NeedsApproval(asked.approvals)
