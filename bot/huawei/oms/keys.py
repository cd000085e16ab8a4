"""What a start hands to OMS, which keeps no keys: those of the source and of the destination."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from bot.huawei.iam.signing import AccessKeyCredential

_PART: Final = re.compile(r"[\w+/-]{8,}", re.ASCII)  # long enough to be worth something to a thief


@dataclass(frozen=True, slots=True)
class ConnectionString:
    """What opens a source at Azure."""

    text: SecretStr


@dataclass(frozen=True, slots=True)
class AuthFile:
    """What opens a source at Google: the JSON of a service account's key."""

    text: SecretStr


SourceKeys = AccessKeyCredential | ConnectionString | AuthFile


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The keys of both sides; none of a source that is a list of URLs.

    Not for any record: a step finds the keys when it needs them. Its repr shows none of them.
    """

    destination: AccessKeyCredential
    source: SourceKeys | None = None

    @property
    def temporary(self) -> bool:
        """Whether there is a security token among them, which OMS takes for tasks only."""
        return any(
            isinstance(key, AccessKeyCredential) and key.security_token
            for key in (self.destination, self.source)
        )

    def body(self) -> dict[str, str]:
        """Return the JSON of the request, with the secrets in it: for the moment of sending."""
        return _of_source(self.source) | _of_side("dst", self.destination)

    def hide(self, text: str) -> str:
        """Return *text*, as OMS said it, without any of them that it repeats: whole, in part or written otherwise."""
        written = {one for secret in filter(None, self.body().values()) for one in _writings(secret)}
        longest_first = sorted(written, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, longest_first)), "***", text, flags=re.IGNORECASE)


def _writings(secret: str) -> Iterator[str]:
    """Yield what gives a secret away: itself, as JSON or an address has it, and what is long of its parts."""
    yield from (secret, json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret))
    try:
        texts = [secret, *_texts(json.loads(secret))]  # those of a key file, whose line ends are escaped
    except (ValueError, RecursionError):
        texts = [secret]
    for text in texts:
        yield from _PART.findall(text)


def _texts(found: Any) -> Iterator[str]:  # noqa: ANN401  # whatever the JSON holds
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for value in found.values() if isinstance(found, dict) else found:
            yield from _texts(value)


def _of_source(keys: SourceKeys | None) -> dict[str, str]:
    match keys:
        case AccessKeyCredential():
            return _of_side("src", keys)
        case ConnectionString(text=text):
            return {"connection_string": text.get_secret_value()}
        case AuthFile(text=text):
            return {"json_auth_file": text.get_secret_value()}
        case None:
            return {}


def _of_side(side: str, key: AccessKeyCredential) -> dict[str, str]:
    body = {
        f"{side}_ak": key.access_key.get_secret_value(),
        f"{side}_sk": key.secret_key.get_secret_value(),
    }
    if key.security_token:
        body[f"{side}_security_token"] = key.security_token.get_secret_value()
    return body
