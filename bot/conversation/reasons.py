"""Why somebody is refused. Pure."""

from __future__ import annotations

from enum import StrEnum


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
    PROJECT_GONE = "project_gone"
    RELINKED = "relinked"
    SAME_IDENTITY = "same_identity"
    SETTINGS_CHANGED = "settings_changed"
    UNPROVED = "unproved"
    TOO_MANY = "too_many"
    TOO_LATE = "too_late"
    CHANGED = "changed"
    NO_LIMITS = "no_limits"
    FROZEN = "frozen"
    NEEDS_APPROVAL = "needs_approval"
    TOO_EARLY = "too_early"
    APPROVED_BEFORE = "approved_before"
    NEWER_VERB = "newer_verb"
