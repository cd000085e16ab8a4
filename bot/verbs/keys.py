"""Which keys open the buckets of a migration, for whom: chosen by name; the keys themselves only when they are sent.

A credential of the settings fits by side, bucket and project; one that names the project goes first. Where it says so,
it is a temporary key of the agency through which the requester acts: OMS takes such a key for tasks only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from bot.conversation.snapshots import Kind, Snapshot
from bot.conversation.values import KeyNames, LackingKeys
from bot.huawei.errors import BadRequest
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.oms.keys import AuthFile, ConnectionString, Keys, SourceKeys
from bot.identity.directory import Directory, Identity
from bot.settings.sections import BucketCredential, Project

AGENCY: Final = "agency:"
"""What the name of an agency begins with; a credential's name has no colon."""
_HUAWEI: Final = "HuaweiCloud"
_WAYS: Final = {
    "Azure": ("connection_string",),
    "Google": ("json_auth_file",),
    _HUAWEI: ("access_key", "agency"),
}
_OF_ANY_OTHER: Final = ("access_key",)
Side = Literal["source", "destination"]


class BucketKeys:
    """The keys that somebody's resume, in one project, would hand to OMS."""

    def __init__(
        self,
        credentials: Mapping[str, BucketCredential],
        directory: Directory,
        identity: Identity,
        project: Project,
    ) -> None:
        self._credentials = credentials
        self._directory = directory
        self._identity = identity
        self._project = project

    def names(self, task: Snapshot) -> KeyNames | LackingKeys:
        """Say by name which keys those would be, or of which bucket one is lacking."""
        destination = self._choose("destination", task.destination, _HUAWEI, task.kind)
        source: str | LackingKeys = ""
        if not task.of_urls:
            source = self._choose("source", task.source_bucket, task.source_cloud, task.kind)
        if isinstance(source, LackingKeys):
            return source
        if isinstance(destination, LackingKeys):
            return destination
        return KeyNames(destination=destination, source=source)

    async def of(self, task: Snapshot) -> Keys:
        """Return them. They are for the request that they are sent with, and for nothing else.

        Raises:
            HuaweiError: one is lacking, or IAM grants no temporary key; OMS was asked nothing.
        """
        names = self.names(task)
        if isinstance(names, LackingKeys):
            raise BadRequest(f"there is no key for the {names.side} bucket", source="iam")
        source = await self._key(names.source) if names.source else None
        destination = await self._key(names.destination)
        if not isinstance(destination, AccessKeyCredential):
            raise TypeError("the settings let only access keys be a destination's")
        return Keys(destination=destination, source=source)

    def _choose(self, side: Side, bucket: str, cloud: str, kind: Kind) -> str | LackingKeys:
        """Return the name of the credential that fits best."""

        def lacking(why: Literal["none", "no_agency", "tasks_only"]) -> LackingKeys:
            return LackingKeys(side=side, bucket=bucket, cloud=cloud, why=why, region=self._project.region)

        ways = _OF_ANY_OTHER if kind is Kind.SYNC and cloud != _HUAWEI else _WAYS.get(cloud, _OF_ANY_OTHER)
        fitting = [
            (name, credential)
            for name, credential in self._credentials.items()
            if credential.fits(side, bucket, self._project.alias) and credential.given[0] in ways
        ]
        if not fitting:
            return lacking("none")
        name, credential = max(fitting, key=lambda one: bool(one[1].projects))
        if not credential.agency:
            return name
        if kind is not Kind.TASK:
            return lacking("tasks_only")
        lender = self._directory.lender(self._identity)
        return f"{AGENCY}{lender}" if lender else lacking("no_agency")

    async def _key(self, name: str) -> SourceKeys:
        if name.startswith(AGENCY):
            return await self._directory.lend(self._identity, self._project)
        credential = self._credentials[name]
        match credential.given:
            case ["access_key"] if credential.access_key and credential.secret_key:
                return AccessKeyCredential(credential.access_key, credential.secret_key)
            case ["connection_string"] if credential.connection_string:
                return ConnectionString(credential.connection_string)
            case ["json_auth_file"] if credential.json_auth_file:
                return AuthFile(credential.json_auth_file)
            case _:
                raise TypeError("the settings let each credential be of one kind")
