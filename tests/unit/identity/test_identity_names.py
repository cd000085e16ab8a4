"""Two credentials of one IAM identity are recognised as such, however their owner is spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.huawei.iam.agency import AgencyCredential
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.kinds import names_of
from bot.identity.names import fold


def login(domain: str, username: str, password: str = "secret") -> PasswordCredential:
    """A password of an IAM user."""
    return PasswordCredential(domain, username, SecretStr(password))


def key(access: str = "AKALICE", secret: str = "secret") -> AccessKeyCredential:
    """An access key."""
    return AccessKeyCredential(SecretStr(access), SecretStr(secret))


@given(st.text(), st.text())
def test_spellings_of_a_name_are_one_identity(domain: str, username: str) -> None:
    """Capitals, spaces around and full-width letters make nobody somebody else, and the password is no part of it."""
    mine = names_of(login(domain, username))
    assert mine == names_of(login(f" {domain} ", f"{username}\u3000", "another"))
    assert mine == names_of(login(fold(domain), fold(username)))
    assert names_of(login("ACME", "Alice")) == names_of(login("acme", "ａｌｉｃｅ"))


def test_a_key_is_its_owners() -> None:
    """Where IAM told whose key it is, it and that user's password are one identity; else it is its own."""
    assert names_of(key(), owner="7a1") & names_of(login("acme", "alice"), owner="7a1")
    assert not names_of(key(), owner="7a1") & names_of(key("AKBOB"), owner="7b2")
    assert names_of(key(secret="one")) & names_of(key(secret="two"))
    assert not names_of(key()) & names_of(login("acme", "AKALICE"))


def test_an_agency_is_one_identity_a_session() -> None:
    """Two people who act through one agency are told apart by their sessions."""
    alice, bob = (AgencyCredential("oms", "acme", name) for name in ("alice", "bob"))
    assert names_of(alice) == names_of(AgencyCredential("OMS", "Acme", "Alice"))
    assert not names_of(alice) & names_of(bob)


@pytest.mark.parametrize("credential", [login("acme", "alice", "canary"), key(secret="canary")])
def test_no_name_holds_a_secret(credential: PasswordCredential | AccessKeyCredential) -> None:
    """Names are compared, stored and shown to operators."""
    assert "canary" not in repr(names_of(credential, owner="7a1"))
