"""The verbs freeze and unfreeze, and that a project is frozen, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences
from bot.text.sentences_records import FreezeSentences

FREEZES: Final = FreezeSentences(
    title_frozen="❄️ *Frozen:* {project}",
    title_frozen_before="❄️ *Frozen already:* {project}",
    title_unfrozen="☀️ *No longer frozen:* {project}",
    not_frozen="{project} is not frozen. Nothing was changed.",
    by="❄️ frozen by {who}",
    somewhere="❄️ frozen",
    since="{who} froze it at {at}.",
    since_why="{who} froze it at {at}: “{reason}”",
    elsewhere="It was frozen at {at}, from another workspace.",
    means="Until `/oms unfreeze {project}`, I resume and speed up nothing there. What migrates goes on, and can be paused.",
    ends="`/oms unfreeze {project}` ends that.",
    lifted="{who} ended it. Tasks there can be resumed again.",
    approvers_only="Only {people} can unfreeze {project}.",
    others_only="Only the approvers of {project} can unfreeze it, and they are in another workspace.",
)

FREEZE: Final = ReadingSentences(
    help=("`/oms freeze &lt;project&gt; [reason]` keeps everybody from resuming anything there through me",),
    usage="`/oms freeze &lt;project&gt;`",
    unread="I can't freeze it.",
    permission="",
)

UNFREEZE: Final = ReadingSentences(
    help=("`/oms unfreeze &lt;project&gt;` ends that",),
    usage="`/oms unfreeze &lt;project&gt;`",
    unread="I can't unfreeze it.",
    permission="",
)
