"""The keys of the ring: what each is, and what it opens."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.identity.keyring import KeyRing, VaultError, new_key


@pytest.mark.parametrize(
    "text",
    ["x", "canary-not-a-key", base64.urlsafe_b64encode(b"short").decode(), f"{new_key()},oops", "ü"],
    ids=["letter", "canary", "short", "second", "umlaut"],  # a random id would differ between test workers
)
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    """The sentence names the variable, the position and the remedy."""
    with pytest.raises(
        VaultError, match=r"OMS_BOT_SECRET_KEYS has a key \(number \d\) that is not 32 bytes"
    ) as refusal:
        KeyRing.parse(SecretStr(text))
    assert text not in str(refusal.value)
    assert refusal.value.__context__ is None or text not in str(refusal.value.__context__)


def test_a_key_twice_in_the_ring_is_a_mistake() -> None:
    """Probably the operator meant to add another."""
    key = new_key()
    with pytest.raises(VaultError, match="twice"):
        KeyRing.parse(SecretStr(f"{key}, {key}"))


def test_each_encryption_has_a_nonce_of_its_own() -> None:
    """Twice the same secret in the same place looks different."""
    ring = KeyRing.parse(SecretStr(new_key()))
    sealed = {ring.encrypt(b"same", ("place",)).blob for _ in range(100)}
    assert len({blob[:12] for blob in sealed}) == 100


words = st.text(min_size=1, max_size=20)


@given(
    st.lists(words, min_size=1, max_size=4), st.lists(words, min_size=1, max_size=4), st.binary(max_size=50)
)
def test_a_ciphertext_opens_in_its_place_only(place: list[str], other: list[str], plain: bytes) -> None:
    """Words can't be shifted from one part of a place into the next."""
    ring = KeyRing.parse(SecretStr(new_key()))
    sealed = ring.encrypt(plain, tuple(place))
    assert ring.decrypt(sealed, tuple(place)) == plain
    if place != other:
        with pytest.raises(VaultError):
            ring.decrypt(sealed, tuple(other))
