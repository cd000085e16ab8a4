"""The kinds of values that settings have: URLs, secrets by reference, ids of Slack, waiting times."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints, ValidationInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.network import is_loopback, read_proxy
from bot.settings.reading import read_keys, read_password, read_token, tidy
from bot.settings.regions import meant_region


def _tidy(value: object) -> object:
    return tidy(value) if isinstance(value, str) else value


def _plain_url(value: str) -> str:
    """Drop a trailing slash; refuse what is no address alone."""
    if not value.isprintable() or " " in value:  # `urlsplit` would overlook some of it
        raise ValueError("has white space in it; write it like https://host")
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  # read, it raises if it is none
    except ValueError:  # its words would quote the URL, which may hold a password
        raise ValueError("is not a URL; write it like https://host") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not a URL; write it like https://host")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("must be a plain URL; take user, query and fragment out of it")
    return value.rstrip("/")


def _safe_url(value: str) -> str:
    """Refuse what would carry a credential over plain http out of this machine."""
    url = _plain_url(value)
    if leaves_in_the_open(url):
        raise ValueError("must start with https://; plain http is accepted for loopback only")
    return url


def leaves_in_the_open(url: str) -> bool:
    """Whether what is sent there can be read on the way."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def public_url(value: str) -> str:
    """Return the URL under which Slack reaches the bot.

    Raises:
        ValueError: it is none that Slack would call.
    """
    url = _safe_url(tidy(value))
    if not url.startswith("https://"):
        raise ValueError("must start with https://, or Slack refuses the manifest")
    return url


# What people write who know references from elsewhere; the name in it may stand in any of the groups.
_LIKE_A_REFERENCE: Final = re.compile(
    r"\$\{(?:env:)?(\w+)\}|\$\(?([A-Z][A-Z0-9_]*)\)?|\$env:(\w+)|%([A-Z][A-Z0-9_]*)%"  # shells
    r"|(?i:env)\s*[:.]\s*(\w+)|\{\{\s*(?:env\.)?(\w+)\s*\}\}|<([A-Z][A-Z0-9_]*)>"
)


def looks_like_a_reference(value: str, environ: Mapping[str, str]) -> str | None:
    """Return how to write what looks like a reference and is none; None if it looks like nothing of the kind.

    The name is repeated only if there is such a variable: else it may be a secret that looks so.
    """
    bare = tidy(value)
    if bare.lower().startswith("file:"):
        return "file:/path"
    found = _LIKE_A_REFERENCE.fullmatch(bare)
    if found is None:
        return None
    name = next(filter(None, found.groups()))
    return f"env:{name}" if name in environ else "env:NAME"


def _follow(value: str, info: ValidationInfo) -> tuple[str, str]:
    """Follow ``env:NAME`` or ``file:/path``; return the kind of reference and what it leads to.

    A literal is taken as it is (`oms-bot check` warns of it), unless it was meant as a reference.
    """
    surroundings = _surroundings(info)
    kind, colon, name = tidy(value).partition(":")
    name = name.strip()
    match kind + colon:
        case "env:":
            if not (text := surroundings.environ.get(name, "")):
                raise ValueError(f"refers to {name}, which is not set; set that environment variable")
            return "env", text
        case "file:":
            return "file", _read_secret_file(surroundings.directory / name)
        case _ if not value:
            raise ValueError("is empty; write env:NAME or file:/path")
        case _ if meant := looks_like_a_reference(value, surroundings.environ):
            raise ValueError(f"looks like a reference; write {meant}")
        case _:
            surroundings.literals.append(value)
            return "literal", value


def _surroundings(info: ValidationInfo) -> Surroundings:
    found = info.context
    return found if isinstance(found, Surroundings) else Surroundings({}, Path())


def read_if_file(value: str) -> str:
    """Return what stands in the file if *value* is ``file:/path``, as others' stores of secrets hand them over.

    Raises:
        ValueError: it can't be read.
    """
    kind, colon, path = value.partition(":")
    return _read_secret_file(Path(path.strip())) if kind + colon == "file:" else value


def _read_secret_file(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ValueError(
            f"refers to the file {path}, which can't be read ({reason}); put the secret there, or correct the path"
        ) from None
    if not text.strip():
        raise ValueError(f"refers to the file {path}, which is empty; write the secret into it")
    return text


def _resolve_secret(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str):
        return value
    _, text = _follow(value, info)
    if not (secret := read_token(text)):
        raise ValueError(f"refers to {value}, which is empty; put the secret there")
    return secret


def _resolve_password(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str):
        return value
    kind, text = _follow(value, info)
    return read_password(text, exact=kind != "env")


def _resolve_document(value: object, info: ValidationInfo) -> object:
    """Follow a reference to JSON, which has white space in it as other secrets have not."""
    if not isinstance(value, str):
        return value
    _, text = _follow(value, info)
    document = text.strip().removeprefix("\ufeff")
    try:
        whole = isinstance(json.loads(document), dict)
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        raise ValueError("is not JSON; refer to the key file as it was downloaded: file:/path")
    return document


def _bucket(value: str) -> str:
    """Refuse what is no bucket's name, above all a path or a URL."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}", value):
        raise ValueError(f"has {value!r}, which is no bucket; write its name alone, such as media-src")
    return value


def _authorities(value: object, info: ValidationInfo) -> object:
    """Take a relative path from the folder of the settings, and refuse one that leads to no certificate."""
    if not isinstance(value, str):
        return value
    path = _surroundings(info).directory / tidy(value)
    if not path.is_file():
        raise ValueError(f"names the file {path}, which is not there; correct the path")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise ValueError(
            f"names the file {path}, which has no certificate in PEM in it; "
            "put the authority's there (-----BEGIN CERTIFICATE-----)"
        ) from None
    except OSError as error:
        raise ValueError(f"names the file {path}, which can't be read ({error.strerror})") from None
    return path


def _proxy(value: object, info: ValidationInfo) -> object:
    """Follow a reference; a proxy without a password is no secret, and may stand in the file."""
    if not isinstance(value, str):
        return value
    written = tidy(value)
    if written.partition(":")[0] in ("env", "file"):
        written = tidy(_follow(written, info)[1])
    elif "@" in written:
        _follow(written, info)  # which notes that there is a secret in the file
    read_proxy(written)
    return written


def _exception(value: str) -> str:
    """Refuse what is meant for a proxy's exception and would never match."""
    entry = tidy(value)
    with contextlib.suppress(ValueError):
        ipaddress.ip_network(entry, strict=False)
        return entry
    if re.fullmatch(r"[^\s,/]+", entry):
        return entry
    raise ValueError(
        f"has {value!r}, which is no host; write it like .example, vault.example:8200 or 10.0.0.0/8"
    )


def _token(value: object) -> object:
    if not isinstance(value, str):
        return value
    if (content := read_if_file(value)) != value:
        return read_token(content)
    if looks_like_a_reference(value, {}):
        raise ValueError("looks like a reference; set it to the secret itself, or to file:/path")
    return read_token(value)


def _tidy_content(value: object) -> object:
    return tidy(read_if_file(value)) if isinstance(value, str) else value


def _no_reference(value: str) -> str:
    if looks_like_a_reference(value, {}):
        raise ValueError("looks like a reference, which only secrets are; write the name itself")
    return value


def _region(value: str) -> str:
    """Refuse what is no region's id. It is quoted if it can only be a place: a secret in the wrong line must not be."""
    if re.fullmatch(r"[a-z0-9-]{1,40}", value):
        return value
    if not re.fullmatch(r"[A-Za-z _]{1,30}", value):
        raise ValueError("is not a region id; write it like ap-southeast-3")
    raise ValueError(f'"{value}" is not a region id; write {meant_region(value) or "it like ap-southeast-3"}')


def _keys(value: SecretStr) -> SecretStr:
    if not read_keys(value.get_secret_value()):
        raise ValueError("has no key in it; `oms-bot users new-key` prints one")
    return value


@dataclass(frozen=True)
class Surroundings:
    """What secret references are resolved against, and the literals that stood where one belongs."""

    environ: Mapping[str, str]
    directory: Path
    literals: list[str] = field(default_factory=list)


def _database_url(value: SecretStr) -> SecretStr:
    refusal = "is not supported; write sqlite:///FILE or postgresql://USER@HOST/NAME"
    try:
        parsed = make_url(value.get_secret_value())
    except (ArgumentError, ValueError):  # their words may quote the URL, password and all
        raise ValueError(refusal) from None
    if parsed.drivername not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(refusal)
    if parsed.drivername == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("names no file, so nothing would be kept; write sqlite:///FILE")
    if parsed.drivername == "sqlite" and (parsed.query or str(parsed.database).startswith("file:")):
        raise ValueError("has parameters, which are not passed on to SQLite; write sqlite:///FILE")
    if parsed.drivername != "sqlite" and not parsed.database:
        raise ValueError("names no database; write postgresql://USER@HOST/NAME")
    return value


def _slack_id(kinds: str, what: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(f"([TE][A-Z0-9]+:)?[{kinds}][A-Z0-9]+", value):
            raise ValueError(f"has {value!r}, which is no id; write {what}")
        return value

    return check


def _network(value: str) -> str:
    try:
        network = ipaddress.ip_network(value)
    except ValueError:
        raise ValueError(
            f"has {value!r}, which is no network; write it like 10.0.0.0/8, or 10.0.0.7"
        ) from None
    if network.prefixlen == 0:
        raise ValueError(f"has {value!r}, which would believe anybody; name the proxies' own networks")
    return str(network)


CollectorUrl = Annotated[str, BeforeValidator(_tidy), AfterValidator(_plain_url)]
Url = Annotated[str, BeforeValidator(_tidy), AfterValidator(_safe_url)]
Reference = Annotated[str, BeforeValidator(_resolve_secret)]
Secret = Annotated[SecretStr, BeforeValidator(_resolve_secret)]
Password = Annotated[SecretStr, BeforeValidator(_resolve_password)]
Document = Annotated[SecretStr, BeforeValidator(_resolve_document), Field(max_length=65_535)]
Token = Annotated[SecretStr, BeforeValidator(_token)]
Keys = Annotated[SecretStr, BeforeValidator(_tidy_content), AfterValidator(_keys)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f]*$"),
    AfterValidator(_no_reference),
]
BucketName = Annotated[str, AfterValidator(_bucket)]
RegionId = Annotated[str, AfterValidator(_region)]
Authorities = Annotated[Path, BeforeValidator(_authorities)]
ProxyUrl = Annotated[SecretStr, BeforeValidator(_proxy)]
ProxyException = Annotated[str, AfterValidator(_exception)]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_tidy_content), AfterValidator(_database_url)]
ChannelId = Annotated[
    str, AfterValidator(_slack_id("CDG", "a channel id (C…): open the channel's details to copy it"))
]
ApproverId = Annotated[str, AfterValidator(_slack_id("UWS", "the id of a user (U…) or user group (S…)"))]
TeamId = Annotated[str, AfterValidator(_slack_id("T", "a workspace's id (T…)"))]
EnterpriseId = Annotated[str, AfterValidator(_slack_id("E", "an organisation's id (E…)"))]
Network = Annotated[str, AfterValidator(_network)]
Minutes = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False, strict=True)]
SecondsOrNone = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False, strict=True)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False, strict=True)]
