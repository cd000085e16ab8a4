"""What a kind of credential is: all that differs from one kind to the next. Each is whole in a file beside this one."""

from __future__ import annotations

import abc
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import httpx

from bot.huawei.iam.credential import Credential
from bot.huawei.iam.shared import Iam
from bot.huawei.iam.signing import AccessKeyCredential
from bot.identity.kinds.fields import BadField, Field
from bot.identity.names import Name
from bot.settings.sections import Project

if TYPE_CHECKING:
    from bot.identity.kinds.proof import Probing, Proof

SomeCredential = TypeVar("SomeCredential", bound=Credential)


class Given(NamedTuple, Generic[SomeCredential]):
    """A credential from the settings. `principal` is how people know whose it is, such as "IAM user alice"."""

    principal: str
    credential: SomeCredential


class Kind(abc.ABC, Generic[SomeCredential]):
    """A kind that the settings may give. `name` is its `type` there; `credential` is the class of its credentials."""

    name: str
    credential: type[SomeCredential]

    @abc.abstractmethod
    def given(self, section: Any, *, name: str, user_id: str) -> Given[SomeCredential]:  # noqa: ANN401  # each kind has its own
        """Read a section of the settings: what they give to the person of this *name* and Slack id."""

    @abc.abstractmethod
    def claim(self, credential: SomeCredential) -> Name:
        """Return whom *credential* claims to be, as is known before IAM has been asked."""

    @abc.abstractmethod
    def auth(
        self, credential: SomeCredential, iam: Iam, *, iam_endpoint: str, project_id: str | None
    ) -> httpx.Auth:
        """Return what signs requests to one project, or to global services when `project_id` is None."""

    def auth_for(self, credential: SomeCredential, iam: Iam, project: Project) -> httpx.Auth:
        """Return what signs requests to *project*."""
        return self.auth(credential, iam, iam_endpoint=project.endpoint_for_iam(), project_id=project.id)

    def lender(self, credential: SomeCredential) -> str:  # noqa: ARG002  # most kinds lend nothing
        """Return the name of what lends keys for a while to hand on; nothing where the secret is a person's own."""
        return ""

    async def lend(self, credential: SomeCredential, iam: Iam, project: Project) -> AccessKeyCredential:
        """Return such a key.

        Raises:
            HuaweiError: IAM grants none.
            NotImplementedError: there is no `lender`.
        """
        raise NotImplementedError

    def owner(self, credential: SomeCredential, iam: Iam) -> str:  # noqa: ARG002  # most kinds do not learn it
        """Return IAM's id of the user, as far as it has come with an answer to `auth`; else nothing."""
        return ""


class OwnKind(Kind[SomeCredential]):
    """A kind that people can link by themselves: a secret of their own. An agency is the operator's to give.

    `fields` is what a person types, and what of it a vault keeps; the `credential` has attributes of these names.
    `labelled`: IAM may not tell whose it is, so the person may say what they call it.
    """

    fields: tuple[Field, ...]
    labelled: bool = False

    @abc.abstractmethod
    def make(self, values: Mapping[str, str]) -> SomeCredential:
        """Make a credential of the values of all `fields`."""

    @abc.abstractmethod
    def values(self, credential: SomeCredential) -> dict[str, str]:
        """Return the values of all `fields`, secrets included."""

    @abc.abstractmethod
    def described(self, credential: SomeCredential) -> str:
        """Say in words whom *credential* claims to be, for the audit and for that person."""

    @abc.abstractmethod
    def principal(self, credential: SomeCredential) -> str | None:
        """Return how people know whose it is; None where only IAM, or the person, can say."""

    @abc.abstractmethod
    async def prove(self, credential: SomeCredential, probing: Probing, label: str) -> Proof:
        """Prove it by reading. A wrong one is shown to Huawei once, since IAM locks whoever fails too often."""

    def read(self, typed: Mapping[str, str]) -> SomeCredential | BadField:
        """Make a credential of what a person typed."""
        values = {field.name: field.tidy(typed.get(field.name, "")) for field in self.fields}
        for field in self.fields:
            if fault := field.fault(values[field.name]):
                return BadField(field.name, fault)
        return self.make(values)

    def secrets(self, credential: SomeCredential) -> tuple[str, ...]:
        """Return what of it is secret."""
        values = self.values(credential)
        return tuple(values[field.name] for field in self.fields if field.secret)

    def to_json(self, credential: SomeCredential) -> bytes:
        """Write a credential, secrets included, for a store that encrypts it."""
        return json.dumps({"kind": self.name, **self.values(credential)}).encode()

    def from_json(self, values: Mapping[Any, object]) -> SomeCredential | None:
        """Read what `to_json` wrote; None if it is something else."""
        kept = {
            field.name: value for field in self.fields if isinstance(value := values.get(field.name), str)
        }
        return self.make(kept) if len(kept) == len(self.fields) else None
