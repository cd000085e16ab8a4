"""The sections of ``oms-bot.toml`` and what may stand in each."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Final, Literal, Self

from pydantic import Field

from bot.settings.kinds import (
    ApproverId,
    Authorities,
    BucketName,
    ChannelId,
    Document,
    EnterpriseId,
    Minutes,
    Name,
    Network,
    Password,
    ProxyException,
    ProxyUrl,
    Reference,
    RegionId,
    Seconds,
    SecondsOrNone,
    Secret,
    TeamId,
    Url,
)
from bot.settings.outcomes import OutcomeSettings
from bot.settings.regions import REGIONS_WITHOUT_IAM
from bot.settings.section import Section

SECRETS: Final = frozenset(
    {"password", "secret_key", "token", "client_secret", "proxy", "connection_string", "json_auth_file"}
)
"""The keys of the file under which a secret is referred to."""
IAM_GLOBAL = "https://iam.myhuaweicloud.com"


class Timing(Section):
    """Waiting times, all in seconds; fractions are allowed."""

    confirm_within: Seconds = 600
    verify_for: Seconds = 300
    verify_every: Seconds = 3
    request_timeout: Seconds = 10
    watch_every: Seconds = 10
    slot_watch: SecondsOrNone = 120
    review_within: Seconds = 3600


class Limits(Section):
    """How much one person may ask for."""

    cards_per_minute: int = Field(default=20, ge=0)


class Texts(Section):
    """What people read: in one language for all, or each in their own."""

    language: Literal["en", "zh"] | None = None


class Retention(Section):
    """For how many days what is finished is kept; 0: for good."""

    days: int = Field(default=90, ge=0, le=36_500, strict=True)


class Project(Section):
    """One Huawei Cloud project that may be acted on, under the alias that people type."""

    alias: str = ""
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,1024}$")
    region: RegionId
    oms_endpoint: Url | None = None
    iam_endpoint: Url | None = None
    channels: frozenset[ChannelId] = frozenset()
    approvals: int = Field(default=0, ge=0, le=10, strict=True)
    approvers: frozenset[ApproverId] = frozenset()
    notify: frozenset[ApproverId] = frozenset()
    break_glass: Minutes = 0
    max_at_once: int = Field(default=5, ge=1, le=50, strict=True)

    def seen_from(self, team_id: str) -> Self:
        """The project as a workspace sees it: its own channels and people without "T…:", others' never matching.

        Others' stay in the sets, because an empty set means anywhere, and anyone.
        """
        mine = f"{team_id}:"
        names = {"channels": self.channels, "approvers": self.approvers, "notify": self.notify}
        seen = {key: frozenset(name.removeprefix(mine) for name in all_) for key, all_ in names.items()}
        return self.model_copy(update=seen)

    def endpoint_for_oms(self) -> str:
        """The OMS base URL: as configured, or the region's (https://oms.REGION.myhuaweicloud.com)."""
        return self.oms_endpoint or f"https://oms.{self.region}.myhuaweicloud.com"

    def endpoint_for_iam(self) -> str:
        """The IAM base URL: as configured, or the region's, or the global one where a region has none."""
        if self.iam_endpoint:
            return self.iam_endpoint
        return (
            IAM_GLOBAL
            if self.region in REGIONS_WITHOUT_IAM
            else f"https://iam.{self.region}.myhuaweicloud.com"
        )


class PasswordLogin(Section):
    """An IAM user with a password; IAM issues tokens for it."""

    type: Literal["password"]
    domain: Name
    username: Name
    password: Password


class AccessKey(Section):
    """A permanent access key pair; each request is signed with it."""

    type: Literal["access_key"]
    access_key: Reference = Field(repr=False)  # no secret, but of use to whoever finds the other half
    secret_key: Secret


class Agency(Section):
    """A role that the service account assumes in this person's name."""

    type: Literal["agency"]
    agency: Name
    domain: Name


ServiceAccount = Annotated[PasswordLogin | AccessKey, Field(discriminator="type")]
CredentialSettings = Annotated[PasswordLogin | AccessKey | Agency, Field(discriminator="type")]


class User(Section):
    """One Slack user and the IAM credential they act with."""

    name: str = ""
    credential: CredentialSettings


class BucketCredential(Section):
    """What opens some buckets of one side: handed to OMS when a task is resumed, since OMS keeps no keys.

    One of an access key pair, a connection string (Azure), the file of a service account (Google), or `agency`: the
    temporary key of the agency through which the requester acts.
    """

    side: Literal["source", "destination"]
    buckets: frozenset[BucketName] = Field(min_length=1)
    projects: frozenset[str] = frozenset()
    access_key: Secret | None = None
    secret_key: Secret | None = None
    connection_string: Annotated[Secret, Field(max_length=2048)] | None = None
    json_auth_file: Document | None = None
    agency: bool = Field(default=False, strict=True)

    @property
    def given(self) -> list[str]:
        """The ways to open the buckets that are written down; one, unless the settings are at fault."""
        ways = ("access_key", "secret_key", "connection_string", "json_auth_file")
        found = [way for way in ways if getattr(self, way) is not None] + (["agency"] if self.agency else [])
        return ["access_key", *found[2:]] if found[:2] == ["access_key", "secret_key"] else found

    def fits(self, side: str, bucket: str, project: str) -> bool:
        """Whether it opens *bucket* on that side, for tasks of *project*."""
        return (
            side == self.side and bucket in self.buckets and (not self.projects or project in self.projects)
        )


class Proposer(Section):
    """An alert manager, an agent or a script that may propose, and never act: what, where, and how often.

    An assistant that `reads_as` somebody is told of tasks too; it is to be a credential that may only read.
    """

    token: Secret
    channels: frozenset[ChannelId] = Field(min_length=1)
    projects: frozenset[str] = Field(min_length=1)
    per_minute: int = Field(default=10, ge=1, le=600, strict=True)
    reads_as: ServiceAccount | None = None


class HashiCorpVault(Section):
    """A HashiCorp Vault that keeps the links instead of the database."""

    address: Url
    token: Secret
    mount: str = Field(default="secret", pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")
    prefix: str = Field(default="oms-bot", pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")
    ca: Authorities | None = None


class SignInWithSlack(Section):
    """The app's own credentials, with which one workspace's bot asks Slack who opens the linking page."""

    client_id: str = Field(min_length=1)
    client_secret: Secret


class Installs(Section):
    """Who may install the bot, with many workspaces; nobody unless named."""

    teams: frozenset[TeamId] = frozenset()
    enterprises: frozenset[EnterpriseId] = frozenset()

    def __bool__(self) -> bool:
        """Whether anybody may."""
        return bool(self.teams or self.enterprises)

    def allow(self, team_id: str | None, enterprise_id: str | None) -> bool:
        """Whether a workspace is named, or the organisation that it belongs to."""
        return team_id in self.teams or enterprise_id in self.enterprises


class Networking(Section):
    """What stands between the bot and others."""

    proxy: ProxyUrl | None = None
    no_proxy: tuple[ProxyException, ...] | None = None
    ca: Authorities | None = None
    trusted_proxies: tuple[Network, ...] = ()

    def trusted(self) -> list[str]:
        """The networks whose `X-Forwarded-For` is believed, also as a socket for IPv6 writes those of IPv4."""
        mapped = (
            f"::ffff:{net.network_address}/{net.prefixlen + 96}"
            for net in map(ipaddress.ip_network, self.trusted_proxies)
            if net.version == 4
        )
        return [*self.trusted_proxies, *mapped]


class File(Section):
    """The whole of ``oms-bot.toml``."""

    timing: Timing = Timing()
    limits: Limits = Limits()
    texts: Texts = Texts()
    retention: Retention = Retention()
    network: Networking = Networking()
    projects: dict[str, Project] = Field(default_factory=dict)
    users: dict[str, User] = Field(default_factory=dict)
    service_account: ServiceAccount | None = None
    bucket_credentials: dict[str, BucketCredential] = Field(default_factory=dict)
    proposers: dict[str, Proposer] = Field(default_factory=dict)
    outcomes: dict[str, OutcomeSettings] = Field(default_factory=dict)
    hashicorp_vault: HashiCorpVault | None = None
    installs: Installs = Installs()
    sign_in_with_slack: SignInWithSlack | None = None
