"""Whose identity at IAM a credential is, as names that can be compared: stable, and none of them secret. Pure.

One IAM user may be known by several names: an account and a user name, IAM's id for them, each of their access keys.
Credentials with a name in common are one identity's.
"""

from __future__ import annotations

import unicodedata
from typing import assert_never

from bot.huawei.iam.agency import AgencyCredential, session_name
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential

Name = tuple[str, ...]


def names_of(
    credential: PasswordCredential | AccessKeyCredential | AgencyCredential, *, owner: str = ""
) -> frozenset[Name]:
    """Return every name of whoever acts with *credential*. `owner` is IAM's id of that user, where IAM told it."""
    by_id = {("id", owner)} if owner else set()
    return frozenset({claimed_by(credential), *by_id})


def claimed_by(credential: PasswordCredential | AccessKeyCredential | AgencyCredential) -> Name:
    """Return whom *credential* claims to be, as is known before IAM has been asked."""
    match credential:
        case PasswordCredential(domain=domain, username=username):
            return ("user", fold(domain), fold(username))
        case AccessKeyCredential(access_key=key):
            return ("key", key.get_secret_value())
        case AgencyCredential(agency=agency, domain=domain, session_user=session):
            return ("agency", fold(domain), fold(agency), fold(session_name(session)))
        case _:
            assert_never(credential)


def described(credential: PasswordCredential | AccessKeyCredential) -> str:
    """Say in words whom *credential* claims to be, for the audit and for that person. Of a key the end is enough."""
    match credential:
        case PasswordCredential(domain=domain, username=username):
            return f"IAM user {username[:64]} of {domain[:64]}"
        case AccessKeyCredential(access_key=key):
            return f"the access key ending in {key.get_secret_value()[-4:]}"
        case _:
            assert_never(credential)


def fold(name: str) -> str:
    """Return the form in which spellings that IAM may take for one name are the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
