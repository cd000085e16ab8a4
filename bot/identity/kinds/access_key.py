"""A permanent access key pair; each request is signed with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr
from typing_extensions import override

from bot.huawei.errors import CredentialRejected, PermissionDenied
from bot.huawei.iam.shared import Iam
from bot.huawei.iam.signing import AccessKeyAuth, AccessKeyCredential
from bot.identity.kinds.fields import Field
from bot.identity.kinds.kind import Given, OwnKind
from bot.identity.kinds.proof import NotProved, Probe, Probing, Proof, Proved
from bot.identity.names import Name
from bot.settings.sections import AccessKey as Section

_LONGEST: Final = 100  # characters, of either half. Source: OMS API reference, src_ak and src_sk


class AccessKey(OwnKind[AccessKeyCredential]):
    """See `AccessKeyCredential`."""

    name = "access_key"
    credential = AccessKeyCredential
    fields = (
        Field("access_key", longest=_LONGEST, form="[A-Za-z0-9]+"),
        Field("secret_key", longest=_LONGEST, form=r"[\x00-\x7f]+", secret=True),
    )
    labelled = True

    @override
    def make(self, values: Mapping[str, str]) -> AccessKeyCredential:
        return AccessKeyCredential(SecretStr(values["access_key"]), SecretStr(values["secret_key"]))

    @override
    def values(self, credential: AccessKeyCredential) -> dict[str, str]:
        return {
            "access_key": credential.access_key.get_secret_value(),
            "secret_key": credential.secret_key.get_secret_value(),
        }

    @override
    def given(self, section: Section, *, name: str, user_id: str) -> Given[AccessKeyCredential]:
        key = AccessKeyCredential(SecretStr(section.access_key), section.secret_key)
        return Given(f"the access key of {name or user_id}", key)

    @override
    def claim(self, credential: AccessKeyCredential) -> Name:
        return ("key", credential.access_key.get_secret_value())

    @override
    def described(self, credential: AccessKeyCredential) -> str:
        return f"the access key {_ending(credential)}"

    @override
    def principal(self, credential: AccessKeyCredential) -> None:
        return None

    @override
    def auth(
        self,
        credential: AccessKeyCredential,
        iam: Iam,
        *,
        iam_endpoint: str,
        project_id: str | None,
    ) -> httpx.Auth:
        return AccessKeyAuth(credential, project_id=project_id, rejected=iam.rejections, clock=iam.clock)

    @override
    async def prove(self, credential: AccessKeyCredential, probing: Probing, label: str) -> Proof:
        """Read the projects one by one until one has recognised the key, then the rest at once."""
        probes: list[Probe] = []
        waiting = dict(probing.projects)
        while waiting:
            probe = await probing.read(waiting.pop(next(iter(waiting))))
            if isinstance(probe.error, CredentialRejected):
                return NotProved(probe.error)
            probes.append(probe)
            if probe.error is None or isinstance(probe.error, PermissionDenied):
                probes += await probing.read_all(waiting)
                return await self._proved(credential, probing, label, tuple(probes))
        error = next((probe.error for probe in probes if probe.error), None)
        return NotProved(error) if error else probing.nothing_configured

    async def _proved(
        self, key: AccessKeyCredential, probing: Probing, label: str, probes: tuple[Probe, ...]
    ) -> Proved:
        owner, user = await self._owner_of(key, probing)
        if user is not None:
            return Proved(f"IAM user {user}", named_by_iam=True, probes=probes, owner=owner)
        called = f"“{label}”" if label else _ending(key)
        return Proved(f"the access key {called}", named_by_iam=False, probes=probes, owner=owner)

    async def _owner_of(self, key: AccessKeyCredential, probing: Probing) -> tuple[str, str | None]:
        """Ask IAM whose key this is: id and name, as far as it says. Every user may ask about themself."""
        iam = next(iter(probing.projects.values())).endpoint_for_iam()
        auth = self.auth(key, probing.iam(), iam_endpoint=iam, project_id=None)
        access = quote(key.access_key.get_secret_value(), safe="")
        found = await probing.ask(f"{iam}/v3.0/OS-CREDENTIAL/credentials/{access}", auth, _KeyAnswer)
        if found is None:
            return "", None
        user = quote(found.credential.user_id, safe="")
        owner = await probing.ask(f"{iam}/v3/users/{user}", auth, _UserAnswer)
        return found.credential.user_id[:64], owner.user.name if owner else None


def _ending(key: AccessKeyCredential) -> str:
    return f"ending in {key.access_key.get_secret_value()[-4:]}"


class _Key(BaseModel):
    user_id: str


class _KeyAnswer(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    credential: _Key


class _User(BaseModel):
    name: str


class _UserAnswer(BaseModel):
    user: _User
