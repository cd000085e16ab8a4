"""Where others must agree, in English: declining, and going ahead without them."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_consent import ConsentSentences, ModalSentences

CONSENT: Final = ConsentSentences(
    decline=ModalSentences(
        button="Decline…",
        label="Decline: {name} in {project} stays as it is",
        title="Decline",
        about="*{name}* · {project}\n{who} asked for it, and it won't happen.",
        submit="Decline",
    ),
    break_glass=ModalSentences(
        button="Go ahead alone…",
        label="Go ahead alone, without approval: {name} in {project}",
        title="Go ahead alone",
        about="*{name}* · {project}\nNobody else has to agree then. All approvers are told, and why.",
        submit="Go ahead",
    ),
    went_alone="⚠️ *Without approval:* {who} went ahead alone. Reason: {reason}",
    why="Why?",
    why_hint="It stands in the thread and stays on record.",
    needs_reason="Say why, in a few words.",
    close="Back",
)
