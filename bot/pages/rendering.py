"""One look for the bot's own pages: their templates, and the headers that go with each."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, Final, Literal

import jinja2

from bot.pages.headers import page_headers

_TEMPLATES: Final = Path(__file__).with_name("templates")


class Renderer:
    """Fills templates in. *forms* says where the pages may post to, *over_https* how they are reached."""

    def __init__(self, *, forms: Literal["'self'", "'none'"], over_https: bool) -> None:
        self._forms = forms
        self._over_https = over_https
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
        )

    def headers(self, nonce: str = "") -> dict[str, str]:
        """Return the headers of an answer whose style, if it has one, bears *nonce*."""
        return page_headers(nonce, forms=self._forms, over_https=self._over_https)

    def page(self, template: str, *, language: str, **values: Any) -> tuple[str, dict[str, str]]:
        """Return the HTML of a page in *language*, and its headers."""
        nonce = secrets.token_urlsafe(16)
        html = self._templates.get_template(template).render(language=language, nonce=nonce, **values)
        return html, self.headers(nonce)
