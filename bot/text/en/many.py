"""One decision on many targets, in English."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences_many import ManySentences

MANY: Final = ManySentences(
    migrations=Counted(one="{number} migration", other="{number} migrations"),
    more=Counted(one="and 1 more", other="and {number} more"),
    these="In this order: {names}.",
    not_these="Not these: {names}.",
    with_speed="{name} {speed}",
    left_out="{name}: {status}",
    driven="{name}: driven by a {driver}",
    by_itself="{name}: a sync task, to be asked about by itself",
    so_far="{done} of {total} done.",
    part="{done} of {whole}",
    confirmed="OMS confirmed each of them. It was over at {at}, {after} after the click.",
)
