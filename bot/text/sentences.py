"""What a language has to say: every template by its topic. Pure.

A language is one value of `Sentences`, and a `VerbSentences` for each verb. A field that is missing is an error of the
type checker; a test sees to it that each field has the same {placeholders} in every language. Which sentence is said
when is decided once, for all languages, in `say` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.text.counted import Counted
from bot.text.sentences_answers import AnswerSentences, PostSentences
from bot.text.sentences_consent import ConsentSentences
from bot.text.sentences_finding import ListSentences, StatusSentences
from bot.text.sentences_home import HomeSentences
from bot.text.sentences_limits import LimitSentences
from bot.text.sentences_linking import LinkingSentences
from bot.text.sentences_many import ManySentences
from bot.text.sentences_modal import ModalSentences
from bot.text.sentences_planned import KeySentences, PlannedSentences
from bot.text.sentences_proposals import ProposalSentences
from bot.text.sentences_records import FreezeSentences, HistorySentences
from bot.text.sentences_refusals import RefusalSentences
from bot.text.sentences_runs import RunSentences
from bot.text.sentences_setting_up import SettingUpSentences
from bot.text.sentences_targets import TargetSentences
from bot.text.sentences_terminal import TerminalSentences
from bot.text.sentences_watching import WatchSentences


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
    deleting: str
    deleted: str
    other: str
    unknown: str


@dataclass(frozen=True, kw_only=True)
class CardSentences:
    """What stands on a card, in its thread and in a list of tasks, whatever the verb."""

    approve: str
    try_again: str
    ask_again: str
    take_over: str
    no_figures: str
    progress: str
    of_objects: str
    time_left: str
    route: str
    place: str
    as_of: str
    until: str
    as_whom: str
    iam_user: str
    your_iam_user: str
    acts_as: str
    reason: str
    quoted: str
    operation: str
    approvals: Counted
    agreed: str
    task_and_id: str
    copied: str
    approvers: str
    anybody: str
    no_longer_open: str


@dataclass(frozen=True, kw_only=True)
class EndingSentences:
    """How an operation ended, as far as it is the same for every verb. One thought a sentence."""

    title_unclear: str
    finished: str
    finished_meanwhile: str
    failed: str
    failed_meanwhile: str
    nothing_changed: str
    next: str
    done: str
    done_and_left: str
    to_go: str
    was: str
    shown_as: str
    now_shown_as: str
    not_watched: str
    unknown: str
    unreadable: str
    watched: str
    read_afterwards: str
    withdrawn: str
    turned_down: str
    expired: str
    title_replaced: str
    replaced: str
    title_taken_over: str
    taken_over: str


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What went wrong, and what the reader can do about it; empty if nothing."""

    what: str
    next: str


@dataclass(frozen=True, kw_only=True)
class FaultSentences:
    """What Huawei Cloud, Slack or the way to them refused. {where} is OMS or IAM. Codes are small print."""

    request: str
    said: str
    who_you_are: str
    who_is_in_group: str
    lacks_scope: str
    knows_nobody: str
    does_not_say: str
    refuses_to_tell: str
    no_reason: str
    slack: Cause
    slack_group: Cause
    slack_refused: Cause
    database: Cause
    vault: Cause
    project_gone: Cause
    link: Cause
    unlinked: Cause
    interrupted: Cause
    own: Cause
    token_expired: Cause
    credential_rejected: Cause
    key_rejected: Cause
    not_sent_again: Cause
    tries_used_up: Cause
    signature_expired: Cause
    account_locked: Cause
    account_blocked: Cause
    throttled: Cause
    service: Cause
    unreachable: Cause
    proxy_refused: Cause
    answer_too_long_iam: Cause
    answer_too_long: Cause
    answer_lost: Cause
    unexpected_answer: Cause
    denied_by_iam: Cause
    denied: Cause
    not_found_iam: Cause
    not_found: Cause
    wrong_state: Cause
    refused: Cause


@dataclass(frozen=True, kw_only=True)
class ReadingSentences:
    """What depends on a verb, also if it only answers: how it is typed, what it takes, and that it could not read."""

    help: tuple[str, ...]
    usage: str
    unread: str
    permission: str


@dataclass(frozen=True, kw_only=True)
class VerbSentences(ReadingSentences):
    """What depends on a verb that acts. {command} is what to type, in code.

    Titles stand alone, each with its emoji. `not_ready` has what is said of a task in a certain status, by its number;
    `not_ready_other` is for the rest. `cost…` is the one line on the card, `costs` and what follows them the sentences
    in its thread; an empty one is not said. `change` stands there in place of what it costs, if one thing
    is replaced by another. `…_of_group` and `…_of_sync` stand for those of a task, where there are any.
    Those others with a default are of verbs that have something of their own to say: that it failed after all, that it
    waits for a slot, that it came by itself.
    """

    button: str
    leave: str
    review: str
    confirm_label: str
    leave_label: str
    approve_label: str
    ask_label: str
    title_asked: str
    title_acting: str
    title_done: str
    title_already: str
    title_moving: str
    title_nothing: str
    title_ended: str
    title_still: str
    title_not: str
    title_left: str
    confirmed: str
    done: str
    after_done: str
    after_done_all: str = ""
    already: str
    already_by: str
    moving_by: str
    not_ready: Mapping[int, Cause]
    not_ready_other: str
    ended_instead: str
    goes_on: str
    goes_on_at: str
    still: str
    still_unread: str
    watched: str
    do_not_repeat: str
    permission_to_act: str
    as_yourself: str
    nothing_yet: str
    cost: str
    cost_of_archives: str
    cost_of_driver: str
    costs: tuple[str, ...]
    restores_archives: str
    driven_by: str
    waiting: Counted
    change: str = ""
    title_failed: str = ""
    title_waiting: str = ""
    begun_by_itself: str = ""
    done_by_itself: str = ""
    ended_failed: str = ""
    still_waiting: str = ""
    cost_of_group: str = ""
    cost_of_group_unknown: str = ""
    cost_of_sync: str = ""
    children: str = ""
    costs_of_sync: tuple[str, ...] = ()
    after_done_of_sync: str = ""


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """Everything that a language says, but for what depends on a verb."""

    figures: Figures
    statuses: Statuses
    cards: CardSentences
    many: ManySentences
    endings: EndingSentences
    faults: FaultSentences
    refusals: RefusalSentences
    freezes: FreezeSentences
    history: HistorySentences
    answers: AnswerSentences
    posts: PostSentences
    proposals: ProposalSentences
    runs: RunSentences
    lists: ListSentences
    report: StatusSentences
    linking: LinkingSentences
    setting_up: SettingUpSentences
    watching: WatchSentences
    keys: KeySentences
    planned: PlannedSentences
    targets: TargetSentences
    terminal: TerminalSentences
    modal: ModalSentences
    home: HomeSentences
    consent: ConsentSentences
    limits: LimitSentences
