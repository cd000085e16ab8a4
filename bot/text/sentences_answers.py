"""What a language says to a command at once, and about what Slack did not take. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AnswerSentences:
    """What is said at once to a command: that it was heard, what is wrong with it, what there is."""

    help_head: str
    help_find: str
    help_act: str
    help_whom: str
    help_link: str
    help_itself: str
    help_task: str
    help_projects: str
    help_example: str
    help_not_here: str
    help_rest: str
    help_elsewhere: str
    help_no_keys: str
    help_approvers: str
    working: str
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
    which_of_them: str
    asked_before: str
    only_they: str
    waits_for_approval: str
    asked_before_link: str
    own_fault: str
    own_fault_no_call: str
    tell_operator: str


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
    unconfirmed_thread: str
    lost_ending: str
