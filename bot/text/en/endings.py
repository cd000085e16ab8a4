"""How an operation ended, in English: the truth, the cause, the next step."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import EndingSentences

ENDINGS: Final = EndingSentences(
    title_unclear="❓ *Not sure yet* {name}",
    finished="It has finished.",
    finished_meanwhile="It finished before the click.",
    failed="It has failed{code}.",
    failed_meanwhile="It failed{code} before the click.",
    nothing_changed="Nothing was changed.",
    next="*Next:* {step}",
    done="{progress} copied.",
    done_and_left="{progress} copied, {left} to go.",
    to_go="{left} to go",
    was="When I last looked, at {at}, it was {status}.",
    shown_as="OMS shows it as {status}.",
    now_shown_as="OMS now shows it as {status}.",
    not_watched="I no longer check it. Look it up in the OMS console.",
    unknown="Whether OMS got the request isn't known.",
    unreadable="It can't be read either.",
    watched="I'm checking, and will post the result here.",
    read_afterwards="Read afterwards, it was {status}.",
    withdrawn="{who} withdrew the request. Nothing was changed.",
    turned_down="{who} turned the request down. Nothing was changed.",
    expired="Nobody answered within {within}, {who}. Nothing was changed.",
    title_replaced="🔁 *Request replaced:* {name}",
    replaced="A newer card asks for the same.",
    title_taken_over="🔁 *Taken over:* {name}",
    taken_over="{who} asks for the same now, as themselves: their card counts.",
)
