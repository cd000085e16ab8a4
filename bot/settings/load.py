"""What an operator configures: the environment and ``oms-bot.toml``, read once, checked whole.

A start with faults is refused with a sentence for each, all at once: the setting, the fault, the remedy.
Secrets are written as references (``env:NAME``, ``file:/path``) and held as `SecretStr`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.network import Outgoing
from bot.settings.faults import errors, of_toml, of_validation, sentence
from bot.settings.kinds import CollectorUrl, DatabaseUrl, Keys, Surroundings, Token, Url
from bot.settings.outcomes import OutcomeSettings
from bot.settings.reading import tidy
from bot.settings.rules import contradictions, idle_proxy, missing_for_slack, unqualified, unusable_traces
from bot.settings.sections import (
    SECRETS,
    AccessKey,
    BucketCredential,
    File,
    HashiCorpVault,
    Installs,
    Limits,
    Networking,
    PasswordLogin,
    Project,
    Proposer,
    Retention,
    SignInWithSlack,
    Texts,
    Timing,
    User,
)

SLACK_API_URL = "https://slack.com/api/"


class SettingsError(Exception):
    """The start is refused. `faults` has one sentence for each fault, in the order of the settings.

    `settings` is what could be read all the same, to look at what does not depend on the faults; None if the
    environment itself is at fault.
    """

    def __init__(self, faults: list[str], settings: Settings | None = None) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
        self.settings = settings


class Environment(BaseSettings):
    """The environment variables of the contract, as they were set."""

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
    metrics_port: int | None = Field(default=None, ge=1, le=65_535)
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)
    ] = "INFO"
    otel_exporter_otlp_endpoint: CollectorUrl | None = None
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
    metrics_port: int | None
    log_level: str
    log_format: Literal["auto", "json", "console"]
    otlp_endpoint: str | None
    timing: Timing
    limits: Limits
    texts: Texts
    retention: Retention
    network: Networking
    outgoing: Outgoing
    projects: Mapping[str, Project]
    users: Mapping[str, User]
    service_account: PasswordLogin | AccessKey | None
    bucket_credentials: Mapping[str, BucketCredential]
    proposers: Mapping[str, Proposer]
    outcomes: Mapping[str, OutcomeSettings]
    hashicorp_vault: HashiCorpVault | None
    installs: Installs
    sign_in_with_slack: SignInWithSlack | None
    literal_secrets: tuple[str, ...] = ()  # the keys under which a secret itself stands in the file

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the bot themselves, by OAuth, so that there is no single bot token."""
        return bool(self.slack_client_id)

    @property
    def about_literals(self) -> str:
        """Say which secrets stand in the file itself, and what would be better."""
        one = len(self.literal_secrets) == 1
        who = f"{', '.join(self.literal_secrets)} {'has its secret' if one else 'have their secrets'}"
        return f"{who} in the file itself; use env:NAME or file:/path"

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached through a WebSocket that the bot opens: no public URL is needed."""
        return bool(self.slack_app_token.get_secret_value())


@dataclass(frozen=True)
class Read:
    """What stands in the environment and in the file; `literals` are the keys under which a secret itself stands."""

    environment: Environment
    file: File
    path: Path
    literals: tuple[str, ...]
    outgoing: Outgoing


def load() -> Settings:
    """Read and check all settings.

    Raises:
        SettingsError: with every fault found, one sentence each.
    """
    return settings_of(read())


def read() -> Read:
    """Read and check all settings, and return them as they were written.

    Raises:
        SettingsError: as `load`.
    """
    faults: list[str] = []
    environ = {name: tidy(value) for name, value in os.environ.items()}
    env = read_environment(environ, faults)
    of_environment = len(faults)
    surroundings = Surroundings(os.environ, env.oms_bot_config.absolute().parent)
    content = read_content(env.oms_bot_config, faults)
    file, literals = file_of(content, env.oms_bot_config, surroundings, faults)
    faults += missing_for_slack(environ)
    outgoing = outgoing_of(file.network, environ, faults)
    if env.metrics_port == env.port:
        faults.append("METRICS_PORT is PORT too, where all else is; choose another, or remove it")
    if env.otel_exporter_otlp_endpoint:
        faults += unusable_traces(env.otel_exporter_otlp_endpoint, environ)
    faults += contradictions(file)
    if env.slack_client_id:
        faults += unqualified(file)
    found = Read(env, file, env.oms_bot_config, literals, outgoing)
    if faults:
        raise SettingsError(faults, None if of_environment else settings_of(found))
    return found


def settings_of(found: Read) -> Settings:
    """Return what was read as it counts."""
    env, file = found.environment, found.file
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
        metrics_port=env.metrics_port,
        log_level=env.log_level,
        log_format=env.log_format,
        otlp_endpoint=env.otel_exporter_otlp_endpoint,
        timing=file.timing,
        limits=file.limits,
        texts=file.texts,
        retention=file.retention,
        network=file.network,
        outgoing=found.outgoing,
        projects={alias: p.model_copy(update={"alias": alias}) for alias, p in file.projects.items()},
        users=file.users,
        service_account=file.service_account,
        bucket_credentials=file.bucket_credentials,
        proposers=file.proposers,
        outcomes=file.outcomes,
        hashicorp_vault=file.hashicorp_vault,
        installs=file.installs,
        sign_in_with_slack=file.sign_in_with_slack,
        literal_secrets=found.literals,
    )


def read_environment(environ: Mapping[str, str], faults: list[str]) -> Environment:
    """Return the environment's settings; where some are faulty, these are noted and defaults stand for all."""
    try:
        return Environment()
    except ValidationError as error:
        faults += [sentence(str(fault["loc"][0]).upper(), fault) for fault in errors(error)]
        config = environ.get("OMS_BOT_CONFIG") or Environment.model_fields["oms_bot_config"].default
        return Environment.model_construct(oms_bot_config=Path(config))


def read_content(path: Path, faults: list[str]) -> dict[str, Any] | None:
    """Return what stands in the file; None if it can't be read, which is noted."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text)
    except FileNotFoundError:
        faults.append(f"OMS_BOT_CONFIG: there is no file {path}; `oms-bot init` writes one")
    except tomllib.TOMLDecodeError as error:
        faults.append(of_toml(path, text, error))
    except UnicodeDecodeError:
        faults.append(f"OMS_BOT_CONFIG: {path} can't be read: it is not UTF-8 text; save it as UTF-8")
    except (OSError, ValueError, RecursionError) as error:  # a number, or a nesting, without end
        why = getattr(error, "strerror", None) or error
        faults.append(f"OMS_BOT_CONFIG: {path} can't be read: {why}; fix the file")
    return None


def file_of(
    content: Mapping[str, Any] | None,
    path: Path,
    surroundings: Surroundings,
    faults: list[str],
    *,
    only: Collection[str] = File.model_fields,
) -> tuple[File, tuple[str, ...]]:
    """Return what the file says, and where a secret stands in it; of a faulty file defaults stand for all.

    *only* these of its sections count, and those that are none.
    """
    if content is None:
        return File(), ()
    content = {name: said for name, said in content.items() if name in only or name not in File.model_fields}
    try:
        file = File.model_validate(content, context=surroundings)
    except ValidationError as error:
        faults += of_validation(path.name, error)
        return File(), ()
    if "projects" in only and not file.projects:
        faults.append(f"{path.name}: projects is empty; add a [projects.ALIAS] section with id and region")
    return file, tuple(_places_of(surroundings.literals, content))


def outgoing_of(network: Networking, environ: Mapping[str, str], faults: list[str]) -> Outgoing:
    """Return how others are reached: as the file says, and where it says nothing, as the environment does."""
    proxy = network.proxy.get_secret_value() if network.proxy else None
    try:
        outgoing = Outgoing.choose(environ, proxy=proxy, no_proxy=network.no_proxy, ca=network.ca)
    except ValueError as error:
        faults.append(str(error))
        return Outgoing()
    faults += idle_proxy(network, outgoing)
    return outgoing


def _places_of(literals: Collection[str], content: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the keys under which one of *literals* stands as a secret. An access key alone opens nothing."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _places_of(literals, value, f"{path}{key}.")
        elif key in SECRETS and isinstance(value, str) and (value in literals or tidy(value) in literals):
            yield f"{path}{key}"
