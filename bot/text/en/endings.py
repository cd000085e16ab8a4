"""How an operation ended, in English: the truth, the cause, the next step."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import EndingSentences

ENDINGS: Final = EndingSentences(
    title_unclear="Unclear: {name}",
    title_cancelled="Cancelled: {name}",
    title_expired="No answer in time: {name}",
    finished="No call was made: the task finished.",
    finished_meanwhile="No call was made: the task finished, before the click.",
    failed="No call was made: the task failed{code}.",
    failed_meanwhile="No call was made: the task failed{code}, before the click.",
    done="{progress} done.",
    done_and_left="{progress} done, {left} left.",
    refused="No call was made. {refusal}",
    shown_as="OMS shows the task as {status}.",
    now_shown_as="OMS now shows the task as {status}.",
    not_watched="I no longer watch it; look into the OMS console.",
    unknown="I can't tell whether OMS got the request: {cause}",
    unreadable="The task can't be read either.",
    watched="I keep watching and will say here what I see.",
    read_afterwards="Reading the task afterwards: {status}.",
    watched_a_while="I keep watching it for a while.",
    cancelled="Cancelled by {who}. No call was made.",
    expired="Nobody answered within {within}. No call was made.",
)
