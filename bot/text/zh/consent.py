"""Where others must agree, in Chinese: 拒绝, 单独执行."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_consent import ConsentSentences, ModalSentences

CONSENT: Final = ConsentSentences(
    decline=ModalSentences(
        button="拒绝…",
        label="拒绝：{project} 中的 {name} 保持原样",
        title="拒绝",
        about="*{name}* · {project}\n请求由 {who} 发起，拒绝后不会执行。",
        submit="拒绝",
    ),
    break_glass=ModalSentences(
        button="单独执行…",
        label="未经审批单独执行：{project} 中的 {name}",
        title="单独执行",
        about="*{name}* · {project}\n无需他人同意即执行，所有审批人都会收到通知及原因。",
        submit="执行",
    ),
    went_alone="⚠️ *未经审批：* {who} 已单独执行。原因：{reason}",
    why="原因是什么？",
    why_hint="原因会显示在消息列中，并留在记录里。",
    needs_reason="请简要说明原因。",
    close="返回",
)
