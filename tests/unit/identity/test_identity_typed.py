"""What people type beside a credential: what they call it, and secrets where they don't belong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.identity.typed import looks_like_secret, read_label


@pytest.mark.parametrize(
    "text",
    [
        "FAKEAK0EXAMPLE000001 fakeSkEXAMPLEnotArealSecretKey0000000001",
        "please use FAKEAK0EXAMPLE000001",
        "“FAKEAK0EXAMPLE000001”",
        "'fakeSkEXAMPLEnotArealSecretKey0000000001'",
        "fakeSk/EXAMPLE+not+a+real+secret+key0001",
        "acme alice Passw0rd",
        "acme alice pass-word1",
        "ak=x sk=y",
        "password:hunter2",
        "HSTABCDEFGHIJKLMNOPQ",
    ],
)
def test_what_may_be_a_secret_is_recognised(text: str) -> None:
    """Keys by their look, passwords by their mixture, and whatever is called one."""
    assert looks_like_secret(text)


@pytest.mark.parametrize(
    "text", ["", "help", "please", "my account", "@alice", "again, please!", "?", "LINK ME"]
)
def test_ordinary_words_are_no_secret(text: str) -> None:
    """They get the link."""
    assert not looks_like_secret(text)


@given(st.text())
def test_any_text_is_judged_without_failing(text: str) -> None:
    """It comes from Slack as it was typed."""
    assert looks_like_secret(text) in (True, False)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@given(
    st.text(LETTERS + "0123456789", min_size=19, max_size=19),
    st.text(LETTERS.lower(), min_size=38, max_size=38),
)
def test_no_real_key_slips_through(access: str, secret: str) -> None:
    """Huawei's access keys have 20 characters, its secret keys 40."""
    assert looks_like_secret(access + "A")
    assert looks_like_secret("7" + secret + "Z")


def test_a_label_becomes_one_short_line() -> None:
    """It is shown in Slack and in the audit."""
    assert read_label("  my\n\u202elaptop\t key ") == "my laptop key"
    assert len(read_label("x" * 100)) == 40
