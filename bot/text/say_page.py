"""The linking page, whatever the language. None of it is mrkdwn: a web page or a terminal shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, assert_never

from bot.huawei.fault import Fault, FaultKind
from bot.spelling import unescape
from bot.text.figures import in_brackets, joined
from bot.text.format import plain
from bot.text.languages import Language
from bot.text.say_faults import codes, where, whom
from bot.text.sentences_linking import BadFieldSentences, CauseSentences, KindWords, PageMessage, PageWords
from bot.text.words import words_of

Turned = Literal[
    "gone", "no_tries", "held", "stale", "not_signed_in", "another_account", "too_many", "unavailable", "bad_request"
]  # fmt: skip


FieldFault = Literal["missing", "too_long", "not_a_key", "control"]


def page_words(language: Language) -> PageWords:
    """Return the fixed words of the page."""
    return words_of(language).linking.words


def page_person(language: Language, user_id: str, name: str) -> str:
    """Say for whom a page is. The id stands first: a name can be anybody's."""
    words = words_of(language).linking.page
    return (words.person_called if name else words.person).format(user_id=user_id, name=plain(name))


def page_until(language: Language) -> str:
    """Say how long the page is open; `{at}` stands for the time, whose zone the page knows."""
    return words_of(language).linking.page.open_until


def page_tries(language: Language, left: int) -> str:
    """Say how many tries are left."""
    words = words_of(language).linking.page
    match left:
        case 0:
            return words.no_try_left
        case 1:
            return words.one_try_left
        case _:
            return words.tries_left.format(number=left)


def page_message(language: Language, kind: Turned) -> PageMessage:
    """Return the heading and the sentence of a page that has nothing to fill in."""
    messages = words_of(language).linking.messages
    match kind:
        case "gone":
            return messages.gone
        case "no_tries":
            return messages.no_tries
        case "held":
            return messages.held
        case "stale":
            return messages.stale
        case "not_signed_in":
            return messages.not_signed_in
        case "another_account":
            return messages.another_account
        case "too_many":
            return messages.too_many
        case "unavailable":
            return messages.unavailable
        case "bad_request":
            return messages.bad_request
        case _:
            assert_never(kind)


def page_done(language: Language, principal: str, *, replaced: bool) -> PageMessage:
    """Return the heading and the sentence of the page after success."""
    words = words_of(language).linking
    acts = words.page.done_sentence.format(principal=unescape(whom(language, principal)))
    return PageMessage(words.page.done, joined(language, acts, words.replaced if replaced else ""))


def held_by_another(language: Language, principal: str, user_id: str) -> str:
    """Say why a good credential was not linked."""
    template = words_of(language).linking.page.held_by_another
    return template.format(principal=unescape(whom(language, principal)), user_id=user_id)


def nothing_readable(language: Language, principal: str) -> str:
    """Head the page when a good credential is of no use here."""
    return words_of(language).linking.page.nothing_readable.format(
        principal=unescape(whom(language, principal))
    )


def kind_words(language: Language) -> Mapping[str, KindWords]:
    """Return the words of each kind of credential, by its name."""
    return words_of(language).linking.kinds


def bad_field(language: Language, field: str, fault: FieldFault) -> str:
    """Say what is wrong with something typed, without repeating it."""
    words = words_of(language).linking
    name = next(kind.fields[field].subject for kind in words.kinds.values() if field in kind.fields)
    return _bad(words.bad_field, fault).format(name=name)


def _bad(words: BadFieldSentences, fault: FieldFault) -> str:
    match fault:
        case "missing":
            return words.missing
        case "too_long":
            return words.too_long
        case "not_a_key":
            return words.not_a_key
        case "control":
            return words.control
        case _:
            assert_never(fault)


def link_cause(language: Language, fault: Fault) -> str:
    """Say why a credential was not accepted, or why a project can't be read with it."""
    template = _template(words_of(language).linking.cause, fault.kind)
    return template.format(where=where(fault), code=_plain_codes(language, fault))


def project_cause(language: Language, fault: Fault) -> str:
    """Say why a project can't be read with a credential that is good."""
    if fault.kind in (FaultKind.CREDENTIAL_REJECTED, FaultKind.TOKEN_EXPIRED):
        return words_of(language).linking.page.no_access.format(code=_plain_codes(language, fault))
    return link_cause(language, fault)


def _plain_codes(language: Language, fault: Fault) -> str:
    return unescape(in_brackets(language, [codes(language, fault)]))


def _template(words: CauseSentences, kind: FaultKind) -> str:
    match kind:
        case FaultKind.CREDENTIAL_REJECTED | FaultKind.TOKEN_EXPIRED:
            return words.rejected
        case FaultKind.NOT_SENT_AGAIN:
            return words.not_sent_again
        case FaultKind.TRIES_USED_UP:
            return words.tries_used_up
        case FaultKind.ACCOUNT_LOCKED:
            return words.locked
        case FaultKind.SIGNATURE_EXPIRED:
            return words.clock
        case FaultKind.PERMISSION_DENIED:
            return words.denied
        case FaultKind.NOT_FOUND:
            return words.not_found
        case FaultKind.ACCOUNT_BLOCKED:
            return words.blocked
        case FaultKind.UNREACHABLE | FaultKind.ANSWER_LOST | FaultKind.SERVICE_FAULT | FaultKind.THROTTLED:
            return words.not_asked
        case _:
            return words.unusable
