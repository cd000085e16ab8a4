"""What could be asked for now about something that was read: the verbs say so themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.conversation.ports import Verb
from bot.conversation.snapshots import Freeze, Snapshot, Standing
from bot.conversation.values import Wish


def offers(
    verbs: Iterable[object], seen: Snapshot, project: str, freeze: Freeze | None = None
) -> tuple[str, ...]:
    """Return the names of the *verbs* that would be asked about now, in a project that is perhaps under a *freeze*."""
    able = []
    for verb in verbs:
        if not isinstance(verb, Verb):
            continue
        wish = Wish(verb=verb.name, project=project, targets=(seen.task_id,))
        if verb.judge(seen, wish) is Standing.READY and not (freeze and verb.loosens(seen, wish)):
            able.append(verb.name)
    return tuple(able)
