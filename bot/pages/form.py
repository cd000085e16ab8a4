"""What a browser sends with the linking page's form."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bot.identity.kinds import own_kinds
from bot.identity.kinds.kind import OwnKind

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


def kind(form: Mapping[str, str]) -> OwnKind[Any]:
    """Return which kind of credential was filled in."""
    kinds = own_kinds()
    return next((kind for kind in kinds if kind.name == form.get("kind")), kinds[0])


def harmless(form: Mapping[str, str]) -> dict[str, str]:
    """Return what may be shown again, to spare somebody the typing: nothing secret."""
    fields = {field.name for kind in own_kinds() for field in kind.fields if field.shown_again}
    return {name: form[name] for name in (*sorted(fields), "label") if name in form}
