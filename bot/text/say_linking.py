"""The sentences about linking one's own credential: in Slack, whatever the language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.text.figures import joined, listed
from bot.text.format import mention, moment
from bot.text.languages import Language
from bot.text.say_faults import whom
from bot.text.words import words_of


def link_offer(language: Language, url: str) -> str:
    """Give somebody their one-time URL."""
    return words_of(language).linking.offer.format(url=url)


def link_by_operator(language: Language) -> str:
    """Say how to link where there is no page."""
    return words_of(language).linking.by_operator


def link_secret_typed(language: Language) -> str:
    """Answer somebody who typed what looks like a secret."""
    return words_of(language).linking.secret_typed


def linked(
    language: Language, principal: str, projects: Sequence[str], *, replaced: bool, named_by_iam: bool
) -> str:
    """Confirm a link in Slack."""
    words = words_of(language).linking
    return joined(
        language,
        words.linked.format(principal=whom(language, principal)),
        "" if named_by_iam else words.unnamed,
        words.replaced if replaced else "",
        words.can_read.format(projects=listed(language, projects)),
    )


def unlinked(language: Language, *, removed: bool, still: str | None) -> str:
    """Confirm that a link is gone. `still` is the principal that the operator's settings name, if any."""
    words = words_of(language).linking
    return joined(
        language,
        words.unlinked if removed else words.nothing_linked,
        words.still_settings.format(principal=whom(language, still)) if still else "",
        words.pending if removed and not still else "",
    )


def unlinked_before(language: Language) -> str:
    """Answer a command that Slack delivered again."""
    return words_of(language).linking.unlinked_before


def whoami(
    language: Language,
    *,
    origin: Literal["own", "operator"],
    principal: str,
    kind: str,
    projects: Sequence[str] | None,
    verified_at: float | None,
    disabled: str | None,
) -> str:
    """Say whom the bot acts as for somebody."""
    words, principal = words_of(language).linking, whom(language, principal)
    match disabled:
        case None | "":
            pass
        case "key_missing":
            return words.key_missing
        case "damaged":
            return words.damaged
        case _:
            return words.disabled.format(principal=principal)
    if origin == "operator":
        return words.acts_by_operator.format(principal=principal, kind=words.kinds[kind].called)
    template = words.acts_by_link if verified_at is None else words.acts_by_link_checked
    return template.format(
        principal=principal,
        kind=words.kinds[kind].called,
        at=moment(verified_at or 0),
        projects=listed(language, projects or ()),
    )


def whoami_nobody(language: Language) -> str:
    """Say that somebody is not linked."""
    return words_of(language).linking.nobody


def unreadable(language: Language) -> str:
    """Say that links can't be read now."""
    return words_of(language).linking.unreadable


def tried_by_another(language: Language, who: str, by_user: str, *, proved: bool) -> str:
    """Warn somebody that their IAM identity was tried by another Slack account. Mrkdwn."""
    words = words_of(language).linking
    template = words.tried_proved if proved else words.tried_wrong
    return template.format(who=mention(by_user), principal=whom(language, who))


def tried_anothers(language: Language, who: str) -> str:
    """Tell whoever asked for a page that it linked nothing. Mrkdwn."""
    return words_of(language).linking.tried_anothers.format(principal=whom(language, who))
