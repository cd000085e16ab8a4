"""A role that the service account assumes in each person's name."""

from __future__ import annotations

import re
from typing import Final

import httpx
from typing_extensions import override

from bot.huawei.iam.agency import AgencyCredential, AgencyIssuer, session_name
from bot.huawei.iam.shared import Iam
from bot.huawei.iam.signing import AccessKeyCredential
from bot.identity.kinds.kind import Given, Kind
from bot.identity.names import Name, fold
from bot.settings.sections import Agency as Section
from bot.settings.sections import Project

_LONGEST_SESSION: Final = 32  # characters; more is refused by IAM


class Agency(Kind[AgencyCredential]):
    """See `AgencyCredential`."""

    name = "agency"
    credential = AgencyCredential

    @override
    def given(self, section: Section, *, name: str, user_id: str) -> Given[AgencyCredential]:
        session = _session(name, user_id)
        return Given(
            f"agency {section.agency}, session {session}",
            AgencyCredential(section.agency, section.domain, session),
        )

    @override
    def claim(self, credential: AgencyCredential) -> Name:
        session = session_name(credential.session_user)
        return ("agency", fold(credential.domain), fold(credential.agency), fold(session))

    @override
    def auth(
        self, credential: AgencyCredential, iam: Iam, *, iam_endpoint: str, project_id: str | None
    ) -> httpx.Auth:
        return _issuer(iam, iam_endpoint).auth(credential, iam_endpoint=iam_endpoint, project_id=project_id)

    @override
    def lender(self, credential: AgencyCredential) -> str:
        return credential.agency

    @override
    async def lend(self, credential: AgencyCredential, iam: Iam, project: Project) -> AccessKeyCredential:
        endpoint = project.endpoint_for_iam()
        return await _issuer(iam, endpoint).lend(credential, endpoint)


def _issuer(iam: Iam, endpoint: str) -> AgencyIssuer:
    return iam.kept(
        (AgencyIssuer, endpoint),
        lambda: AgencyIssuer(iam.http, iam.service_auth(endpoint), clock=iam.clock, observe=iam.observe),
    )


def _session(name: str, user_id: str) -> str:
    """Name a person in Huawei's audit trail: readable, and unique even if names are shared or hold no Latin letter."""
    if not re.search("[A-Za-z]", name):
        return session_name(user_id)
    readable = session_name(name)[: _LONGEST_SESSION - len(user_id) - 1].rstrip(" .")
    return session_name(f"{readable}.{user_id}" if readable else user_id)
