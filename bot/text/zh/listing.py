"""The verb list, in Chinese. The help says it with pausing: the list is where one does it from."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences

LISTING: Final = ReadingSentences(
    help=(),
    usage="`/oms list &lt;项目&gt;`",
    unread="无法列出任务：{cause}",
    permission="列出任务需要权限 oms:task:list",
)
