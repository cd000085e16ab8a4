"""What a language says about linking one's own credential: in Slack and on the linking page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PageWords:
    """The fixed words of the linking page, by the names that its templates use. None is mrkdwn."""

    title: str
    for_person: str
    not_you: str
    promise: str
    label: str
    label_hint: str
    submit: str
    checked: str
    projects: str
    can_read: str
    pause_unknown: str
    close: str
    again: str
    sign_in: str
    sign_in_why: str


@dataclass(frozen=True, kw_only=True)
class FieldWords:
    """A field of a credential: its label, a hint below it (or nothing), and its name in a sentence."""

    label: str
    hint: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class KindWords:
    """A kind of credential: its tab, how it is called in a sentence, what Huawei locks, and its fields by name."""

    tab: str
    called: str
    warning: str
    fields: Mapping[str, FieldWords]


@dataclass(frozen=True)
class PageMessage:
    """A page that has nothing to fill in."""

    heading: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class PageMessages:
    """The pages that have nothing to fill in, by why."""

    gone: PageMessage
    no_tries: PageMessage
    held: PageMessage
    stale: PageMessage
    not_signed_in: PageMessage
    another_account: PageMessage
    too_many: PageMessage
    unavailable: PageMessage
    bad_request: PageMessage


@dataclass(frozen=True, kw_only=True)
class PageSentences:
    """The sentences of the linking page that say something of this person, credential or try. None is mrkdwn."""

    person: str
    person_called: str
    open_until: str
    no_try_left: str
    one_try_left: str
    tries_left: str
    done: str
    done_sentence: str
    nothing_readable: str
    held_by_another: str
    no_access: str


@dataclass(frozen=True, kw_only=True)
class BadFieldSentences:
    """What is wrong with something typed; {name} is the field's subject."""

    missing: str
    too_long: str
    not_a_key: str
    control: str


@dataclass(frozen=True, kw_only=True)
class CauseSentences:
    """Why a credential was not accepted, or a project can't be read with it. {code} are the codes in brackets."""

    rejected: str
    not_sent_again: str
    tries_used_up: str
    locked: str
    clock: str
    denied: str
    not_found: str
    blocked: str
    not_asked: str
    unusable: str


@dataclass(frozen=True, kw_only=True)
class LinkingSentences:
    """What Slack says about linking, and all of the page."""

    words: PageWords
    kinds: Mapping[str, KindWords]
    messages: PageMessages
    page: PageSentences
    bad_field: BadFieldSentences
    cause: CauseSentences
    offer: str
    by_operator: str
    secret_typed: str
    linked: str
    unnamed: str
    can_read: str
    replaced: str
    unlinked: str
    nothing_linked: str
    still_settings: str
    pending: str
    unlinked_before: str
    key_missing: str
    damaged: str
    disabled: str
    acts_by_operator: str
    acts_by_link: str
    acts_by_link_checked: str
    nobody: str
    unreadable: str
    tried_proved: str
    tried_wrong: str
    tried_anothers: str
