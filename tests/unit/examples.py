"""Values that several tests speak about: projects, what is hostile, whatever a task can be read as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from bot.conversation.snapshots import Snapshot
from bot.gallery.examples import NOW


@dataclass(frozen=True)
class Known:
    """A configured project, as far as the grammar looks at it."""

    id: str
    region: str


PROJECTS = {
    "prod-sg": Known("2c0689c860ad4728a497c91ec0844383", "ap-southeast-3"),
    "staging": Known("aaaabbbbccccdddd0000111122223333", "cn-north-4"),
    "lab": Known("ffffbbbbccccdddd0000111122223333", "cn-north-4"),
}

HOSTILE = (
    "<!channel> <@U0BOB> <https://evil.example|click> *bold* `code` ~gone~ _it_ & a\nnew\r\nline \u2028 "
    "\u202egnp\u202c \u200bz \x1b[31m \ue000 \ud800"
)


def texts(value: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return every text object in *value* with its kind."""
    if isinstance(value, list):
        return [found for part in value for found in texts(part)]
    if not isinstance(value, dict):
        return []
    own = [(value["type"], value)] if value.get("type") in ("mrkdwn", "plain_text") else []
    return own + [found for part in value.values() for found in texts(part)]


numbers = st.none() | st.integers(min_value=0, max_value=2**63 - 1)
snapshots = st.builds(
    Snapshot,
    task_id=st.text(max_size=20),
    name=st.text(max_size=300),
    status=st.none() | st.integers(0, 9),
    read_at=st.just(NOW),
    progress=st.none() | st.floats(0, 1),
    bytes_total=numbers,
    bytes_done=numbers,
    speed=numbers,
    seconds_left=st.none() | st.floats(0, 1e12),
    source=st.text(max_size=100),
    destination=st.text(max_size=100),
    restores_archives=st.booleans(),
    group=st.sampled_from([None, "task group", "sync task"]),
    waiting_tasks=st.none() | st.integers(0, 1000),
    error_code=st.none() | st.text(max_size=30),
)
