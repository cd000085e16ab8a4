"""What the tests read of a Dockerfile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.documents import ROOT

DOCKERFILE = ROOT / "deploy/docker/Dockerfile"


def instructions(path: Path = DOCKERFILE) -> Iterator[tuple[str, str]]:
    """Yield each instruction with what stands behind it."""
    text = re.sub(r"(?m)^#.*\n", "", path.read_text(encoding="utf-8"))
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def command(word: str) -> list[str]:
    """Return the last instruction of this word in its exec form: no shell, which the signals would not pass."""
    *_, written = (rest for found, rest in instructions() if found == word)
    found: list[str] = json.loads(written[written.index("[") :])
    return found


def environment() -> dict[str, str]:
    """Return what the image sets."""
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(rest for word, rest in instructions() if word == "ENV")))
