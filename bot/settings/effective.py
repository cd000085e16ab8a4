"""The settings as they count, each with where it comes from. Of a secret there is only whether it is set."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, SecretStr
from sqlalchemy import make_url

from bot.settings.load import Read
from bot.settings.sections import Project

_ENVIRONMENT: Final = "environment"
_DEFAULT: Final = "default"
_HIDDEN: Final = frozenset({"access_key"})  # no secret, but of use to whoever finds the other half
READ_ELSEWHERE: Final = (
    "DYNO", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_PROTOCOL", "CLOUD_SDK_AK", "CLOUD_SDK_SK", "CLOUD_SDK_SECURITY_TOKEN",
)  # fmt: skip
"""Variables that are read where they are needed; a test finds one that is missing here."""
_CAPABLE: Final = frozenset(
    {"HTTPS_PROXY", "OTEL_EXPORTER_OTLP_HEADERS", "CLOUD_SDK_AK", "CLOUD_SDK_SK", "CLOUD_SDK_SECURITY_TOKEN"}
)  # a password or a key may stand in them
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/@]*@")


@dataclass(frozen=True)
class Setting:
    """One setting: its name, its value in words, and where it comes from."""

    name: str
    value: str
    source: str


def effective(found: Read, environ: Mapping[str, str] = os.environ) -> list[Setting]:
    """Return every setting that counts: the environment's, then the file's, then what follows from them."""
    return [
        *_of_environment(found),
        *_read_elsewhere(environ),
        *_of_section(found, "", found.file),
        *_derived(found),
    ]


def _of_environment(found: Read) -> Iterator[Setting]:
    env = found.environment
    for name in type(env).model_fields:
        value = getattr(env, name)
        shown = _database(value) if name == "database_url" else _shown(name, value)
        yield Setting(name.upper(), shown, _ENVIRONMENT if name in env.model_fields_set else _DEFAULT)


def _read_elsewhere(environ: Mapping[str, str]) -> Iterator[Setting]:
    for name in READ_ELSEWHERE:
        value = environ.get(name) or environ.get(name.lower() if "PROXY" in name else name, "")
        shown = ("set" if value else "missing") if name in _CAPABLE else value or "-"
        yield Setting(name, shown, _ENVIRONMENT if value else _DEFAULT)


def _of_section(found: Read, path: str, section: BaseModel) -> Iterator[Setting]:
    for name in type(section).model_fields:
        value, key = getattr(section, name), f"{path}{name}"
        if isinstance(value, BaseModel):
            yield from _of_section(found, f"{key}.", value)
        elif isinstance(value, dict):
            for chosen, inner in value.items():
                yield from _of_section(found, f"{key}.{chosen}.", inner)
        elif not (isinstance(section, Project) and name in ("alias", "oms_endpoint", "iam_endpoint")):
            source = found.path.name if name in section.model_fields_set else _DEFAULT
            yield Setting(key, _shown(name, value), source)


def _derived(found: Read) -> Iterator[Setting]:
    """Yield how others are reached, and the endpoints, which follow from the region unless they are given."""
    yield Setting(
        "network", str(found.outgoing), found.outgoing.named_by if found.outgoing.proxy else _DEFAULT
    )
    for alias, project in found.file.projects.items():
        for name, url in (
            ("oms_endpoint", project.endpoint_for_oms()),
            ("iam_endpoint", project.endpoint_for_iam()),
        ):
            yield Setting(
                f"projects.{alias}.{name}", url, found.path.name if getattr(project, name) else "region"
            )


def _shown(name: str, value: Any) -> str:  # noqa: ANN401  # whatever a setting is
    match value:
        case SecretStr():
            return "set" if value.get_secret_value() else "missing"
        case None | "":
            return "-"
        case float():
            return f"{value:g}"
        case _ if name in _HIDDEN:
            return "set"
        case bool():
            return str(value).lower()
        case frozenset() | tuple() | list():
            return ", ".join(sorted(map(str, value))) or "-"
        case _:
            return _CREDENTIALS.sub("", str(value))


def _database(url: SecretStr) -> str:
    """Return where the database is, without its password or whatever else the URL hands over."""
    parsed = make_url(url.get_secret_value())
    return parsed.set(password=None, query={}).render_as_string()
