"""What an operator configures: the environment and ``oms-bot.toml``, read once, checked whole.

A start with faults is refused with a sentence for each, all at once: the setting, the fault, the remedy.
Secrets are written as references (``env:NAME``, ``file:/path``) and held as `SecretStr`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.network import Outgoing
from bot.settings.kinds import DatabaseUrl, Keys, Surroundings, Token, Url
from bot.settings.reading import tidy
from bot.settings.rules import contradictions, idle_proxy, missing_for_slack, unqualified
from bot.settings.sections import (
    AccessKey,
    Agency,
    File,
    HashiCorpVault,
    Installs,
    Limits,
    Networking,
    PasswordLogin,
    Project,
    SignInWithSlack,
    Texts,
    Timing,
    User,
)
from bot.spelling import closest_names

SLACK_API_URL = "https://slack.com/api/"


class SettingsError(Exception):
    """The start is refused. `faults` has one sentence for each fault, in the order of the settings."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _Environment(BaseSettings):
    """The environment variables of the contract."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True, validate_default=False)

    slack_bot_token: Token = SecretStr("")
    slack_signing_secret: Token = SecretStr("")
    slack_app_token: Token = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: Token = SecretStr("")
    slack_api_url: Url = SLACK_API_URL.rstrip("/")
    database_url: DatabaseUrl = SecretStr("sqlite:///oms-bot.sqlite3")
    oms_bot_config: Path = Path("oms-bot.toml")
    oms_bot_secret_keys: Keys = SecretStr("")
    public_url: Url | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65_535)
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)
    ] = "INFO"
    log_format: Annotated[Literal["auto", "json", "console"], BeforeValidator(str.lower)] = "auto"

    @model_validator(mode="before")
    @classmethod
    def _as_meant(cls, values: dict[str, str]) -> dict[str, str]:
        """Tidy the values; `docker run --env-file`, for one, keeps the quotation marks. An empty one is not set."""
        return {name: meant for name, value in values.items() if (meant := tidy(value))}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator chose. No secret shows in its repr."""

    slack_bot_token: SecretStr
    slack_signing_secret: SecretStr
    slack_app_token: SecretStr
    slack_client_id: str
    slack_client_secret: SecretStr
    slack_api_url: str
    database_url: SecretStr
    secret_keys: SecretStr
    public_url: str | None
    host: str
    port: int
    log_level: str
    log_format: Literal["auto", "json", "console"]
    timing: Timing
    limits: Limits
    texts: Texts
    network: Networking
    outgoing: Outgoing
    projects: Mapping[str, Project]
    users: Mapping[str, User]
    service_account: PasswordLogin | AccessKey | None
    hashicorp_vault: HashiCorpVault | None
    installs: Installs
    sign_in_with_slack: SignInWithSlack | None
    literal_secrets: int = 0

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the bot themselves, by OAuth, so that there is no single bot token."""
        return bool(self.slack_client_id)

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached through a WebSocket that the bot opens: no public URL is needed."""
        return bool(self.slack_app_token.get_secret_value())


def load() -> Settings:
    """Read and check all settings.

    Raises:
        SettingsError: with every fault found, one sentence each.
    """
    faults: list[str] = []
    environ = {name: tidy(value) for name, value in os.environ.items()}
    env = _read_environment(environ, faults)
    surroundings = Surroundings(os.environ, env.oms_bot_config.absolute().parent)
    file = _read_file(env.oms_bot_config, surroundings, faults)
    faults += missing_for_slack(environ)
    outgoing = _outgoing(file.network, environ, faults)
    faults += contradictions(file)
    if env.slack_client_id:
        faults += unqualified(file)
    if faults:
        raise SettingsError(faults)
    projects = {alias: p.model_copy(update={"alias": alias}) for alias, p in file.projects.items()}
    return Settings(
        slack_bot_token=env.slack_bot_token,
        slack_signing_secret=env.slack_signing_secret,
        slack_app_token=env.slack_app_token,
        slack_client_id=env.slack_client_id,
        slack_client_secret=env.slack_client_secret,
        slack_api_url=env.slack_api_url + "/",
        database_url=env.database_url,
        secret_keys=env.oms_bot_secret_keys,
        public_url=env.public_url,
        host=env.host,
        port=env.port,
        log_level=env.log_level,
        log_format=env.log_format,
        timing=file.timing,
        limits=file.limits,
        texts=file.texts,
        network=file.network,
        outgoing=outgoing,
        projects=projects,
        users=file.users,
        service_account=file.service_account,
        hashicorp_vault=file.hashicorp_vault,
        installs=file.installs,
        sign_in_with_slack=file.sign_in_with_slack,
        literal_secrets=len([name for name in surroundings.literals if name != "access_key"]),
    )


def _read_environment(environ: Mapping[str, str], faults: list[str]) -> _Environment:
    """Return the environment's settings; where some are faulty, these are noted and defaults stand for all."""
    try:
        return _Environment()
    except ValidationError as error:
        faults += [_sentence(str(fault["loc"][0]).upper(), fault) for fault in _errors(error)]
        config = environ.get("OMS_BOT_CONFIG") or _Environment.model_fields["oms_bot_config"].default
        return _Environment.model_construct(oms_bot_config=Path(config))


def _read_file(path: Path, surroundings: Surroundings, faults: list[str]) -> File:
    """Return what the file says; of a faulty file the faults are noted and defaults stand for all."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        faults.append(
            f"OMS_BOT_CONFIG: there is no file {path}; "
            "copy oms-bot.example.toml to it and name your projects and users"
        )
        return File()
    except (OSError, ValueError, RecursionError) as error:  # no UTF-8, no TOML, or a nesting without end
        faults.append(f"OMS_BOT_CONFIG: {path} can't be read: {error}; mend the file")
        return File()
    try:
        file = File.model_validate(content, context=surroundings)
    except ValidationError as error:
        faults += [_sentence(f"{path.name}: {_dotted(fault['loc'])}", fault) for fault in _errors(error)]
        return File()
    if not file.projects:
        faults.append(f"{path.name}: projects is empty; add a [projects.ALIAS] section with id and region")
    return file


def _outgoing(network: Networking, environ: Mapping[str, str], faults: list[str]) -> Outgoing:
    """Return how others are reached: as the file says, and where it says nothing, as the environment does."""
    proxy = network.proxy.get_secret_value() if network.proxy else None
    try:
        outgoing = Outgoing.choose(environ, proxy=proxy, no_proxy=network.no_proxy, ca=network.ca)
    except ValueError as error:
        faults.append(str(error))
        return Outgoing()
    faults += idle_proxy(network, outgoing)
    return outgoing


def _errors(error: ValidationError) -> list[Any]:
    # Pydantic would quote the faulty input, which may be a secret.
    return list(error.errors(include_input=False, include_url=False))


def _dotted(loc: tuple[int | str, ...]) -> str:
    """Return the path of a key, less what pydantic adds: the discriminator's value in a union of kinds."""
    unions = ("credential", "service_account")
    return ".".join(str(part) for i, part in enumerate(loc) if i == 0 or loc[i - 1] not in unions)


def _sentence(where: str, fault: Any) -> str:  # noqa: ANN401  # pydantic's ErrorDetails is a TypedDict of Any
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    match fault["type"]:
        case "missing":
            return f"{where} is missing; add it"
        case "extra_forbidden":
            close = closest_names(key, sorted(_known_keys()), limit=1)
            return f"{where} is not a setting; " + (f"did you mean {close[0]}?" if close else "remove it")
        case "value_error":
            return f"{where} {fault['ctx']['error']}"
        case "frozen_set_type":
            return f'{where} must be a list of texts; write it in brackets: ["…"]'
        case "string_pattern_mismatch":
            return f"{where} has characters that can't be in it; it must match {fault['ctx']['pattern']}"
        case _:
            message = str(fault["msg"])
            return f"{where} is not valid: {message[:1].lower()}{message[1:]}; correct it"


def _known_keys() -> Iterator[str]:
    sections = (
        File, Timing, Limits, Texts, Networking, Project, User, PasswordLogin, AccessKey, Agency, HashiCorpVault,
        Installs, SignInWithSlack,
    )  # fmt: skip
    for section in sections:
        yield from section.model_fields
