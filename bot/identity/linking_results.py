"""What comes of linking, as values: for the page, the command line and the people who are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.huawei.errors import HuaweiError
from bot.identity.directory import Holder
from bot.identity.kinds.proof import Proved
from bot.identity.link import Link


@dataclass(frozen=True)
class Done:
    """The link is stored. `replaced`: there was one before."""

    link: Link
    proved: Proved
    replaced: bool


@dataclass(frozen=True)
class Wrong:
    """Huawei Cloud rejected the credential; `tries_left` on this page."""

    error: HuaweiError
    tries_left: int = 0


@dataclass(frozen=True)
class NotAsked:
    """Huawei Cloud could not be asked. Nothing is stored and no try is lost."""

    error: HuaweiError


@dataclass(frozen=True)
class NotSent:
    """The credential was not shown to Huawei Cloud, which might lock its owner. No try is lost on the page."""

    error: HuaweiError


@dataclass(frozen=True)
class Held:
    """The credential is good, but `by`, another Slack account, acts as this IAM identity. Nothing is stored."""

    proved: Proved
    by: Holder


@dataclass(frozen=True)
class Useless:
    """The credential is good, but no configured project can be read with it. Nothing is stored."""

    proved: Proved


@dataclass(frozen=True)
class NoTries:
    """Too many wrong credentials, here or on this person's earlier pages."""


@dataclass(frozen=True)
class Gone:
    """The page's token is unknown, used or expired."""


LinkResult = Done | Wrong | NotAsked | NotSent | Useless | Held
Submission = LinkResult | NoTries | Gone


@dataclass(frozen=True, kw_only=True)
class ActsAs:
    """Whom the bot acts as for somebody; no secret.

    `origin` is "own" for a link the person made and "operator" for the settings, which say neither `projects` nor
    `verified_at` (Unix seconds). `disabled` says why it can't be used; "damaged" when its secret can't be opened, and
    "key_missing" when that takes a key which this process was not given.
    """

    origin: Literal["own", "operator"]
    principal: str = ""
    kind: str = ""
    projects: tuple[str, ...] | None = None
    verified_at: float | None = None
    disabled: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Somebody tried to link an IAM identity that a Slack account already acts as. `who` says whose it is, in words.

    `proved`: their credential was good; else it was wrong. `team_id` is the workspace in which the holder is told.
    """

    holder: Holder
    team_id: str
    by_user: str
    who: str
    proved: bool
