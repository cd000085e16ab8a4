"""A seal holds for exactly what was sealed, under exactly the keys of the ring."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.conversation.verdicts import Verdict
from bot.identity.keyring import KeyRing, new_key
from bot.identity.seals import Seals

KEY, OTHER = new_key(), new_key()
texts = st.text(max_size=8)
verdicts = st.builds(
    Verdict,
    operation_id=texts,
    kind=st.sampled_from(["confirm", "cancel", "expire"]),
    user_id=texts,
    message_ts=st.none() | texts,
    click_id=texts,
    at=st.floats(0, 4e9),
    approved_by=st.lists(texts, max_size=3).map(tuple),
)


def _seals(*keys: str) -> Seals:
    return Seals(KeyRing.parse(SecretStr(",".join(keys))))


@given(verdict=verdicts)
def test_a_record_proves_itself_after_it_was_stored(verdict: Verdict) -> None:
    """As JSON, and after another key was put before the one that sealed it; not when that one is gone."""
    stored = Verdict(**json.loads(json.dumps(asdict(_seals(KEY).sealed(verdict)))))
    assert _seals(KEY).intact(stored)
    assert _seals(OTHER, KEY).intact(stored)
    assert not _seals(OTHER).intact(stored)
    assert _seals().intact(stored)


@given(
    verdict=verdicts,
    change=st.sampled_from(
        [{"user_id": "U0EVE!"}, {"at": 5e9}, {"approved_by": ("U0EVE!",)}, {"seal": ""}, {"seal": "x:é"}]
    ),
)
def test_a_record_that_was_changed_proves_nothing(verdict: Verdict, change: dict[str, Any]) -> None:
    """In any field, nor without its seal."""
    assert not _seals(KEY).intact(replace(_seals(KEY).sealed(verdict), **change))


@pytest.mark.parametrize("empty", [None, "", [], ()])
def test_a_seal_minds_neither_order_nor_empty_fields(empty: object) -> None:
    """A database may give back the fields in another order, and a later version may know one more of them."""
    seals = _seals(KEY)
    seal = seals.seal("x", {"a": 1, "b": 2})
    assert seals.holds("x", {"b": 2, "later": empty, "a": 1}, seal)
    assert not seals.holds("x", {"b": 2, "later": 0, "a": 1}, seal)
    assert not seals.holds("y", {"a": 1, "b": 2}, seal)


def test_without_a_key_nothing_is_sealed() -> None:
    """And everything holds, as before there was a key."""
    assert _seals().seal("x", {"a": 1}) == ""
    assert _seals().holds("x", {"a": 1}, None)
