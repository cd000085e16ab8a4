"""What people type: credentials into the linking page or a terminal, and secrets where they don't belong. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import SecretStr

from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential

_LONGEST_FIELD: Final = 256
_LONGEST_KEY: Final = 100  # characters, of either half. Source: OMS API reference, src_ak and src_sk
_LONGEST_LABEL: Final = 40


@dataclass(frozen=True)
class BadField:
    """What was typed can't be a credential; nothing was sent anywhere. `field` names where, `fault` what."""

    field: str
    fault: Literal["missing", "not_a_key", "too_long", "control"]


def read_password(domain: str, username: str, password: str) -> PasswordCredential | BadField:
    """Make a credential of what a person typed."""
    domain, username = domain.strip(), username.strip()
    typed = {"domain": domain, "username": username, "password": password}
    return _bad_field(typed) or PasswordCredential(domain, username, SecretStr(password))


def read_access_key(access_key: str, secret_key: str) -> AccessKeyCredential | BadField:
    """Make a credential of what a person typed."""
    typed = {"access_key": access_key.strip(), "secret_key": secret_key.strip()}
    if bad := _bad_field(typed, longest=_LONGEST_KEY):
        return bad
    if not re.fullmatch(r"[A-Za-z0-9]+", typed["access_key"]):
        return BadField("access_key", "not_a_key")
    if not typed["secret_key"].isascii():
        return BadField("secret_key", "not_a_key")
    return AccessKeyCredential(SecretStr(typed["access_key"]), SecretStr(typed["secret_key"]))


def read_label(label: str) -> str:
    """Return what a person calls their key, as it may be shown."""
    return " ".join("".join(c if c.isprintable() else " " for c in label).split())[:_LONGEST_LABEL].rstrip()


def _bad_field(typed: dict[str, str], *, longest: int = _LONGEST_FIELD) -> BadField | None:
    for field, value in typed.items():
        if not value:
            return BadField(field, "missing")
        if len(value) > longest:
            return BadField(field, "too_long")
        if not value.isprintable():
            return BadField(field, "control")
    return None


_ACCESS_KEY: Final = re.compile(r"(?=.*[A-Z])[A-Z0-9]{16,}")
_LONG_SECRET: Final = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])[A-Za-z0-9+/=_-]{28,}")
_NAMED: Final = re.compile(r"(?i)(?:ak|sk|access|secret|password|passwd|pwd|pw|token)[\w-]*[:=]\S+")
_CLASSES: Final = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]")))


def looks_like_secret(text: str) -> bool:
    """Whether what follows ``/oms link`` may be a secret, which is then neither used, kept nor logged. Pure.

    It leans towards yes: the command takes no words, and whoever typed a secret has to revoke it.
    """
    return any(_secret_word(word.strip("\"'`“”‘’,;<>()")) for word in text.split())


def _secret_word(word: str) -> bool:
    if any(pattern.fullmatch(word) for pattern in (_ACCESS_KEY, _LONG_SECRET, _NAMED)):
        return True
    # A password, as IAM wants them: long, and of several kinds of characters.
    return len(word) >= 8 and sum(bool(kind.search(word)) for kind in _CLASSES) >= 3
