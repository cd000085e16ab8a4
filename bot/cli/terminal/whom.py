"""Whom OMS is asked as from a terminal: the person's own keys, from where Huawei's samples have them, or a password."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pydantic import SecretStr

from bot.cli.ends import refuse
from bot.identity.directory import Identity
from bot.identity.kinds.access_key import AccessKey
from bot.identity.kinds.fields import BadField
from bot.identity.kinds.password import Password
from bot.settings.reading import read_token
from bot.text import say_page
from bot.text.languages import Language

_ACCESS, _SECRET, _TOKEN = "CLOUD_SDK_AK", "CLOUD_SDK_SK", "CLOUD_SDK_SECURITY_TOKEN"
_NAMES: Final = {"access_key": _ACCESS, "secret_key": _SECRET}


def local_user() -> str:
    """Return who runs this, as this machine knows them, marked as somebody at a terminal."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        name = "unknown"
    return f"terminal:{name}"


def identity_or_exit(user: str, environ: Mapping[str, str] = os.environ) -> Identity:
    """Return whom to act as, or end with a sentence that says what is missing. A password is asked for, unseen."""
    return _with_password(user) if user else _with_keys(environ)


def _with_password(user: str) -> Identity:
    domain, slash, name = user.partition("/")
    if not (domain.strip() and slash and name.strip()):
        refuse(f"--user {user} is no IAM user; write DOMAIN/NAME, the account's name and the user's")
    if not sys.stdin.isatty():
        refuse(
            "--user asks for the password at a terminal, and there is none; use CLOUD_SDK_AK and CLOUD_SDK_SK"
        )
    kind = Password()
    typed = {"domain": domain, "username": name}
    credential = kind.read(
        {**typed, "password": getpass.getpass(f"Password of IAM user {name} (not shown): ")}
    )
    if isinstance(credential, BadField):
        refuse(say_page.bad_field(Language.EN, credential.field, credential.fault))
    return Identity(kind.principal(credential), credential)


def _with_keys(environ: Mapping[str, str]) -> Identity:
    access, secret = environ.get("CLOUD_SDK_AK", ""), environ.get("CLOUD_SDK_SK", "")
    if not access and not secret:
        refuse(
            f"{_ACCESS} and {_SECRET} are not set: set them to your access key, or give --user DOMAIN/NAME"
        )
    kind = AccessKey()
    credential = kind.read({"access_key": access, "secret_key": secret})
    if isinstance(credential, BadField):
        what = "is not set" if credential.fault == "missing" else "is no key; copy it anew, and it alone"
        refuse(f"{_NAMES[credential.field]} {what}")
    try:
        token = read_token(environ.get("CLOUD_SDK_SECURITY_TOKEN", ""))
    except ValueError as fault:
        refuse(f"{_TOKEN} {fault}")
    if token:  # a temporary key
        credential = replace(credential, security_token=SecretStr(token))
    return Identity(kind.described(credential), credential)
