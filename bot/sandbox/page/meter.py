"""Readings of how fast each task moves, kept on the server so that every tab and every reload shows the same curve."""

import time
from collections import deque
from typing import Any

from bot.sandbox.stage.rows import rows
from bot.sandbox.stage.stage import Stage

EVERY, KEEP = 1.0, 90  # seconds between readings, and how many are kept: a minute and a half
COLOURS = (
    "#36c5f0", "#2eb67d", "#ecb22e", "#e01e5a", "#9b59d0", "#f2784b", "#7fb800", "#8d6e63", "#4a90e2", "#c0a030",
)  # fmt: skip


class Meter:
    """The last readings of every task, group and sync task, in MB/s."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._scene = stage, stage.scene
        self.times: deque[int] = deque(maxlen=KEEP)
        self.speeds: dict[str, deque[float]] = {}

    def read(self) -> None:
        """Take a reading; a new scene begins with an empty curve."""
        if self._scene != self._stage.scene:
            self._scene = self._stage.scene
            self.times.clear()
            self.speeds.clear()
        now = round(time.time() * 1000)
        if not self.times:  # the tasks ran before the curtain rose: the curve begins with what they did then
            self.times.extend(now - round(EVERY * 1000 * ago) for ago in range(KEEP, 0, -1))
        self.times.append(now)
        for row in rows(self._stage.cloud):
            moved = row.speed / 1e6
            self.speeds.setdefault(row.name, deque([moved] * KEEP, maxlen=KEEP)).append(moved)

    def chart(self) -> dict[str, Any]:
        """Return the options of an ECharts plot: what each task moves, stacked, in its own colour."""
        now = self.times[-1] if self.times else 0
        return {
            "animation": False,
            "grid": {"left": 44, "right": 12, "top": 10, "bottom": 24},
            "xAxis": {"type": "time", "min": now - int(EVERY * KEEP * 1000), "max": now, "splitNumber": 3,
                      "axisLabel": {"color": "#8b8b8d", "fontSize": 10, "hideOverlap": True,
                                    "formatter": "{HH}:{mm}:{ss}"},
                      "axisLine": {"lineStyle": {"color": "#8b8b8d"}}},
            "yAxis": {"type": "value", "max": 1000, "interval": 250,
                      "axisLabel": {"color": "#8b8b8d", "fontSize": 10},
                      "splitLine": {"lineStyle": {"color": "#8b8b8d", "opacity": 0.2}}},
            "series": [self._series(*one) for one in zip(self.speeds.items(), COLOURS, strict=False)],
        }  # fmt: skip

    def _series(self, named: tuple[str, deque[float]], colour: str) -> dict[str, Any]:
        name, speeds = named
        return {
            "name": name, "type": "line", "stack": "all", "step": "end", "symbol": "none", "color": colour,
            "lineStyle": {"width": 0}, "areaStyle": {"opacity": 0.8},
            "data": [list(point) for point in zip(self.times, speeds, strict=False)],
        }  # fmt: skip
