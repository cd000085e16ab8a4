"""What it costs to say yes: the dearest of it on the card, all of it in the thread. Pure."""

from __future__ import annotations

from bot.conversation.snapshots import Kind, Snapshot
from bot.conversation.values import RESUME, Card
from bot.text.figures import counted
from bot.text.format import day_and_time
from bot.text.languages import Language
from bot.text.say_faults import whom
from bot.text.say_keys import all_keys, are_lent, keys
from bot.text.say_limits import own_words, words_of_card
from bot.text.say_targets import driver_word
from bot.text.words import words_of

_KEYS, _KEYS_BESIDE = 33, 19  # columns


def cost(language: Language, card: Card) -> str:
    """Say the dearest thing that it costs; the others stand in the thread."""
    words, planned, task = words_of_card(language, card), words_of(language).planned, card.task
    if card.resumes_at:
        template = planned.on_card_archives if task.restores_archives else planned.on_card
        return f"⏰ {template.format(at=day_and_time(card.resumes_at))}"
    if card.keys and card.verb == RESUME:
        if task.restores_archives:
            return f"⚠️ {words.cost_of_archives} · 🔑 {keys(language, card.keys, _KEYS_BESIDE)}"
        return f"🔑 {words_of(language).keys.on_card.format(keys=keys(language, card.keys, _KEYS))}"
    if words.change:
        return words.change
    if task.restores_archives and words.cost_of_archives:
        said = words.cost_of_archives
    elif task.kind is Kind.SYNC and words.cost_of_sync:
        said = words.cost_of_sync
    elif task.kind is Kind.GROUP and words.cost_of_group:
        said = _with_children(words.cost_of_group, task) or words.cost_of_group_unknown
    elif task.group and words.cost_of_driver:
        said = words.cost_of_driver.format(driver=driver_word(language, task.group))
    elif card.keys:
        return f"🔑 {planned.with_keys}"
    else:
        said = words.cost
    return f"⚠️ {said}" if said else ""


def _with_children(template: str, group: Snapshot) -> str:
    """Fill in how many of a group's tasks migrate and wait; empty if OMS does not say."""
    if group.children_migrating is None or group.children_waiting is None:
        return ""
    return template.format(migrating=group.children_migrating, waiting=group.children_waiting)


def costs(language: Language, task: Snapshot, *, verb: str, terms: str = "") -> list[str]:
    """Say everything that it costs, a sentence each."""
    words = own_words(language, verb, terms, task, whole=True)
    parts = list(words.costs_of_sync if task.kind is Kind.SYNC and words.costs_of_sync else words.costs)
    if task.kind is Kind.GROUP:
        parts.insert(0, _with_children(words.children, task))
    if task.restores_archives:
        parts.append(words.restores_archives)
    if task.group:
        parts.append(words.driven_by.format(driver=driver_word(language, task.group)))
    if task.waiting_tasks and words.waiting.other:
        parts.append(counted(language, words.waiting, task.waiting_tasks))
    return [part for part in parts if part]


def about_keys(language: Language, card: Card) -> list[str]:
    """Say which keys would be handed over, now or later, and that it resumes by itself."""
    words, planned = words_of(language).keys, words_of(language).planned
    named = all_keys(language, card)
    if not named or not (card.verb == RESUME or card.resumes_at):
        return []
    later = planned.details.format(
        at=day_and_time(card.resumes_at), principal=whom(language, card.principal), keys=named
    )
    said = later if card.resumes_at else words.details.format(keys=named)
    lent = any(map(are_lent, (*card.many_keys, *([card.keys] if card.keys else ()))))
    return [said, words.lent] if lent else [said]
