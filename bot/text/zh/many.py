"""One decision on many targets, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences_many import ManySentences

MANY: Final = ManySentences(
    migrations=Counted(one="{number} 个迁移任务", other="{number} 个迁移任务"),
    more=Counted(one="等，另有 1 个", other="等，另有 {number} 个"),
    these="按此顺序：{names}。",
    not_these="不包括：{names}。",
    with_speed="{name} {speed}",
    left_out="{name}：{status}",
    driven="{name}：由{driver}驱动",
    by_itself="{name}：同步任务，需单独发起",
    so_far="已完成 {done}/{total}。",
    part="{done}/{whole}",
    confirmed="OMS 已逐个确认，于 {at} 全部结束，距点击 {after}。",
)
