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
    why="Why?",
    why_hint="It stands in the thread and stays on record.",
    needs_reason="Say why, in a few words.",
    close="Back",
)
