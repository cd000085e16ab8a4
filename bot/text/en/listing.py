"""The verb list, in English. The help says it with pausing: the list is where one does it from."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences

LISTING: Final = ReadingSentences(
    help=(),
    usage="`/oms list &lt;project&gt;`",
    unread="I can't list the tasks: {cause}",
    permission="Listing takes the permission oms:task:list",
)
