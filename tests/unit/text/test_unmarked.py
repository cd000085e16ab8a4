"""What the bot says, as a terminal shows it."""

from __future__ import annotations

from datetime import timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.gallery.examples import NOW
from bot.text.format import inert, mention, moment, plain, unmarked


def test_marks_and_escapes_are_gone_and_words_stay() -> None:
    """Bold and code are for Slack's client; what is typed stays as it is typed."""
    assert unmarked("*Revoke it now*: `/oms pause &lt;project&gt;` a &amp; b") == (
        "Revoke it now: /oms pause <project> a & b"
    )


def test_tokens_read_as_slack_would_show_them() -> None:
    """A time in the reader's zone, a name where it is known, a link with its address."""
    said = f"{mention('U0ALICE')} and <!subteam^S1>, {moment(0)}, {moment(59, seconds=True)}, <https://a.b|a link>"
    assert unmarked(said, names={"U0ALICE": "alice"}) == (
        "@alice and @S1, 00:00 UTC, 00:00:59 UTC, a link (https://a.b)"
    )
    assert unmarked(mention("U0ALICE")) == "@U0ALICE"
    assert unmarked(moment(NOW), zone=timezone(timedelta(hours=8), "CST")).endswith(" CST")


@given(st.text())
def test_text_from_outside_reads_as_in_a_field_without_marks(text: str) -> None:
    """Whatever it is, it gets neither marks nor tokens on its way."""
    assert unmarked(inert(text)) == plain(text)
