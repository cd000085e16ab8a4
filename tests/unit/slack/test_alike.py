"""What is alike in a channel is told apart: by a screen reader, and by the way to the console."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from bot.gallery.messages import states
from bot.gallery.views import views
from bot.text.languages import Language


def buttons(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every button, however deep it stands."""
    if isinstance(part, dict):
        if part.get("type") == "button":
            yield part
        for inside in part.values():
            yield from buttons(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from buttons(inside)


def messages(language: Language) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the blocks of all messages, with a name."""
    for state in states(language):
        yield state.name, state.message.blocks
        yield f"{state.name}, plain", state.message.plain
        if state.thread:
            yield f"{state.name}, thread", state.thread.blocks


@pytest.mark.parametrize("language", Language)
def test_no_two_buttons_of_a_message_or_a_view_sound_alike(language: Language) -> None:
    """Whoever hears them one after the other knows which is which; and what is heard begins as what is seen."""
    shown = ((name, view["blocks"]) for name, view in views(language))
    for name, blocks in (*messages(language), *shown):
        heard = Counter(one.get("accessibility_label") or one["text"]["text"] for one in buttons(blocks))
        assert [label for label, number in heard.items() if number > 1] == [], name


@pytest.mark.parametrize("language", Language)
def test_a_label_that_stands_on_several_messages_is_spoken_with_what_it_is_about(language: Language) -> None:
    """Such as *Try again*: a channel has many of them."""
    places = defaultdict(set)
    silent = defaultdict(set)
    for name, blocks in messages(language):
        for one in buttons(blocks):
            places[one["text"]["text"]].add(name.partition(",")[0])
            if not one.get("accessibility_label"):
                silent[one["text"]["text"]].add(name)
    assert [label for label in silent if len(places[label]) > 1] == []


@pytest.mark.parametrize("language", Language)
def test_every_card_leads_to_the_console_in_every_state(language: Language) -> None:
    """Asked, agreed, acting, ended, of one or of many, by whichever verb."""
    asking_or_told_of = [state for state in states(language) if state.open or state.thread]
    acting = [state for state in states(language) if state.name.startswith("acting")]
    assert len(acting) == 2
    for state in (*asking_or_told_of, *acting):
        assert "huaweicloud.com/oms/?region=" in json.dumps(state.message.blocks), state.name
