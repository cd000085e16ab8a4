"""What people type of a credential, field by field. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Fault = Literal["missing", "not_a_key", "too_long", "control"]


@dataclass(frozen=True)
class BadField:
    """What was typed can't be a credential; nothing was sent anywhere. `field` names where, `fault` what."""

    field: str
    fault: Fault


@dataclass(frozen=True)
class Field:
    """One thing that a person types.

    `secret`: it is typed unseen. `shown_again`: it stands in the form again when something else was wrong. `exact`:
    space around it may belong to it. `longest` is in characters. `form` is what it certainly looks like, as a regular
    expression. `autocomplete` is what a browser may fill in, as HTML names it.
    """

    name: str
    secret: bool = False
    shown_again: bool = False
    exact: bool = False
    longest: int = 256
    form: str = ".*"
    autocomplete: str = "off"

    def tidy(self, typed: str) -> str:
        """Return what was meant."""
        return typed if self.exact else typed.strip()

    def fault(self, value: str) -> Fault | None:
        """Return what is wrong with a value, if anything."""
        if not value:
            return "missing"
        if len(value) > self.longest:
            return "too_long"
        if not value.isprintable():
            return "control"
        return None if re.fullmatch(self.form, value) else "not_a_key"
