"""What a start hands to OMS, which keeps no keys: those of the source and of the destination."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from bot.huawei.iam.signing import AccessKeyCredential


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
        """Return *text*, as OMS said it, without any of them that it may repeat."""
        for secret in sorted(filter(None, self.body().values()), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


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
