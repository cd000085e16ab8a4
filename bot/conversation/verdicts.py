"""What was clicked and what was decided, as values. Pure.

The durable workflows store them. So a field is never renamed, reordered or removed, and a new one has a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

ClickKind = Literal["confirm", "cancel", "keep", "break_glass"]


@dataclass(frozen=True, kw_only=True)
class Click:
    """A click on a card: who (`team_id` is what Slack named as theirs), where, and what they want by it.

    `workspace` is where it happened. `named` are the workspaces that Slack named in it; None in a record of an earlier
    version, which knew one of each. `reason` is what was typed into the modal that asks for one.
    """

    operation_id: str
    workspace: str
    team_id: str
    user_id: str
    channel_id: str
    message_ts: str
    click_id: str
    at: float
    thread_ts: str | None = None
    named: tuple[str, ...] | None = None
    kind: ClickKind = "confirm"
    seal: str = ""
    sealed_as: ClassVar[str] = "Approval"  # what releases before this one called it
    reason: str = ""

    @property
    def key(self) -> str:
        """Return what the click's response_url is remembered under."""
        return f"click:{self.click_id}"

    def verdict(self, *, approved_by: tuple[str, ...] = ()) -> Verdict:
        """Return the decision that this click is, if it counts."""
        return Verdict(
            operation_id=self.operation_id,
            kind="confirm" if self.kind == "break_glass" else self.kind,
            user_id=self.user_id,
            message_ts=self.message_ts,
            click_id=self.click_id,
            at=self.at,
            approved_by=approved_by,
            reason=self.reason,
        )


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was decided on an operation: by a click (`click_id` names the delivery), the clock, or a newer card.

    "keep" is for what was planned: things stay as they are.
    """

    operation_id: str
    kind: Literal["confirm", "cancel", "expire", "replace", "keep"]
    user_id: str = ""
    message_ts: str | None
    click_id: str = ""
    at: float
    approved_by: tuple[str, ...] = ()
    seal: str = ""
    newer: str = ""  # the operation whose card counts instead
    sealed_as: ClassVar[str] = "Verdict"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TooLate:
    """Another decision came first: this kind, by that person (empty for the clock, and for one's own newer card)."""

    kind: Literal["confirm", "cancel", "expire", "replace", "keep"]
    by: str = ""

    @classmethod
    def after(cls, won: Verdict) -> TooLate:
        """Return what is too late after *won*."""
        by_nobody = won.kind == "replace" and not won.newer  # what was planned is over
        return cls(kind=won.kind, by="" if by_nobody else won.user_id)
