"""Watches, and slots that become free, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences
from bot.text.sentences_watching import WatchSentences

WATCH: Final = ReadingSentences(
    help=(
        "`/oms watch &lt;project&gt; &lt;task&gt;` shows in one message how a task goes on, for an hour at most",
    ),
    usage="`/oms watch &lt;project&gt; &lt;task&gt;`",
    unread="I can't watch this.",
    permission="oms:task:get",
)

WATCHING: Final = WatchSentences(
    stop="Stop watching",
    stop_label="Stop watching the migration {name}",
    head="👀 *{name}* · {status}",
    watched_for="{who} watches as {principal}",
    unread="I can't read it right now: {why}",
    head_over="👀 *Watched* {name} for {lasted}",
    from_to="From {first} to {last}; it is {status}.",
    stopped="{who} stopped watching.",
    over="The hour is over.",
    gone="I can't read it any more.",
    chart="Speed of {name}",
    series="Speed",
    chart_time="min:s since the start",
    between="{least} to {most}",
    ended="There is nothing to watch: {name} {status}.",
    same="{name} is watched in this channel already.",
    enough="Three tasks are watched in this channel already. Stop one of them first.",
    slot_taken="▶️ {name} has started in the freed slot.",
    slot_taken_at="▶️ {name} has started in the freed slot, at {speed}.",
)
