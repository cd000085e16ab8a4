"""The languages are complete: the same sentences with the same placeholders in each, and none that is never said."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from string import Formatter

import pytest

from bot.text import en
from bot.text.languages import Language
from bot.text.words import manners_of, verbs_of, words_of

TEXT = Path(en.__file__).parents[1]
OTHERS = [language for language in Language if language is not Language.EN]


def templates(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every template in *value* with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from templates(part, f"{path}[{key}]")
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from templates(part, f"{path}[{number}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from templates(getattr(value, field.name), f"{path}.{field.name}")
    else:
        raise AssertionError(f"{path} is no template")


@functools.cache
def everything(language: Language) -> dict[str, str]:
    """Return every template of a language by the way to it."""
    manners = templates(manners_of(language), "manners")
    return dict(templates(words_of(language))) | dict(templates(verbs_of(language), "verbs")) | dict(manners)


def placeholders(template: str) -> set[str]:
    """Return what has to be filled in; a template has neither conversions nor formats nor attributes."""
    found = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is not None:
            assert name.isidentifier()
            assert not spec
            assert not conversion
            found.add(name)
    return found


ENGLISH = everything(Language.EN)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_sentence(language: Language) -> None:
    """The type checker sees to the fields; this to what mappings and tuples hold, verbs among them."""
    assert everything(language).keys() == ENGLISH.keys()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("path", ENGLISH)
def test_a_sentence_has_the_same_placeholders_in_every_language(language: Language, path: str) -> None:
    """A language that forgets one would hide a fact; one that invents another would fail when it is said."""
    assert placeholders(everything(language)[path]) == placeholders(ENGLISH[path])


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_is_empty_in_no_language_unless_in_all(language: Language) -> None:
    """A warning that a verb does not give is empty; so may be what stands between two sentences."""
    theirs = everything(language)
    emptied = [path for path in ENGLISH if bool(theirs[path]) != bool(ENGLISH[path])]
    assert set(emptied) <= {".figures.between"}


def test_chinese_is_written_in_chinese() -> None:
    """What is the same in both languages holds no words: units, marks, names of keys."""
    same = {said for path, said in everything(Language.ZH).items() if said and said == ENGLISH[path]}
    assert same == {
        "{size}/s",
        "{hours} {minutes}",
        "*{percent}*",
        "“{reason}”",
        "{source} → {destination}",
        "{agreed}/{needed} ✓ {who}",
        "{name} {speed}",
        "{name} · {status}",
        "–",
        "↳ {name}",
        "oms:task:get",
        "oms:task:update",
        "👀 *{name}* · {status}",
        "*{name}* · {project}",
        "{hours}",
        "{rate} MB/s",
    }


@pytest.mark.parametrize("path", ENGLISH)
def test_marks_stand_free_in_chinese(path: str) -> None:
    """Slack takes ` and * for marks only beside a space, a line's end or punctuation, never beside a character."""
    said = everything(Language.ZH)[path]
    for mark in "`*":
        outside = said.split(mark)[::2]  # what stands before, between and after the marked words
        assert len(said.split(mark)) % 2, f"{mark} is not closed"
        assert not any(part[-1:].isalnum() for part in outside[:-1])
        assert not any(part[:1].isalnum() for part in outside[1:])


def test_every_sentence_is_said_somewhere() -> None:
    """What nothing says any more is taken out, in every language."""
    said: set[str] = set()
    modals = (TEXT.parent / "slack").glob("*_modal.py")  # of many words that depend on nothing
    for path in (*TEXT.glob("*.py"), *(TEXT.parent / "pages").glob("*.py"), *modals):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for path in (TEXT.parent / "pages" / "templates").glob("*.html"):
        page = path.read_text(encoding="utf-8")
        said.update(re.findall(r"\.(\w+)", page))
    names = {part.partition("[")[0] for path in ENGLISH for part in path.split(".") if part}
    assert (
        names
        - said
        - {"verbs", "manners", "for_person", "title", "tab", "hint", "warning", "label_hint", "label"}
        == set()
    )


def test_a_language_without_plurals_says_the_same_twice() -> None:
    """So that no fact depends on which of the two is taken."""
    said = everything(Language.ZH)
    ones = {path: template for path, template in said.items() if path.endswith(".one")}
    assert ones
    for path, template in ones.items():
        other = said[path.replace(".one", ".other")]
        assert template in (other, other.replace("{number}", "1").replace("其中一个", ""))
