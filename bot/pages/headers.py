"""The headers of the bot's own pages, whose addresses are secrets. Pure."""

from __future__ import annotations

from typing import Literal


def page_headers(nonce: str, *, forms: Literal["'self'", "'none'"], over_https: bool) -> dict[str, str]:
    """Return the security headers of a page whose style and script bear *nonce*; *forms*: where it may post to."""
    headers = {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; "
            f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",  # the address is a secret, or holds one
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if over_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
