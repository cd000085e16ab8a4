"""Figures as they come in: a value for each round, of which the median counts and the range is shown."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from pathlib import Path


class Figures:
    """Values by metric and contender, a list of one value a round."""

    def __init__(self) -> None:
        self._values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.facts: dict[str, str] = {}
        self.notes: dict[str, str] = {}

    def add(self, metric: str, contender: str, value: float) -> None:
        """Note one round's value, and show it."""
        self._values[metric][contender].append(value)
        print(f"    {metric:<34} {contender:<32} {value:12.3f}", flush=True)

    def note(self, what: str, text: str) -> None:
        """Note what no number tells; of several rounds, the last one's."""
        self.notes[what] = text

    def values(self, metric: str, contender: str) -> list[float]:
        """Return what was noted."""
        return list(self._values[metric][contender]) if metric in self._values else []

    def median(self, metric: str, contender: str) -> float | None:
        """Return the median over the rounds, or None if it was not measured."""
        values = self.values(metric, contender)
        return statistics.median(values) if values else None

    def contenders(self, metric: str) -> list[str]:
        """Return who was measured, in the order of measuring."""
        return list(self._values.get(metric, {}))

    def metrics(self) -> list[str]:
        """Return what was measured."""
        return list(self._values)

    def save(self, path: Path) -> None:
        """Write everything as JSON."""
        saved = {"facts": self.facts, "notes": self.notes, "values": self._values}
        path.write_text(json.dumps(saved, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Figures:
        """Read what `save` wrote."""
        saved = json.loads(path.read_text())
        figures = cls()
        figures.facts, figures.notes = saved["facts"], saved["notes"]
        for metric, by_contender in saved["values"].items():
            for contender, values in by_contender.items():
                figures._values[metric][contender] = values
        return figures
