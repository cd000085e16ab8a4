"""Who may, as whom, as things are now? Everything is asked anew each time; nothing is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.freezes import Freezes
from bot.conversation.policy import Person, Refused, Rules, may_join, may_use
from bot.conversation.ports import People
from bot.conversation.reasons import Reason
from bot.conversation.sealing import sealed_fields
from bot.conversation.snapshots import Freeze
from bot.conversation.timed import zone_of
from bot.conversation.values import CannotTell, Operation
from bot.huawei.fault import FaultKind, own_fault
from bot.identity.directory import Directory, Identity
from bot.identity.keyring import VaultError, VaultUnavailable
from bot.identity.seals import Seals
from bot.settings.sections import Project

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Actor:
    """Somebody who may act: with which identity, in which project.

    `locale` is what their Slack speaks, and `zone` the time zone that they are in, if known.
    """

    identity: Identity
    project: Project
    locale: str = ""
    zone: tzinfo = UTC


class Authority:
    """Asks Slack who people are, the directory whom they act as, and the settings what they may."""

    def __init__(
        self,
        *,
        projects: Mapping[str, Project],
        people: People,
        directory: Directory,
        freezes: Freezes,
        seals: Seals,
    ) -> None:
        self._projects = projects
        self._people = people
        self._directory = directory
        self._freezes = freezes
        self._seals = seals

    async def who_may(
        self,
        team_id: str,
        user_id: str,
        channel_id: str,
        project: str,
        *,
        click_id: str = "",
        named: Collection[str] = (),
    ) -> Actor | Refused:
        """Ask Slack who this is, if it was not asked for this very click, and the directory whom they act as.

        *named* are the workspaces that Slack named with the person.

        Raises:
            CannotTell: one of them does not say.
        """
        person, home = await self._known_to_slack(team_id, user_id, click_id)
        found = await self.actor(team_id, user_id, project, person.belongs_to)
        configured = self._seen_from(team_id, project)
        decision = may_use(
            person,
            home=home,
            named=named,
            channel=channel_id,
            channels=configured.channels if configured else frozenset(),
            linked=found != Refused(Reason.NOT_LINKED),
        )
        if isinstance(decision, Refused) or isinstance(found, Refused):
            return decision if isinstance(decision, Refused) else found
        return replace(found, locale=person.locale, zone=zone_of(person.tz, person.tz_offset))

    async def usable(
        self, team_id: str, user_id: str, channel_id: str | None, *, named: Collection[str] = ()
    ) -> tuple[Project, ...] | Refused:
        """Return the projects that somebody may use in a channel; why they may use none, if that is about them.

        With None for it, those that they may use in some channel or other.

        Raises:
            CannotTell: Slack, or the directory, does not say.
        """
        person, home = await self._known_to_slack(team_id, user_id)
        joined = may_join(person, home=home, named=named)
        if isinstance(joined, Refused):
            return joined
        if await self._identity(team_id, user_id, person.belongs_to) is None:
            return Refused(Reason.NOT_LINKED)
        seen = (project.seen_from(team_id) for project in self._projects.values())
        return tuple(
            one for one in seen if not one.channels or channel_id is None or channel_id in one.channels
        )

    async def likely(self, team_id: str, user_id: str, channel_id: str, project: str) -> Actor | None:
        """Return whom a person acts as unless Slack's word about them says otherwise; None if that can't be guessed.

        With it can be read, while Slack is asked, what only `who_may` permits to be shown or acted on.
        """
        configured = self._seen_from(team_id, project)
        if configured is None or (configured.channels and channel_id not in configured.channels):
            return None
        try:
            found = await self.actor(team_id, user_id, project)
        except CannotTell:
            return None  # `who_may` finds it out too, and says so
        return None if isinstance(found, Refused) else found

    async def may_not_approve(
        self,
        operation: Operation,
        user_id: str,
        *,
        named: Collection[str] = (),
        beside: Collection[str] = (),
    ) -> Reason | None:
        """Say why somebody may not agree to an operation *beside* others who do, as things are now; None if they may.

        Raises:
            CannotTell: that can't be known now.
        """
        team_id = operation.team_id
        actor = await self.who_may(team_id, user_id, operation.channel_id, operation.project, named=named)
        if isinstance(actor, Refused):
            return actor.reason
        if user_id == operation.user_id:
            return Reason.OWN_APPROVAL
        if not await self.is_approver(operation, user_id):
            return Reason.NOT_APPROVER
        same = await self._is_one_of(operation, actor, {operation.user_id, *beside} - {user_id})
        return Reason.SAME_IDENTITY if same else None

    async def _is_one_of(self, operation: Operation, actor: Actor, others: Collection[str]) -> bool:
        """Tell whether *actor* is somebody at IAM whom one of these other Slack accounts acts as, too."""
        home = await self._people.home(operation.team_id)
        for other in others:
            found = await self.actor(operation.team_id, other, operation.project, home)
            if isinstance(found, Actor) and not found.identity.names.isdisjoint(actor.identity.names):
                return True
        return False

    async def freeze_of(self, project: Project, team_id: str) -> Freeze | None:
        """Return the freeze that a project is under now, if it is under one, as a workspace may know it.

        Raises:
            CannotTell: that can't be known now.
        """
        try:
            freeze = await self._freezes.of(project.id)
        except SQLAlchemyError:
            log.exception("freeze_unknown")
            raise CannotTell(own_fault(FaultKind.DATABASE_FAULT)) from None
        return freeze.seen_from(team_id) if freeze else None

    async def is_frozen(self, operation: Operation) -> bool:
        """Tell whether the project of an operation is frozen now.

        Raises:
            CannotTell: that can't be known now.
        """
        project = self._projects.get(operation.project)
        return bool(project and await self.freeze_of(project, operation.team_id))

    def is_own_card(self, operation: Operation) -> bool:
        """Tell whether the operation is as it was when its card was made here, in every part that decides."""
        card = operation.card
        shown = (
            card["operation_id"],
            card["user_id"],
            card["project"],
            card["task"]["task_id"],
            card["expires_at"],
        )
        is_row = (operation.id, operation.user_id, operation.project, operation.task_id, operation.expires_at)
        fields = sealed_fields(card, operation.team_id, operation.channel_id)
        same = shown == is_row and tuple(card.get("targets", ())) == tuple(operation.targets or ())
        return self._seals.holds("card", fields, card.get("seal")) and (same or not card.get("seal"))

    def changed_since_shown(self, operation: Operation, actor: Actor) -> Reason | None:
        """Say what was changed since the card named whom and where the call is made as; None if nothing was."""
        card, identity = operation.card, actor.identity
        if (
            identity.link_id != card.get("link_id")
            or identity.principal != card["principal"]
            or card.get("acts_as", identity.mark) != identity.mark
        ):
            return Reason.RELINKED
        if card.get("project_id", actor.project.id) != actor.project.id:
            return Reason.SETTINGS_CHANGED
        return None

    async def may_not_decide(
        self, operation: Operation, user_id: str, *, named: Collection[str] = ()
    ) -> Reason | None:
        """Say why somebody may not decide an operation alone, as things are now; None if they may.

        Raises:
            CannotTell: that can't be known now.
        """
        team_id = operation.team_id
        person, home = await self._known_to_slack(team_id, user_id)
        joined = may_join(person, home=home, named=named)
        if isinstance(joined, Refused):
            return joined.reason
        if user_id == operation.user_id:
            return None
        if not self.rules(operation).lists:  # anybody linked may agree, so anybody linked may decline
            found = await self.actor(team_id, user_id, operation.project, person.belongs_to)
            return found.reason if isinstance(found, Refused) else None
        return None if await self.is_approver(operation, user_id) else Reason.NOT_APPROVER

    async def may_not_keep(
        self, operation: Operation, user_id: str, *, named: Collection[str] = ()
    ) -> Reason | None:
        """Say why somebody may not withdraw what was planned; None if they asked for it, or may act there themselves.

        Raises:
            CannotTell: that can't be known now.
        """
        if user_id == operation.user_id:
            return await self.may_not_decide(operation, user_id, named=named)
        found = await self.who_may(
            operation.team_id, user_id, operation.channel_id, operation.project, named=named
        )
        return found.reason if isinstance(found, Refused) else None

    async def may_not_go_alone(
        self, operation: Operation, user_id: str, *, named: Collection[str] = ()
    ) -> Reason | None:
        """Say why somebody may not use their own request without others; `policy` has judged the time before.

        Raises:
            CannotTell: that can't be known now.
        """
        if user_id != operation.user_id:
            return Reason.NOT_REQUESTER
        found = await self.who_may(
            operation.team_id, user_id, operation.channel_id, operation.project, named=named
        )
        return found.reason if isinstance(found, Refused) else None

    def rules(self, operation: Operation) -> Rules:
        """Return who must agree to an operation now: the stricter of what its card shows and of the settings."""
        return rules_of(operation, self._projects)

    async def actor(
        self, team_id: str, user_id: str, project: str, also: Collection[str] = ()
    ) -> Actor | Refused:
        """Return whom and where a person acts as. *also* names the workspaces in which they are the same person.

        Raises:
            CannotTell: the links can't be read now.
        """
        configured = self._seen_from(team_id, project)
        if configured is None:
            return Refused(Reason.PROJECT_GONE)
        identity = await self._identity(team_id, user_id, also)
        return Actor(identity, configured) if identity else Refused(Reason.NOT_LINKED)

    async def _identity(self, team_id: str, user_id: str, also: Collection[str]) -> Identity | None:
        try:
            return await self._directory.find(team_id, user_id, also)
        except (VaultUnavailable, SQLAlchemyError) as error:
            log.warning("links_unreadable", reason=type(error).__name__)
            raise CannotTell(own_fault(FaultKind.VAULT_FAULT)) from None
        except VaultError:  # the directory has logged which key is missing
            raise CannotTell(own_fault(FaultKind.LINK_FAULT)) from None

    async def actor_of(self, operation: Operation) -> Actor | Refused:
        """Return whom the requester acts as now, without asking Slack; for reading what became of it.

        Raises:
            CannotTell: the links can't be read now.
        """
        also = operation.card.get("found_in") or operation.team_id
        return await self.actor(operation.team_id, operation.user_id, operation.project, {also})

    async def is_approver_of(self, project: Project, team_id: str, user_id: str) -> bool:
        """Tell whether somebody is one of a project's approvers, as things are now; where it names none, all are.

        Raises:
            CannotTell: who is in their user groups can't be known now.
        """
        return await self._are_met(Rules.of(project.approvals, project.approvers), team_id, user_id)

    async def is_approver(self, operation: Operation, user_id: str) -> bool:
        """Tell whether somebody is one of an operation's approvers, as things are now; where none is named, all are.

        Raises:
            CannotTell: who is in their user groups can't be known now.
        """
        return await self._are_met(self.rules(operation), operation.team_id, user_id)

    async def _are_met(self, rules: Rules, team_id: str, user_id: str) -> bool:
        if rules.include(user_id, {}) or not rules.may_include(user_id):
            return rules.include(user_id, {})
        return rules.include(user_id, await self._people.members(team_id, rules.groups))

    async def _known_to_slack(
        self, team_id: str, user_id: str, click_id: str = ""
    ) -> tuple[Person, frozenset[str]]:
        """Return who somebody is, and where the bot is at home."""
        person, home = await asyncio.gather(
            self._people.person(team_id, user_id, click_id), self._people.home(team_id)
        )
        return person, home

    def _seen_from(self, team_id: str, project: str) -> Project | None:
        configured = self._projects.get(project)
        return configured.seen_from(team_id) if configured else None


def rules_of(operation: Operation, projects: Mapping[str, Project]) -> Rules:
    """Return who must agree to an operation: the stricter of what its card shows and of its project's settings."""
    card = operation.card
    shown = Rules.of(card.get("approvals", 0), card.get("approvers", ()), card.get("break_glass", 0))
    project = projects.get(operation.project)
    if project is None:
        return shown
    seen = project.seen_from(operation.team_id)
    return shown.and_those(Rules.of(seen.approvals, seen.approvers, seen.break_glass))
