"""What a language has to say in the modal that puts a command together. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ModalSentences:
    """Its title, its inputs with their hints, and what may be wrong with what stands in them."""

    title: str
    submit: str
    close: str
    looking: str
    verb: str
    project: str
    choose: str
    task: str
    task_hint: str
    everything: str
    as_typed: str
    length: str
    length_hint: str
    reason: str
    conversation: str
    conversation_hint: str
    no_project: str
    no_project_here: str
    needs_project: str
    needs_task: str
    needs_conversation: str
    unclear_length: str
    not_opened: str
