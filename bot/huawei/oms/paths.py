"""What may stand in the path of a call."""

import re


def safe_id(typed: str) -> str:
    """Return the id of a task group or a sync task as it is.

    UUIDs in practice; documented are up to 1024 characters of any kind.

    Raises:
        ValueError: it contains what would have to be quoted, or is too long to be one.
    """
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,36}", typed):
        raise ValueError("an id is 1 to 36 letters, digits, hyphens or underscores")
    return typed
