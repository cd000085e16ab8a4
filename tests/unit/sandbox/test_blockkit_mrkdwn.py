"""mrkdwn is shown as Slack shows it, and nothing in it is ever more than text."""

from __future__ import annotations

import html
import re
from datetime import timedelta, timezone
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sandbox.page.mrkdwn import Reader, mrkdwn
from bot.text.format import inert, mention, moment, plain

READER = Reader(
    users={"U1": "alice", "U2": "bob"},
    channels={"C1": "ops"},
    groups={"S1": "oncall"},
    me="U1",
    zone=timezone(timedelta(hours=8)),
    now=1_700_000_000,
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold* _italic_ ~struck~", "<strong>bold</strong> <em>italic</em> <s>struck</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* not bold* and *not\nbold*", "* not bold* and *not\nbold*"),
        ("`*code*`", "<code>*code*</code>"),
        ("```\nif a &lt; b:\n  *c*\n```", "<pre>if a &lt; b:\n  *c*</pre>"),
        ("&gt; said *so*\n&gt; twice\nnot", "<blockquote>said <strong>so</strong>\ntwice</blockquote>not"),
        ("a &amp; b &lt;c&gt;", "a &amp; b &lt;c&gt;"),
        ("&amp;lt; &quot;", "&amp;lt; &amp;quot;"),
        ("a < b > c", "a &lt; b &gt; c"),
    ],
)
def test_text_is_formatted_as_slack_formats_it(written: str, shown: str) -> None:
    """Bold, italic, struck, code, quotes, and Slack's three escapes; no other entity is one."""
    assert mrkdwn(written, READER) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<@U2>", '<span class="bk-mention">@bob</span>'),
        ("<@U1>", '<span class="bk-mention bk-mine">@alice</span>'),
        ("<@U9|carol>", '<span class="bk-mention">@carol</span>'),
        ("<@U9>", '<span class="bk-mention">@U9</span>'),
        ("<#C1>", '<span class="bk-mention">#ops</span>'),
        ("<#C9|dev>", '<span class="bk-mention">#dev</span>'),
        ("<!subteam^S1>", '<span class="bk-mention">@oncall</span>'),
        ("<!here>", '<span class="bk-mention bk-mine">@here</span>'),
        ("<!unheard>", "&lt;!unheard&gt;"),
        ("*<@U2> did*", '<strong><span class="bk-mention">@bob</span> did</strong>'),
        ("`<@U2>`", "<code>&lt;@U2&gt;</code>"),
    ],
)
def test_tokens_name_people_and_places(written: str, shown: str) -> None:
    """A mention of the reader stands out; unknown ids are shown as they are; code keeps them raw."""
    assert mrkdwn(written, READER) == shown


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("{time}", "06:13"),
        ("{time_secs}", "06:13:20"),
        ("{date_num} {time}", "2023-11-15 06:13"),
        ("{date}", "November 15, 2023"),
        ("{date_short_pretty} at {time}", "today at 06:13"),
        ("{ago}", "just now"),
    ],
)
def test_a_date_is_told_in_the_readers_own_time_zone(form: str, shown: str) -> None:
    """The format's words are Slack's; what stands around them stays."""
    assert f">{shown}</time>" in mrkdwn(f"<!date^1700000000^{form}|fallback>", READER)


@pytest.mark.parametrize(
    "written", ["<!date^soon^{time}|02:14 UTC>", "<!date^1^{era}|02:14 UTC>", "<!date^1e99|02:14 UTC>"]
)
def test_a_date_that_cannot_be_read_is_its_fallback(written: str) -> None:
    """As in old clients of Slack."""
    assert mrkdwn(written, READER) == "02:14 UTC"


def test_a_dates_link_is_a_link() -> None:
    """The fourth part of a date token."""
    shown = mrkdwn("<!date^1700000000^{time}^https://huawei.com|x>", READER)
    assert shown.startswith('<a href="https://huawei.com"')


@pytest.mark.parametrize(
    "written",
    [
        "<javascript:alert(1)|click>",
        "<JaVaScRiPt:alert(1)>",
        "<data:text/html,x|y>",
        "<vbscript:x|y>",
        "<//evil|y>",
    ],
)
def test_an_address_that_could_run_is_text(written: str) -> None:
    """Only http, https, mailto, tel and slack become links."""
    assert "href" not in mrkdwn(written, READER)


def test_links_are_made_of_tokens_and_of_bare_addresses_unless_verbatim() -> None:
    """`verbatim` is what keeps a task named like an address from becoming a link."""
    assert 'href="https://a.b/?x=1&amp;y=2"' in mrkdwn("<https://a.b/?x=1&amp;y=2|here>", READER)
    assert 'href="https://a.b/c"' in mrkdwn("see https://a.b/c.", READER)
    assert "href" not in mrkdwn("see https://a.b/c.", READER, verbatim=True)


@pytest.mark.parametrize(
    "written",
    [
        "https://a.b/<https://c.d onmouseover=alert(1) x|y>",
        '<https://a.b/`" onmouseover=alert(1) x`|y>',
        "<!date^0^{time}^https://a.b/`x`|y>",
        "<https://a.b/```x```|y>",
        "<@`x`|`y`>",
    ],
)
def test_what_stands_in_an_address_makes_no_tag_of_its_own(written: str) -> None:
    """A link or code within a link would end the attribute that it stands in."""
    Attributes(mrkdwn(written, READER))


def test_a_code_between_colons_is_an_emoji() -> None:
    """As in Slack, also where links are not made."""
    assert (
        mrkdwn("backup:100:media :nope: 12:30:45", READER, verbatim=True) == "backup💯media :nope: 12:30:45"
    )


class Attributes(HTMLParser):
    """Reads *page* as a browser does and finds nothing in it but what this page makes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Each tag has the attributes that it is made with, and no link stands in another."""
        allowed = {"a": {"href", "target", "rel"}, "span": {"class"}, "time": {"datetime", "title"}}
        assert {name for name, _ in attrs} <= allowed.get(tag, set())
        assert all(
            (value or "").partition(":")[0].lower() in SCHEMES for name, value in attrs if name == "href"
        )
        assert tag != "a" or "a" not in self.open
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Tags are closed in their order."""
        assert self.open.pop() == tag


SCHEMES = {"http", "https", "mailto", "tel", "slack"}
WRITTEN = st.lists(
    st.sampled_from(
        ["<", ">", "|", "`", "```", '"', "'", "=", " ", "\n", "*", "_", "~", ":", "&gt;", "&amp;", "\ue000", "0\ue001",
         "https://", "a.b/", "onclick=x", "!date^", "1700000000^", "{time}", "^", "@U1", "#C1", "!here", "100", "x"]
    )
)  # fmt: skip


@given(WRITTEN.map("".join) | st.text(max_size=60))
@example("https://a.b/<https://c.d onclick=x|y>")
def test_a_browser_finds_only_the_tags_and_attributes_that_are_made_here(written: str) -> None:
    """However links, code, dates and quotes are put into each other."""
    Attributes(mrkdwn(written, READER))


@given(st.text(alphabet=st.sampled_from("<>&;|@!#^*_~`\"' \nabU1:/\ue0000\ue001{}()"), max_size=60))
def test_nothing_but_our_own_tags_ever_comes_out(written: str) -> None:
    """Whatever is written, each `<` in the result begins one of the few tags that are made here."""
    ours = re.compile(r"/?(a|strong|em|s|code|pre|blockquote|span|time)( (href|class|datetime)=|>)")
    for piece in mrkdwn(written, READER).split("<")[1:]:
        assert ours.match(piece), piece


@given(st.text(max_size=60) | WRITTEN.map("".join))
@example("backup:100:media")
@example("> said")
def test_what_the_bot_made_inert_stays_inert(name: str) -> None:
    """The bot's `inert` and this reader agree: a name from outside is neither mention, link nor format."""
    for before, after in (("", ""), ("a ", " b"), (f"{mention('U2')} ", f" {moment(1_700_000_000)}")):
        shown = mrkdwn(f"{before}{inert(name)}{after}", READER, verbatim=True)
        around = mrkdwn(f"{before}{after}", READER, verbatim=True)
        assert shown.count("<") == around.count("<")
        assert plain(name) in html.unescape(shown)
