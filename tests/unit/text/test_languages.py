"""Which language somebody reads: by Slack's locale, or by what a browser asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.languages import Language, language_accepted, language_of


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "zh_HK", "zh", "ZH-cn", "zh-Hans-CN"])
def test_every_chinese_locale_reads_chinese(locale: str) -> None:
    """Slack has zh-CN and zh-TW; whoever has another reads Chinese no worse."""
    assert language_of(locale) is Language.ZH


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "de-DE", "ja-JP", "zha-CN", "", None, "?", "zhuang"])
def test_every_other_locale_reads_english(locale: str | None) -> None:
    """Also one that Slack did not tell."""
    assert language_of(locale) is Language.EN


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.ZH),
        ("en-US,en;q=0.9,zh-CN;q=0.8", Language.EN),
        ("de,zh;q=0.7,en;q=0.3", Language.ZH),
        ("en;q=0.5, zh-TW;q=0.7", Language.ZH),
        ("zh;q=0, en", Language.EN),
        ("fr, de;q=0.9", Language.EN),
        ("*", Language.EN),
        ("", Language.EN),
        ("zh;q=much", Language.EN),
    ],
)
def test_a_browser_reads_what_it_prefers_among_our_languages(header: str, language: Language) -> None:
    """By the weights of its Accept-Language header."""
    assert language_accepted(header) is language


@given(st.text())
def test_any_header_is_answered_in_some_language(header: str) -> None:
    """It is written by whoever calls."""
    assert language_accepted(header) in Language
    assert language_of(header) in Language
