"""What a browser sends with the linking page's form."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bot.identity import typed
from bot.identity.link import OwnCredential
from bot.identity.typed import BadField

COOKIE: Final = "oms_link"
LARGEST: Final = 8192  # bytes
BODY_SECONDS: Final = 10.0
FORM: Final = "application/x-www-form-urlencoded"
CSRF: Final = re.compile(r"[A-Za-z0-9_-]{22}")


async def read_form(request: Request) -> dict[str, str] | None:
    """Return the fields of a small form; None if it is anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return None
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    try:
        return dict(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=16)
        )
    except ValueError:
        return None


def from_our_page(request: Request, form: Mapping[str, str]) -> bool:
    """Whether a form brings back, in itself and in a cookie, what our page gave to this browser."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    cookie = request.cookies.get(COOKIE, "")
    return bool(CSRF.fullmatch(cookie)) and hmac.compare_digest(
        cookie.encode(), form.get("csrf", "").encode()
    )


def kind(form: Mapping[str, str]) -> str:
    """Return which kind of credential was filled in."""
    return "password" if form.get("kind") == "password" else "access_key"


def credential(form: Mapping[str, str]) -> OwnCredential | BadField:
    """Return the credential, or what is wrong with it."""
    if kind(form) == "password":
        names = ("domain", "username", "password")
        return typed.read_password(*(form.get(name, "") for name in names))
    return typed.read_access_key(form.get("access_key", ""), form.get("secret_key", ""))


def harmless(form: Mapping[str, str]) -> dict[str, str]:
    """Return what may be shown again, to spare somebody the typing: nothing secret."""
    return {name: form[name] for name in ("domain", "username", "label") if name in form}
