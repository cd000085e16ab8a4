"""Characters that a reader can't see, made visible, so that no name rewrites the line it stands in. Pure."""

from __future__ import annotations

import json
import unicodedata

# Control, format (bidi), surrogate, private, separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def visible(text: str, *, keep: str = "") -> str:
    """Return *text* with each character that shows nothing, or turns what follows, written as an escape.

    The escapes are JSON's, so a JSON text keeps its meaning. *keep* are such characters that may stay.
    """
    if text.isprintable():
        return text
    return "".join(
        json.dumps(char)[1:-1] if unicodedata.category(char) in _HIDDEN and char not in keep else char
        for char in text
    )
