"""What a language has to say to who may not do something. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RefusalSentences:
    """Why a person may not do something, and what they can do instead; and who was first."""

    not_requester: str
    deleted: str
    bot: str
    guest: str
    stranger: str
    not_linked: str
    project_gone: str
    wrong_channel: str
    wrong_channel_named: str
    other_card: str
    own_approval: str
    not_approver: str
    approver_gone: str
    relinked: str
    unproved: str
    settings_changed: str
    same_identity: str
    too_many: str
    too_late: str
    changed: str
    no_limits: str
    frozen: str
    expired: str
    unknown_card: str
    newer_verb: str
    ask_again: str
    confirmed_before: str
    withdrawn_before: str
    kept_before: str
    begun_before: str
    replaced: str
    taken_over: str
    approved_before: str
    needs_approval: str
    too_early: str
    over: str
