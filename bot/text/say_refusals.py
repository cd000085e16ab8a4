"""Why a person may not do something, and what they can do instead, whatever the language. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Freeze
from bot.conversation.verdicts import TooLate
from bot.text.figures import joined, listed
from bot.text.format import mention
from bot.text.languages import Language
from bot.text.say_freezes import since_when
from bot.text.sentences_refusals import RefusalSentences
from bot.text.words import reading_of, verbs_of, words_of


def refusal(
    language: Language,
    reason: Reason,
    *,
    verb: str = "",
    project: str = "",
    person: str = "",
    channels: Collection[str] = (),
    freeze: Freeze | None = None,
) -> str:
    """Say why somebody may not do something, and what they can do instead.

    *person* is whom the sentence names: who asked for it, or who had agreed. *channels* are where they may, *freeze* is
    because of which they may not.
    """
    words = words_of(language).refusals
    template = words.wrong_channel_named if channels else _template(words, reason)
    where = listed(language, (f"<#{channel}>" for channel in channels))
    sentence = template.format(project=project, person=mention(person), channels=where)
    match reason:
        case Reason.FROZEN:
            instead = since_when(language, freeze, project) if freeze else ""
        case Reason.NOT_REQUESTER:
            instead = verbs_of(language)[verb].as_yourself
        case Reason.EXPIRED if verb:
            instead = words.ask_again.format(usage=reading_of(language, verb).usage)
        case _:
            instead = ""
    return joined(language, sentence, instead)


def take_over(language: Language) -> str:
    """Label the button by which somebody asks for what another has asked for, in their place."""
    return words_of(language).cards.take_over


def too_late(language: Language, won: TooLate) -> str:
    """Tell the loser of a race who won."""
    words = words_of(language).refusals
    match won.kind:
        case "confirm":
            return words.confirmed_before.format(who=mention(won.by)) if won.by else words.begun_before
        case "cancel":
            return words.withdrawn_before.format(who=mention(won.by))
        case "keep":
            return words.kept_before.format(who=mention(won.by))
        case "expire":
            return words.over
        case "replace":
            return words.taken_over.format(who=mention(won.by)) if won.by else words.replaced
        case _:
            assert_never(won.kind)


def _template(words: RefusalSentences, reason: Reason) -> str:  # noqa: PLR0912  # one case for each reason
    match reason:
        case Reason.NOT_REQUESTER:
            return words.not_requester
        case Reason.DELETED:
            return words.deleted
        case Reason.BOT:
            return words.bot
        case Reason.GUEST:
            return words.guest
        case Reason.STRANGER:
            return words.stranger
        case Reason.NOT_LINKED:
            return words.not_linked
        case Reason.PROJECT_GONE:
            return words.project_gone
        case Reason.WRONG_CHANNEL:
            return words.wrong_channel
        case Reason.OTHER_CHANNEL | Reason.OTHER_MESSAGE:
            return words.other_card
        case Reason.OWN_APPROVAL:
            return words.own_approval
        case Reason.NOT_APPROVER:
            return words.not_approver
        case Reason.APPROVER_GONE:
            return words.approver_gone
        case Reason.RELINKED:
            return words.relinked
        case Reason.UNPROVED:
            return words.unproved
        case Reason.SETTINGS_CHANGED:
            return words.settings_changed
        case Reason.SAME_IDENTITY:
            return words.same_identity
        case Reason.TOO_MANY:
            return words.too_many
        case Reason.TOO_LATE:
            return words.too_late
        case Reason.CHANGED:
            return words.changed
        case Reason.NO_LIMITS:
            return words.no_limits
        case Reason.FROZEN:
            return words.frozen
        case Reason.APPROVED_BEFORE:
            return words.approved_before
        case Reason.NEEDS_APPROVAL:
            return words.needs_approval
        case Reason.TOO_EARLY:
            return words.too_early
        case Reason.EXPIRED:
            return words.expired
        case Reason.UNKNOWN_OPERATION:
            return words.unknown_card
        case Reason.NEWER_VERB:
            return words.newer_verb
        case _:
            assert_never(reason)
