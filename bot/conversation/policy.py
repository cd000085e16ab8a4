"""Who may do what, where. Pure: facts in, a decision out; a decision is a value, not an exception."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from bot.conversation.reasons import Reason
from bot.conversation.values import Operation
from bot.conversation.verdicts import Click, Verdict


@dataclass(frozen=True)
class Person:
    """A Slack user as Slack describes them at this moment.

    `team_id` is the workspace they belong to; where Slack does not say it, the one on the signed delivery counts.
    `enterprise_id` is their organisation, and `other_teams` are its workspaces that they are in. `locale` is what they
    use Slack in, such as "zh-CN", `tz` where they are, such as "Asia/Singapore", `tz_offset` how many seconds east of
    UTC that is now; nothing is decided by them.
    """

    user_id: str
    team_id: str
    deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    other_teams: Collection[str] = ()
    name: str = ""
    enterprise_id: str = ""
    locale: str = ""
    tz: str = ""
    tz_offset: int = 0

    @property
    def belongs_to(self) -> frozenset[str]:
        """The workspaces and the organisation that this is a member of; a delivery may name any of them."""
        return frozenset({self.team_id, self.enterprise_id, *self.other_teams} - {""})


@dataclass(frozen=True)
class Allowed:
    """Go ahead."""


@dataclass(frozen=True)
class Refused:
    """Don't, for `reason`. `channels` are where it may be done instead; `person` is who is the reason, if another."""

    reason: Reason
    channels: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True)
class NeedsApproval:
    """The click counts as one of the `of` agreements that are needed, if the clicker turns out to be eligible."""

    of: int


@dataclass(frozen=True)
class NeedsProof:
    """The click decides, if Slack says that whoever clicked may."""


Decision = Allowed | Refused | NeedsApproval | NeedsProof


def is_stranger(person: Person, *, home: Collection[str], named: Collection[str]) -> bool:
    """Tell whether *person* is of neither the workspace nor the organisation that the bot is at home in.

    Slack's word about the person decides. What a delivery *named* as theirs is no proof of a stranger, since within an
    organisation it may be any of its ids; but a workspace that Slack does not know them in is not theirs.
    """
    if person.is_stranger or (person.belongs_to and person.belongs_to.isdisjoint(home)):
        return True
    if person.enterprise_id in home and not person.other_teams:
        return False  # a member of our organisation, whose workspaces Slack does not list
    return not {*named, ""} <= {*home, *person.belongs_to, ""}


OUTSIDERS: Final = (Reason.DELETED, Reason.BOT, Reason.STRANGER, Reason.GUEST)
"""Why somebody may not join."""


def may_join(person: Person, *, home: Collection[str], named: Collection[str] = ()) -> Allowed | Refused:
    """Decide whether *person* may deal with the bot at all: a full, active member, and nobody else."""
    if person.deleted:
        return Refused(Reason.DELETED)
    if person.is_bot:
        return Refused(Reason.BOT)
    if is_stranger(person, home=home, named=named):
        return Refused(Reason.STRANGER)
    if person.is_guest:
        return Refused(Reason.GUEST)
    return Allowed()


def may_use(
    person: Person,
    *,
    home: Collection[str],
    named: Collection[str] = (),
    channel: str,
    channels: Collection[str],
    linked: bool,
) -> Allowed | Refused:
    """Decide whether *person* may use a project in *channel*. *channels* empty means anywhere.

    Args:
        person: who it is, as Slack says now.
        home: the workspace that the bot acts in, and its organisation.
        named: what the delivery named as the person's workspace and as the place.
        channel: where.
        channels: where the project may be used.
        linked: whether an IAM credential is known for them.
    """
    joined = may_join(person, home=home, named=named)
    if isinstance(joined, Refused):
        return joined
    if channels and channel not in channels:
        return Refused(Reason.WRONG_CHANNEL, tuple(sorted(channels)))
    if not linked:
        return Refused(Reason.NOT_LINKED)
    return Allowed()


@dataclass(frozen=True)
class Rules:
    """Who must agree: `approvals` other people, each of them in every one of `lists` (users U…, user groups S…).

    After `break_glass` minutes without them, if that is not 0, whoever asked may go ahead alone.
    """

    approvals: int = 0
    lists: tuple[frozenset[str], ...] = ()
    break_glass: float = 0

    @classmethod
    def of(cls, approvals: int, approvers: Collection[str], break_glass: float = 0) -> Rules:
        """Return the rules of one card, or of the settings; no *approvers* means that anybody linked will do."""
        return cls(approvals, (frozenset(approvers),) if approvers else (), break_glass)

    def and_those(self, other: Rules) -> Rules:
        """Return what satisfies both: the larger number, and people whom both name."""
        alone = max(self.break_glass, other.break_glass) if self.break_glass and other.break_glass else 0
        return Rules(max(self.approvals, other.approvals), (*self.lists, *other.lists), alone)

    @property
    def groups(self) -> list[str]:
        """The user groups that are named; only Slack knows who is in them."""
        return sorted({name for names in self.lists for name in names if name.startswith("S")})

    def include(self, user_id: str, members: Mapping[str, Collection[str]]) -> bool:
        """Tell whether somebody may agree, given the *members* of the groups."""
        return all(
            user_id in names or any(user_id in members.get(name, ()) for name in names)
            for names in self.lists
        )

    def may_include(self, user_id: str) -> bool:
        """Tell whether somebody may agree, as far as that can be known without asking for groups' members."""
        return self.include(user_id, dict.fromkeys(self.groups, (user_id,)))


def may_decide(click: Click, operation: Operation | None, rules: Rules, *, now: float) -> Decision:
    """Decide whether *click* may decide *operation* (times in Unix seconds).

    *rules* are the stricter of those that its card shows and those of the settings now.
    """
    if operation is None:
        return Refused(Reason.UNKNOWN_OPERATION)
    if click.channel_id != operation.channel_id:
        return Refused(Reason.OTHER_CHANNEL)
    # Posted twice, or without Slack's word for it, the card may stand anywhere in the channel.
    placed = operation.message_ts is not None and not operation.reposted
    if placed and click.message_ts != operation.message_ts:
        return Refused(Reason.OTHER_MESSAGE)
    if operation.follows or click.kind == "keep":  # the clock confirms what was planned, and anybody may keep
        return NeedsProof() if operation.follows and click.kind == "keep" else Refused(Reason.OTHER_MESSAGE)
    if now >= operation.expires_at:
        return Refused(Reason.EXPIRED)
    if click.kind == "cancel":
        return _may_cancel(click, operation, rules)
    if click.kind == "break_glass":
        reason = may_not_go_alone(click.user_id, operation, rules, now=now)
        return Refused(reason) if reason else NeedsProof()
    if rules.approvals:
        return _may_approve(click, operation, rules)
    if click.user_id != operation.user_id:
        return Refused(Reason.NOT_REQUESTER)
    # Whoever confirms is asked about before the call. Another workspace's user may have the same id, and must not
    # use up the decision: where one is named, Slack is asked first.
    return Allowed() if {*(click.named or ())} <= {operation.team_id} else NeedsProof()


def went_alone(verdict: Verdict) -> bool:
    """Tell whether who asked went ahead without those who must agree: the one confirmation that has a reason."""
    return verdict.kind == "confirm" and bool(verdict.reason)


def may_not_go_alone(user_id: str, operation: Operation, rules: Rules, *, now: float) -> Reason | None:
    """Say why somebody may not go ahead without those who must agree; None if they may."""
    if user_id != operation.user_id:
        return Reason.NOT_REQUESTER
    if not (rules.approvals and rules.break_glass) or operation.follows:
        return Reason.NEEDS_APPROVAL
    return Reason.TOO_EARLY if now < operation.asked_at + rules.break_glass * 60 else None


def _may_cancel(click: Click, operation: Operation, rules: Rules) -> Decision:
    approver = rules.approvals and rules.may_include(click.user_id)
    return NeedsProof() if click.user_id == operation.user_id or approver else Refused(Reason.NOT_REQUESTER)


def _may_approve(click: Click, operation: Operation, rules: Rules) -> Decision:
    if click.user_id == operation.user_id:
        return Refused(Reason.OWN_APPROVAL)
    if not rules.may_include(click.user_id):
        return Refused(Reason.NOT_APPROVER)
    return NeedsApproval(rules.approvals)
