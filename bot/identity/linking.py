"""Linking: a person proves an IAM identity to be theirs, and from then on the bot acts with it for them.

The secret comes in over the linking page, or from an operator's terminal; never over Slack.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Collection
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.audit import Audit, Entry, Event
from bot.huawei.iam.credential import Credential
from bot.huawei.iam.rejections import NotSentAgain, TriesUsedUp
from bot.identity.directory import Directory, Holder, places_of
from bot.identity.holders import Holders, OnTried
from bot.identity.invitations import TRIES, Invitation, Invitations
from bot.identity.keyring import KeyMissing, VaultError, VaultUnavailable
from bot.identity.kinds import described, kind_of
from bot.identity.kinds.proof import NotProved, Proved
from bot.identity.link import HeldByAnother, new_link
from bot.identity.linking_results import (
    ActsAs,
    Done,
    Gone,
    Held,
    LinkResult,
    NotAsked,
    NoTries,
    NotSent,
    Submission,
    Useless,
    Wrong,
)
from bot.identity.proving import Prover
from bot.identity.store import SecretStore

log = structlog.get_logger(__name__)


class LinkingUnavailable(Exception):  # noqa: N818  # reads as what happened
    """There is no page to send anybody to: PUBLIC_URL or OMS_BOT_SECRET_KEYS is not set."""


OnLinked = Callable[[str, str, Done], Awaitable[None]]
"""Told after a link was stored: team id, user id, what came of it."""


class Linking:
    """What the slash commands, the page and the command line do about links."""

    def __init__(
        self,
        *,
        store: SecretStore,
        invitations: Invitations,
        prover: Prover,
        directory: Directory,
        public_url: str | None,
        audit: Audit,
        on_linked: OnLinked,
        on_tried: OnTried,
        clock: Callable[[], float],
    ) -> None:
        """Bind the service.

        Args:
            store: where links are kept.
            invitations: the one-time URLs.
            prover: proves credentials.
            directory: whose answer `whoami` gives for people in the settings.
            public_url: where the page is reached; None when it can't be, as in Socket Mode.
            audit: what becomes of links is recorded there.
            on_linked: tells the person in Slack. What it raises is logged, since the link is stored by then.
            on_tried: tells whoever holds an identity that somebody else tried to link. What it raises is logged.
            clock: gives Unix seconds.
        """
        self._store = store
        self.invitations = invitations
        self._prover = prover
        self._directory = directory
        self._public_url = public_url
        self._audit = audit
        self._on_linked = on_linked
        self._holders = Holders(directory, on_tried)
        self._clock = clock

    @property
    def has_page(self) -> bool:
        """Whether people can link by themselves; otherwise an operator does it (`oms-bot users link`)."""
        return self._public_url is not None and self._store.writable

    @property
    def over_https(self) -> bool:
        """Whether the page is reached over TLS: always, except on loopback."""
        return (self._public_url or "").startswith("https://")

    @property
    def base_path(self) -> str:
        """The path under which a browser sees the page, such as "/link/"."""
        return urlsplit(self._public_url or "").path.rstrip("/") + "/link/"

    async def issue(self, team_id: str, user_id: str, name: str = "", locale: str = "") -> str:
        """Return a one-time URL for this person, and close any page they had open.

        Args:
            team_id: the Slack workspace.
            user_id: the Slack user.
            name: how the page addresses them, so that nobody links their credential to somebody else by mistake.
            locale: what they use Slack in; the page is in that language.

        Raises:
            LinkingUnavailable: `has_page` is False.
        """
        if not self.has_page:
            raise LinkingUnavailable
        token = await self.invitations.issue(team_id, user_id, name, locale)
        await self._note(Event.LINK_ISSUED, team_id, user_id)
        return f"{self._public_url}/link/{token}"

    async def submit(self, token: str, credential: Credential, label: str = "") -> Submission:
        """Link the person that *token* invites, if the credential proves good. Uses the token up on success only."""
        invitation = await self.invitations.find(token)
        if invitation is None:
            return Gone()
        if not await self.invitations.take_try(token):
            return NoTries()
        team_id, user_id = invitation.team_id, invitation.user_id
        outcome = await self._check(team_id, user_id, credential, label)
        if isinstance(outcome, Wrong):
            return Wrong(outcome.error, max(0, TRIES - invitation.tries - 1))
        await self.invitations.give_back_try(token)
        if not isinstance(outcome, Proved):
            return outcome
        if not await self.invitations.use(token):
            return Gone()
        return await self._store_link(team_id, user_id, credential, outcome, by="page", shared=False)

    async def another_account(self, invitation: Invitation, account: str) -> None:
        """Note that somebody else than was invited signed in at a page."""
        team_id, user_id = invitation.team_id, invitation.user_id
        await self._note(Event.LINK_REFUSED, team_id, user_id, cause="another_account", signed_in=account)

    async def link(
        self, team_id: str, user_id: str, credential: Credential, label: str = "", *, shared: bool = False
    ) -> LinkResult:
        """Link a person on an operator's word, if the credential proves good.

        *shared*: also if another Slack account acts as the same IAM identity.
        """
        outcome = await self._check(team_id, user_id, credential, label)
        if isinstance(outcome, Proved):
            return await self._store_link(team_id, user_id, credential, outcome, by="operator", shared=shared)
        return outcome

    async def unlink(self, team_id: str, user_id: str, also: Collection[str] = ()) -> bool:
        """Forget a person's link and secret; False if there was none. The settings may still name an identity.

        *also* names other workspaces in which they are the same person, as in `Directory.find`.
        """
        removed = False
        for place in places_of(team_id, also):
            await self.invitations.withdraw(place, user_id)
            note = self._entry(Event.UNLINKED, place, user_id)
            removed = await self._store.delete(place, user_id, note=note) or removed
        return removed

    async def forget(self, teams: Collection[str]) -> int:
        """Destroy all links of workspaces, because they have removed the bot; return how many there were."""
        done = 0
        for link in await self._store.all_links():
            if link.team_id in teams:
                note = self._entry(Event.UNLINKED, link.team_id, link.user_id, reason="app_uninstalled")
                done += await self._store.delete(link.team_id, link.user_id, note=note)
        return done

    async def disable(self, team_id: str, user_id: str, reason: str) -> bool:
        """Destroy a person's secret because of *reason*, such as "slack_user_deleted"; False if there was none."""
        await self.invitations.withdraw(team_id, user_id)
        note = self._entry(Event.LINK_DISABLED, team_id, user_id, reason=reason)
        return await self._store.disable(team_id, user_id, reason, note=note)

    async def whoami(self, team_id: str, user_id: str, also: Collection[str] = ()) -> ActsAs | None:
        """Return whom the bot acts as for this person; None if they are nobody to it. *also*: as in `unlink`.

        Raises:
            VaultUnavailable: the links can't be read now.
        """
        linked = None
        try:
            for place in places_of(team_id, also):
                if linked := await self._store.get(place, user_id):
                    break
        except VaultUnavailable:
            raise
        except VaultError as error:
            log.error("link_unreadable", team=team_id, user=user_id, reason=str(error))  # noqa: TRY400  # it says all
            return ActsAs(
                origin="own", disabled="key_missing" if isinstance(error, KeyMissing) else "damaged"
            )
        if linked is not None:
            link = linked.link
            return ActsAs(
                origin="own",
                principal=link.principal,
                kind=link.kind,
                projects=link.projects,
                verified_at=link.verified_at,
                disabled=link.disabled,
            )
        identity = await self._directory.find(team_id, user_id, also)
        if identity is None:
            return None
        return ActsAs(origin="operator", principal=identity.principal, kind=kind_of(identity.credential).name)

    async def _check(
        self, team_id: str, user_id: str, credential: Credential, label: str
    ) -> Proved | Wrong | NotAsked | NotSent | Useless:
        proof = await self._prover.prove(credential, label=label)
        match proof:
            case Proved() if proof.readable:
                return proof
            case Proved():
                await self._refuse(team_id, user_id, credential, "unreadable")
                return Useless(proof)
            case NotProved(error=NotSentAgain() | TriesUsedUp() as error):
                await self._refuse(team_id, user_id, credential, type(error).__name__)
                return NotSent(error)
            case NotProved(error=error):
                await self._refuse(team_id, user_id, credential, error.code or type(error).__name__)
                if not proof.rejected:
                    return NotAsked(error)
                await self._holders.tell(team_id, user_id, credential)
                return Wrong(error)

    async def _refuse(self, team_id: str, user_id: str, credential: Credential, cause: str) -> None:
        await self._note(Event.LINK_REFUSED, team_id, user_id, cause=cause, tried=described(credential))

    async def _store_link(
        self,
        team_id: str,
        user_id: str,
        credential: Credential,
        proved: Proved,
        *,
        by: str,
        shared: bool,
    ) -> Done | Held:
        link = new_link(
            team_id,
            user_id,
            credential,
            principal=proved.principal,
            projects=proved.readable,
            verified_at=self._clock(),
            owner=proved.owner,
        )
        shown = {"principal": link.principal, "kind": link.kind, "projects": list(link.projects)}

        def note(replaced: bool) -> Entry:  # the store says it
            return self._entry(
                Event.LINK_REPLACED if replaced else Event.LINKED,
                team_id,
                user_id,
                by=by,
                link=link.link_id,
                **shown,
            )

        try:
            if not shared:
                await self._holders.check_alone(link, credential)
            replaced = await self._store.put(link, credential, alone=not shared, note=note)
        except HeldByAnother as held:
            await self._refuse(team_id, user_id, credential, "held_by_another")
            await self._holders.tell(team_id, user_id, credential, proved.owner, proved=True)
            return Held(proved, Holder(held.team_id, held.user_id))
        self._directory.forgive(credential)
        done = Done(link, proved, replaced)
        try:
            await self._on_linked(team_id, user_id, done)
        except Exception:  # the link is stored: a Slack that is down must not make the page say otherwise
            log.exception("link_not_told", team=team_id, user=user_id)
        return done

    async def _note(self, event: Event, team_id: str, user_id: str, **details: Any) -> None:
        await self._audit.append(event, _of(team_id, user_id), once=_new_id(), **details)

    def _entry(self, event: Event, team_id: str, user_id: str, **details: Any) -> Entry:
        """Return what appends an event in the transaction of the change that it tells of."""
        return self._audit.entry(event, _of(team_id, user_id), once=_new_id(), **details)


def _of(team_id: str, user_id: str) -> str:
    return f"link:{team_id}:{user_id}"


def _new_id() -> str:
    """Make each event one of its own: two wrong passwords in one second are two."""
    return uuid.uuid4().hex
