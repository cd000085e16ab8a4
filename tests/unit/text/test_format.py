"""Times, mentions and foreign text as they stand in a message."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.gallery.examples import NOW
from bot.spelling import fold
from bot.text.format import inert, mention, moment, plain
from tests.unit.examples import HOSTILE


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
        ("a" * 60 + "b" * 60, "a" * 40 + "…" + "b" * 39),
        ("数" * 60, "数" * 20 + "…" + "数" * 19),
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
