"""What a language has to say where others must agree: how to decline, and how to go ahead without them. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ModalSentences:
    """A button, and the modal behind it that asks why."""

    button: str
    label: str
    title: str
    about: str
    submit: str


@dataclass(frozen=True, kw_only=True)
class ConsentSentences:
    """Each of the two buttons; then what their modals have in common, and what is said of a reason."""

    decline: ModalSentences
    break_glass: ModalSentences
    went_alone: str
    why: str
    why_hint: str
    needs_reason: str
    close: str
