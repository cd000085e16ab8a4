"""The kinds of values that settings have: URLs, secrets by reference, ids of Slack, waiting times."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _safe_url(value: str) -> str:
    """Drop a trailing slash; refuse what would carry a credential over plain http out of this machine."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  # read, it raises if it is none
    except ValueError:  # its words would quote the URL, which may hold a password
        raise ValueError("is not a URL; write it like https://host") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not a URL; write it like https://host")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("must be a plain URL; take user, query and fragment out of it")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("must start with https://; plain http is accepted for loopback only")
    return value.rstrip("/")


def _resolve_secret(value: object, info: ValidationInfo) -> object:
    """Follow ``env:NAME`` or ``file:/path``; a literal is taken as it is (`oms-bot check` warns of it)."""
    if not isinstance(value, str):
        return value
    source: Source = info.context or Source({}, Path())
    kind, _, name = value.partition(":")
    if kind == "env":
        secret = source.environ.get(name, "")
        if not secret:
            raise ValueError(f"refers to {name}, which is not set; set that environment variable")
    elif kind == "file":
        path = source.directory / name
        try:
            secret = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ValueError(
                f"refers to the file {path}, which can't be read ({reason}); put the secret there, or correct the path"
            ) from None
        if not secret:
            raise ValueError(f"refers to the file {path}, which is empty; write the secret into it")
    elif not value:
        raise ValueError("is empty; write env:NAME or file:/path")
    else:
        source.literals.append(info.field_name or "")
        secret = value
    return secret


def _find_file(value: object, info: ValidationInfo) -> object:
    """Take a relative path from the folder of the settings, and refuse one that leads nowhere."""
    if not isinstance(value, str):
        return value
    path = (info.context or Source({}, Path())).directory / value
    if not path.is_file():
        raise ValueError(f"names the file {path}, which is not there; correct the path")
    return path


@dataclass(frozen=True)
class Source:
    """What secret references are resolved against, and the fields that held a literal instead of one."""

    environ: Mapping[str, str]
    directory: Path
    literals: list[str] = field(default_factory=list)


def _database_url(value: SecretStr) -> SecretStr:
    refusal = "is not a database this bot knows; write sqlite:///FILE or postgresql://USER@HOST/NAME"
    try:
        parsed = make_url(value.get_secret_value())
    except (ArgumentError, ValueError):  # their words may quote the URL, password and all
        raise ValueError(refusal) from None
    if parsed.drivername not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(refusal)
    return value


def _slack_id(kinds: str, what: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(f"([TE][A-Z0-9]+:)?[{kinds}][A-Z0-9]+", value):
            raise ValueError(f"has {value!r}, which is no id; write {what}")
        return value

    return check


Url = Annotated[str, AfterValidator(_safe_url)]
Reference = Annotated[str, BeforeValidator(_resolve_secret)]
Secret = Annotated[SecretStr, BeforeValidator(_resolve_secret)]
ExistingFile = Annotated[Path, BeforeValidator(_find_file)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database_url)]
ChannelId = Annotated[
    str, AfterValidator(_slack_id("CDG", "a channel id (C…): open the channel's details to copy it"))
]
ApproverId = Annotated[str, AfterValidator(_slack_id("UWS", "the id of a user (U…) or user group (S…)"))]
TeamId = Annotated[str, AfterValidator(_slack_id("T", "a workspace's id (T…)"))]
EnterpriseId = Annotated[str, AfterValidator(_slack_id("E", "an organisation's id (E…)"))]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
