"""Taking secrets out of text that came from Huawei Cloud, before it can reach a log, a database or Slack."""

import re
from typing import Final

LONGEST_MESSAGE: Final = 300  # characters; a card line stays readable on a phone
_LONGEST_INPUT: Final = 8_000  # bounds the work the patterns can be made to do

_PATTERNS: Final = tuple(
    (re.compile(pattern, re.ASCII), replacement)
    for pattern, replacement in (
        # IAM 5 denials carry a long opaque blob for the account's administrator: of no use here.
        (r"(?i)\"?encoded[_ ]authorization[_ ]message\"?(\s*[:=]\s*\"?\S*)?", ""),
        # The gateway answers an unknown key with "ak <the key> not exist" (APIGW.0301).
        (r"(?i)\b(ak[\s:=]+)\S+(?=\s+(?:does\s+|is\s+)?not\b)", r"\1***"),
        # name=value and name: value, as in an echoed Authorization header or request body.
        (
            r"(?i)\b((?:(?:access|secret|password|token|signature)[\w-]{0,20}|[as]k)\W?\s?[:=]\s?\W?)[^\s,;\"'&]{8,}",
            r"\1***",
        ),
        # IAM tokens are CMS structures in base64; security tokens and signatures are just long.
        (r"\bMII[\w+/=-]{16,}", "***"),
        (r"[A-Za-z0-9+/_=-]{80,}|\b[0-9a-f]{64}\b", "***"),
        # Secret keys are 40 letters and digits of both cases, access keys 20 capitals and digits.
        (r"\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9]{36,44}\b", "***"),
        (r"\b(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*\d)[A-Z0-9]{18,40}\b", "***"),
    )
)


def redact(text: str) -> str:
    """Make outside text safe to show: no keys, no tokens, one line, nothing invisible, not too long.

    It does not escape mrkdwn: that belongs to the cards, which know where the text goes.
    """
    line = "".join(char for char in " ".join(text[:_LONGEST_INPUT].split()) if char.isprintable())
    for pattern, replacement in _PATTERNS:
        line = pattern.sub(replacement, line)
    line = line.strip()
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1].rstrip() + "…"
