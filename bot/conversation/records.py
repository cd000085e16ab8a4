"""What is answered from the bot's own records, and changed in them; neither is OMS asked, nor anybody to confirm."""

from __future__ import annotations

from dataclasses import replace

from bot.audit import Audit, Event
from bot.conversation import history as history_
from bot.conversation.answers import Answer, Frozen, History, NotFrozen, StaysFrozen, Unfrozen
from bot.conversation.authority import Authority
from bot.conversation.freezes import Freezes
from bot.conversation.ports import Asker, Sought


class OwnRecords:
    """Keeps them. Each method is safe to repeat: what a request has done, it does once."""

    def __init__(
        self, freezes: Freezes, history: history_.History, authority: Authority, audit: Audit
    ) -> None:
        self._freezes = freezes
        self._history = history
        self._authority = authority
        self._audit = audit

    async def freeze(self, asker: Asker) -> Answer:
        """Freeze the project. It takes effect at once: it is soon lifted, and only ever forbids."""
        request, project = asker.request, asker.project
        entry = self._audit.entry(
            Event.FROZEN, request.id, project=project.alias, project_id=project.id, **_who(asker)
        )
        freeze, before = await self._freezes.begin(request, project, entry)
        return Frozen(project=project.alias, freeze=freeze.seen_from(request.team_id), before=before)

    async def unfreeze(self, asker: Asker) -> Answer:
        """End the freeze of the project, if the asker may: where it has approvers, they alone.

        Raises:
            CannotTell: that can't be known now.
        """
        request, project = asker.request, asker.project
        freeze = await self._authority.freeze_of(project, request.team_id)
        if freeze and not await self._authority.is_approver_of(project, request.team_id, request.user_id):
            approvers = tuple(sorted(name for name in project.approvers if ":" not in name))
            return StaysFrozen(project=project.alias, freeze=freeze, approvers=approvers)
        entry = self._audit.entry(
            Event.UNFROZEN, request.id, project=project.alias, project_id=project.id, **_who(asker)
        )
        lifted = await self._freezes.lift(request, project, entry)
        if lifted is None:
            return NotFrozen(project=project.alias)
        seen = lifted.seen_from(request.team_id)
        return Unfrozen(project=project.alias, by=request.user_id, freeze=seen)

    async def past(self, asker: Asker, sought: Sought) -> Answer:
        """Return a page of what was done in the projects that *asker* may use."""
        wish = asker.request.wish
        page, more = await self._history.page(asker.request.team_id, asker.projects, sought)
        if not more:
            return History(wish=wish, page=page)
        who = f"@{sought.user}" if sought.user else ""
        before = f"before {page[-1].at!r}/{page[-1].id}"
        return History(wish=wish, page=page, older=replace(wish, terms=" ".join(filter(None, (who, before)))))


def _who(asker: Asker) -> dict[str, str]:
    request = asker.request
    return {
        "team": request.team_id,
        "user": request.user_id,
        "channel": request.channel_id,
        "reason": request.reason,
    }
