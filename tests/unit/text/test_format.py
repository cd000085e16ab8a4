"""Numbers, times and foreign text as they stand in a message."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.spelling import fold
from bot.text.format import duration, inert, mention, moment, percent, plain, size, size_of
from tests.unit.examples import HOSTILE, NOW


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.00 kB"),
        (420_000_000, "420 MB"),
        (999_499_999, "999 MB"),
        (999_500_000, "1.00 GB"),
        (9_994_000, "9.99 MB"),
        (9_995_000, "10.0 MB"),
        (99_400_000, "99.4 MB"),
        (99_500_000, "100 MB"),
        (1_040_000_000_000, "1.04 TB"),
        (2**63, "9223 PB"),
    ],
)
def test_a_size_has_three_digits_and_its_unit(count: int, shown: str) -> None:
    """Decimal units, as Huawei's console counts."""
    assert size(count) == shown


def test_a_shared_unit_is_said_once() -> None:
    """And twice where the units differ."""
    assert size_of(1_040_000_000_000, 2_000_000_000_000) == "1.04 of 2.00 TB"
    assert size_of(980_000_000, 2_000_000_000_000) == "980 MB of 2.00 TB"


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (0, "0 %"),
        (0.522, "52.2 %"),
        (0.9999, "99.9 %"),
        (1 - 1e-12, "99.9 %"),
        (1, "100 %"),
        (1.5, "100 %"),
        (-1, "0 %"),
        (float("nan"), "0 %"),
    ],
)
def test_only_what_is_complete_is_100_percent(fraction: float, shown: str) -> None:
    """A task at 99.99 % may still fail."""
    assert percent(fraction) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-3, "0 s"),
        (0.4, "0 s"),
        (5, "5 s"),
        (89.4, "89 s"),
        (90, "2 min"),
        (600, "10 min"),
        (2_280, "38 min"),
        (5_399, "90 min"),
        (5_400, "1 h 30 min"),
        (7_200, "2 h"),
        (86_400, "24 h"),
        (200_000, "2 days"),
        (1e12, "11574074 days"),
    ],
)
def test_a_duration_is_told_in_its_largest_units(seconds: float, shown: str) -> None:
    """Nobody counts in hundreds of seconds."""
    assert duration(seconds) in (shown, shown.replace("90 min", "1 h 30 min"))


UNITS = {
    "B": 1,
    "kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "PB": 1e15,
    "s": 1,
    "min": 60,
    "h": 3600,
    "days": 86400,
    "%": 1,
}


def value(shown: str) -> float:
    """Read a formatted number back."""
    words = shown.split()
    return sum(float(number) * UNITS[unit] for number, unit in zip(words[::2], words[1::2], strict=True))


@given(st.integers(0, 2**63), st.integers(0, 2**63))
@example(999_499, 999_500)
def test_more_bytes_never_look_like_fewer(one: int, other: int) -> None:
    """Rounding keeps the order, and three digits are near enough."""
    low, high = sorted((one, other))
    assert value(size(low)) <= value(size(high)) * (1 + 1e-9)
    assert abs(value(size(low)) - low) <= low * 0.0051


@given(st.floats(), st.floats())
def test_percent_never_crashes_and_keeps_the_order(one: float, other: float) -> None:
    """For any number that JSON or a division can yield."""
    assert 0 <= value(percent(one)) <= 100
    if one <= other:
        assert value(percent(one)) <= value(percent(other))


@given(st.floats(-1e9, 1e15), st.floats(-1e9, 1e15))
def test_a_longer_time_never_looks_shorter(one: float, other: float) -> None:
    """Rounding keeps the order, and is near enough."""
    low, high = sorted((one, other))
    assert value(duration(low)) <= value(duration(high))
    assert abs(value(duration(low)) - max(0.0, low)) <= max(1.0, low * 0.35)


def test_a_moment_is_shown_in_the_readers_own_time_zone() -> None:
    """A Slack date token, whose fallback names its zone."""
    assert moment(NOW) == "<!date^1795000000^{time}|13:46 UTC>".replace("13:46", moment(NOW)[-10:-5])
    assert moment(0) == "<!date^0^{time}|00:00 UTC>"
    assert moment(59.9, seconds=True) == "<!date^59^{time_secs}|00:00:59 UTC>"


def test_a_mention_is_slacks() -> None:
    """The person's own name and colour."""
    assert mention("U0ALICE") == "<@U0ALICE>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("media-872", "media-872"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("<https://evil.example|Pause>", "&lt;https://evil.example|Pause&gt;"),
        ("a & b", "a &amp; b"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("one\ntwo\r\nthree\u2028four\u0085five", "one two three four five"),
        ("*bold* `code` ~gone~", "∗bold∗ ˋcodeˋ ∼gone∼"),
        ("_it_", "ˍitˍ"),
        ("(_it_)", "(ˍitˍ)"),
        ("snake_case_name", "snake_case_name"),
        ("\u202egpj.exe\u202c", "gpj.exe"),
        ("pa\u200bid\u00ad\ufeff", "paid"),
        ("\x1b[31mred\x00", "[31mred"),
        ("\ud800\ue000\U000e0041", ""),
        ("a" * 100, "a" * 79 + "…"),
        ("backup:100:media", "backup∶100:media"),
        (":a::b:c:", "∶a∶∶b∶c:"),
        ("12:30 https://a.b", "12:30 https://a.b"),
        ("> said", "＞ said"),
        (">>> said", "＞&gt;&gt; said"),
        ("a > b", "a &gt; b"),
        ("@here @Channel me@everyone.example @herein", "＠here ＠Channel me＠everyone.example @herein"),
        ("نسخة احتياطية 7", "\u2068نسخة احتياطية 7\u2069"),
        ("\u202eגיבוי\u2069-3", "\u2068גיבוי-3\u2069"),
    ],
)
def test_foreign_text_is_made_harmless(text: str, shown: str) -> None:
    """No mention, link, format, line break, control, bidi or invisible character survives."""
    assert inert(text).strip() == shown


FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ISOLATED = re.compile("\u2068(.*)\u2069", re.DOTALL)
# What Slack's client makes something of, written down from its documentation and not from our code.
READ_BY_SLACK = (
    re.compile(r"<[^>\n]*>"),  # mentions, links, dates
    re.compile(r":[^\s:]+:"),  # emoji, skin tones too
    re.compile(r"^(&gt;|>)"),  # quotes
    re.compile(r"[*`~]"),  # bold, code, fences, struck
    re.compile(r"(^|\W)_[^\s_].*?_(\W|$)"),  # italic
    re.compile(r"@(here|channel|everyone)\b", re.IGNORECASE),
    re.compile(r"&(?!amp;|lt;|gt;)"),
    re.compile(r"[\n\r\u2028\u2029\u0085]"),
)


def content(shown: str) -> str:
    """Return *shown* without the isolate around it, the only invisible characters that there may be."""
    isolated = ISOLATED.fullmatch(shown)
    return isolated[1] if isolated else shown


@given(
    st.text(st.characters())
    | st.lists(
        st.sampled_from(
            [*"<>&_*~`:@# \n-", "!channel", "100", "here", "!date^0^{time}|x", "א", "م", "٣", HOSTILE]
        )
    ).map("".join)
)
@example(HOSTILE)
def test_whatever_comes_in_nothing_dangerous_comes_out(text: str) -> None:
    """For any text there is."""
    shown = content(inert(text))
    assert not any(pattern.search(shown) for pattern in READ_BY_SLACK)
    assert not {unicodedata.category(char) for char in shown} & FORBIDDEN
    assert shown.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").count("&") == 0
    assert "  " not in shown
    shown.encode()


@given(st.text(st.characters()), st.integers(1, 200))
def test_foreign_text_is_cut_to_its_limit(text: str, limit: int) -> None:
    """As a reader sees it: an escaped character is one character."""
    assert len(content(plain(text, limit))) <= limit


@given(st.text(st.characters()))
def test_plain_text_is_one_visible_line(text: str) -> None:
    """A plain_text object needs no escapes, but a line break or a bidi trick would mislead there too."""
    shown = content(plain(text))
    assert not {unicodedata.category(char) for char in shown} & FORBIDDEN
    assert "\n" not in shown


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_what_is_written_from_right_to_left_is_isolated_and_nothing_else_is(text: str) -> None:
    """So a name in Arabic or Hebrew leaves the figures and words after it where they are."""
    strong = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in plain(text))
    assert bool(ISOLATED.fullmatch(plain(text))) == strong


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60))
@example("a:100:b *x* _y_ ~z~ `c` @here")
@example(">")
@example("~\u0338")
def test_a_name_copied_from_the_card_is_that_name(name: str) -> None:
    """The look-alikes that are shown are read back."""
    assert fold(plain(name)) == fold(name)


def test_plain_text_is_not_escaped() -> None:
    """Slack shows plain_text as it is."""
    assert plain("a<b & c>d") == "a<b & c>d"
    assert plain("&lt;") == "&lt;"
