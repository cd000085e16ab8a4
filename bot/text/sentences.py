"""What a language has to say: every template by its topic. Pure.

A language is one value of `Sentences`, and a `VerbSentences` for each verb. A field that is missing is an error of the
type checker; a test sees to it that each field has the same {placeholders} in every language. Which sentence is said
when is decided once, for all languages, in `say` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.text.sentences_linking import LinkingSentences
from bot.text.sentences_setting_up import SettingUpSentences


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One template for each plural category that our languages have; one without plurals says the same twice."""

    one: str
    other: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Numbers with what they count; and what stands between sentences, between names and between details."""

    percent: str
    seconds: Counted
    minutes: Counted
    hours: Counted
    hours_and_minutes: str
    days: Counted
    amount_of: str
    speed: str
    between: str
    items: str
    details: str
    brackets: str


@dataclass(frozen=True, kw_only=True)
class Statuses:
    """What a task's status is called, as in "the task is …"; `other` is one that is new to this bot."""

    initializing: str
    waiting: str
    migrating: str
    paused: str
    failed: str
    finished: str
    retrying: str
    pausing: str
    other: str
    unknown: str


@dataclass(frozen=True, kw_only=True)
class CardSentences:
    """What stands on a card and in a list of tasks, whatever the verb."""

    approve: str
    cancel: str
    try_again: str
    place: str
    no_figures: str
    of_objects: str
    time_left: str
    task_group: str
    sync_task: str
    asker: str
    asker_with_reason: str
    your_iam_user: str
    answer_by: str
    approvals: Counted
    approvals_of: Counted
    nobody_yet: str
    no_longer_open: str
    nothing_migrates: str
    migrating: Counted
    shown_of_more: str


@dataclass(frozen=True, kw_only=True)
class EndingSentences:
    """How an operation ended, as far as it is the same for every verb."""

    title_unclear: str
    title_cancelled: str
    title_expired: str
    finished: str
    finished_meanwhile: str
    failed: str
    failed_meanwhile: str
    done: str
    done_and_left: str
    refused: str
    shown_as: str
    now_shown_as: str
    not_watched: str
    unknown: str
    unreadable: str
    watched: str
    read_afterwards: str
    watched_a_while: str
    cancelled: str
    expired: str


@dataclass(frozen=True, kw_only=True)
class FaultSentences:
    """What Huawei Cloud, Slack or the way to them refused. {where} is OMS or IAM, {code} the codes in brackets."""

    request: str
    said: str
    slack: str
    slack_group: str
    who_you_are: str
    who_is_in_group: str
    lacks_scope: str
    knows_nobody: str
    does_not_say: str
    refuses_to_tell: str
    no_reason: str
    nothing_asked: str
    database: str
    vault: str
    project_gone: str
    link: str
    unlinked: str
    interrupted: str
    own: str
    token_expired: str
    credential_rejected: str
    key_rejected: str
    not_sent_again: str
    tries_used_up: str
    signature_expired: str
    account_locked: str
    account_blocked: str
    throttled: str
    service: str
    unreachable: str
    proxy_refused: str
    answer_too_long_iam: str
    answer_too_long: str
    answer_lost: str
    unexpected_answer: str
    denied_by_iam: str
    denied: str
    not_found_iam: str
    not_found: str
    wrong_state: str
    refused: str


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
    expired: str
    unknown_card: str
    ask_again: str
    confirmed_before: str
    cancelled_before: str
    over: str


@dataclass(frozen=True, kw_only=True)
class AnswerSentences:
    """What is said at once to a command: that it was heard, what is wrong with it, what there is."""

    help_head: str
    help_link: str
    help_itself: str
    help_task: str
    help_projects: str
    reading: str
    busy: str
    unknown_verb: str
    unknown_verb_meant: str
    unknown_project: str
    did_you_mean: str
    known: str
    which_project: str
    task: str
    id: str
    no_such_task: str
    lists_migrating: str
    closest: str
    ambiguous: str
    own_fault: str
    own_fault_no_call: str


@dataclass(frozen=True, kw_only=True)
class PostSentences:
    """That Slack did not take, or did not confirm, what the bot had to say."""

    not_here: str
    archived: str
    not_in_channel: str
    not_let: str
    lacks_scope: str
    refuses: str
    not_confirmed: str
    in_doubt: str
    lost_thread: str
    lost_ending: str


@dataclass(frozen=True, kw_only=True)
class ReadingSentences:
    """What depends on a verb, also if it only answers: how it is typed, what it takes, and that it could not read."""

    help: tuple[str, ...]
    usage: str
    unread: str
    permission: str


@dataclass(frozen=True, kw_only=True)
class VerbSentences(ReadingSentences):
    """What depends on a verb that acts. {command} is what to type, in code; {cause} is a sentence.

    `not_ready` has what is said of a task in a certain status, by its number; `not_ready_other` is for the rest.
    An empty warning is not given.
    """

    button: str
    title_asked: str
    title_acting: str
    title_done: str
    title_already: str
    title_ended: str
    title_still: str
    title_not: str
    confirmed: str
    done: str
    already: str
    not_ready: Mapping[int, str]
    not_ready_other: str
    not_done: str
    ended_instead: str
    still: str
    still_unread: str
    watched: str
    as_yourself: str
    nothing_yet: str
    costs: tuple[str, ...]
    restores_archives: str
    driven_by: str
    waiting: Counted


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """Everything that a language says, but for what depends on a verb."""

    figures: Figures
    statuses: Statuses
    cards: CardSentences
    endings: EndingSentences
    faults: FaultSentences
    refusals: RefusalSentences
    answers: AnswerSentences
    posts: PostSentences
    linking: LinkingSentences
    setting_up: SettingUpSentences
