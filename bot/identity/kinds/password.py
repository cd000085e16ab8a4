"""An IAM user and their password; IAM issues tokens for it."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from pydantic import SecretStr
from typing_extensions import override

from bot.huawei.errors import HuaweiError, Unreachable
from bot.huawei.iam.shared import Iam
from bot.huawei.iam.token import PasswordCredential, TokenIssuer
from bot.identity.kinds.fields import Field
from bot.identity.kinds.kind import Given, OwnKind
from bot.identity.kinds.proof import NotProved, Probing, Proof, Proved
from bot.identity.names import Name, fold
from bot.settings.sections import PasswordLogin


class Password(OwnKind[PasswordCredential]):
    """See `PasswordCredential`."""

    name = "password"
    credential = PasswordCredential
    fields = (
        Field("domain", shown_again=True, autocomplete="organization"),
        Field("username", shown_again=True, autocomplete="username"),
        Field("password", secret=True, exact=True, autocomplete="current-password"),
    )

    @override
    def make(self, values: Mapping[str, str]) -> PasswordCredential:
        return PasswordCredential(values["domain"], values["username"], SecretStr(values["password"]))

    @override
    def values(self, credential: PasswordCredential) -> dict[str, str]:
        return {
            "domain": credential.domain,
            "username": credential.username,
            "password": credential.password.get_secret_value(),
        }

    @override
    def given(self, section: PasswordLogin, *, name: str, user_id: str) -> Given[PasswordCredential]:
        login = PasswordCredential(section.domain, section.username, section.password)
        return Given(self.principal(login), login)

    @override
    def claim(self, credential: PasswordCredential) -> Name:
        return ("user", fold(credential.domain), fold(credential.username))

    @override
    def described(self, credential: PasswordCredential) -> str:
        return f"IAM user {credential.username[:64]} of {credential.domain[:64]}"

    @override
    def principal(self, credential: PasswordCredential) -> str:
        return f"IAM user {credential.username}"

    @override
    def auth(
        self, credential: PasswordCredential, iam: Iam, *, iam_endpoint: str, project_id: str | None
    ) -> httpx.Auth:
        return _tokens(iam).auth(credential, iam_endpoint=iam_endpoint, project_id=project_id)

    @override
    def owner(self, credential: PasswordCredential, iam: Iam) -> str:
        return _tokens(iam).owner(credential)

    @override
    async def prove(self, credential: PasswordCredential, probing: Probing, label: str) -> Proof:
        """Log in without a project first: only there a rejection certainly means the password."""
        error: HuaweiError | None = None
        for iam_endpoint in dict.fromkeys(p.endpoint_for_iam() for p in probing.projects.values()):
            tokens = _tokens(probing.iam())
            try:
                await tokens.token(credential, iam_endpoint, None, dead=None)
            except HuaweiError as exc:
                error = exc
                if not isinstance(exc, Unreachable):
                    break
            else:
                return Proved(
                    self.principal(credential),
                    named_by_iam=True,
                    probes=await probing.read_all(probing.projects),
                    owner=tokens.owner(credential),
                )
        return NotProved(error) if error else probing.nothing_configured


def _tokens(iam: Iam) -> TokenIssuer:
    return iam.kept(
        TokenIssuer,
        lambda: TokenIssuer(iam.http, clock=iam.clock, rejected=iam.rejections, observe=iam.observe),
    )
