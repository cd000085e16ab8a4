"""The linking page: a form that needs no script, at a one-time address. Nothing on it can be cached or framed.

A GET changes nothing, so a chat program that previews the link does no harm. A POST must bring back, in the form and in
a SameSite=Strict cookie, what its GET had given: somebody who only knows the address can't submit from another site.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.huawei.errors import HuaweiError
from bot.huawei.iam.credential import Credential
from bot.huawei.iam.rejected import TriesUsedUp
from bot.identity import typed
from bot.identity.invitations import Invitation
from bot.identity.keyring import VaultError
from bot.identity.kinds import own_kinds
from bot.identity.kinds.fields import BadField
from bot.identity.kinds.proof import Probe
from bot.identity.linking import Linking
from bot.identity.linking_outcomes import Done, Gone, Held, NotAsked, NoTries, NotSent, Useless, Wrong
from bot.pages import form as page_form
from bot.pages.form import COOKIE
from bot.pages.limits import ADDRESS_WINDOW, AddressLimit
from bot.pages.rendering import Renderer
from bot.pages.sign_in import BEGUN, CALLBACK, PROOF, Begun, SignIn, is_proved, new_proof
from bot.text import en_linking
from bot.text.format import plain
from bot.verbs.tasks import fault_of

log = structlog.get_logger(__name__)

Answer = Callable[[Request], Awaitable[Response]]


def routes(
    linking: Linking,
    *,
    sign_in: SignIn | None = None,
    rejected: Callable[[str], None] = lambda _why: None,
    clock: Callable[[], float],
) -> list[Route]:
    """Return the routes of the page: ``/link/{token}``, GET and POST, and where Slack leads back to.

    `sign_in` asks Slack who sits at the browser, None where the app can't. `rejected` is told the reason of each
    request that is turned away; `clock` gives Unix seconds.
    """
    page = _Page(linking, AddressLimit(clock=clock), rejected, sign_in)
    return [
        Route(CALLBACK, page.in_words(page.signed_in), methods=["GET"]),
        Route("/link/{token}", page.in_words(page.answer), methods=["GET", "POST"]),
    ]


class _Page:
    def __init__(
        self,
        linking: Linking,
        addresses: AddressLimit,
        rejected: Callable[[str], None],
        sign_in: SignIn | None,
    ) -> None:
        self._sign_in = sign_in
        self._linking = linking
        self._addresses = addresses
        self._rejected = rejected
        self._renderer = Renderer(forms="'self'", over_https=linking.over_https)

    def in_words(self, answer: Answer) -> Answer:
        """Return *answer*, which says so on a page where the database or the vault can't be asked."""

        async def answer_always(request: Request) -> Response:
            try:
                return await answer(request)
            except (SQLAlchemyError, VaultError) as error:
                log.error("link_page_failed", error=type(error).__name__)  # noqa: TRY400  # each of them says enough
                return self._message("unavailable", 503)

        return answer_always

    async def answer(self, request: Request) -> Response:
        address = request.client.host if request.client else ""
        if self._addresses.is_reached(address):
            return self._message("too_many", 429, {"Retry-After": str(round(ADDRESS_WINDOW))})
        token = request.path_params["token"]
        invitation = await self._linking.invitations.find(token)
        if invitation is None:
            self._addresses.count(address)  # nothing else: an office that links itself shares one address
            return self._message("gone", 410)
        if self._sign_in and not is_proved(request, invitation):
            return self._begin_sign_in(self._sign_in, request, Begun.new(token), invitation)
        if request.method != "POST":
            return self._form(request, _Shown(invitation))
        return await self._submitted(request, token, invitation)

    def _begin_sign_in(
        self, sign_in: SignIn, request: Request, begun: Begun, invitation: Invitation
    ) -> Response:
        """Lead to Slack. A form that comes without proof is one of another browser, and changes nothing."""
        response = self._page(
            "sign_in.html",
            403 if request.method == "POST" else 200,
            heading=en_linking.link_page_words()["title"],
            person=_Shown(invitation).person,
            link=sign_in.url(state=begun.state, nonce=begun.nonce, team_id=invitation.team_id),
            until=en_linking.link_page_until(invitation.expires_at),
        )
        self._set_cookie(response, BEGUN, begun.cookie, self._linking.base_path)
        return response

    async def signed_in(self, request: Request) -> Response:
        """Slack leads back here: let the invited person on to the form, and nobody else."""
        address = request.client.host if request.client else ""
        if self._addresses.is_reached(address):
            return self._message("too_many", 429, {"Retry-After": str(round(ADDRESS_WINDOW))})
        begun = Begun.of(request)
        if self._sign_in is None or begun is None:
            self._addresses.count(address)
            return self._message("stale", 403)
        invitation = await self._linking.invitations.find(begun.token)
        if invitation is None:
            self._addresses.count(address)
            return self._message("gone", 410)
        page = self._linking.base_path + begun.token
        code = request.query_params.get("code", "")
        account = await self._sign_in.account(code, begun.nonce) if code else None
        if account is None:
            return self._message("not_signed_in", 403, again=page)
        if not account.is_invited(invitation):
            await self._linking.another_account(invitation, account.user_id[:32])
            return self._message("another_account", 403)
        proof, proof_hash = new_proof()
        await self._linking.invitations.sign_in(begun.token, proof_hash)
        response = Response(status_code=303, headers=self._renderer.headers() | {"Location": page})
        response.delete_cookie(BEGUN, path=self._linking.base_path)
        self._set_cookie(response, PROOF, proof, page)
        return response

    def _set_cookie(self, response: Response, name: str, value: str, path: str) -> None:
        """Set a cookie that also comes along when Slack leads back, which a strict one would not."""
        response.set_cookie(
            name,
            value,
            max_age=round(ADDRESS_WINDOW),
            path=path,
            secure=self._linking.over_https,
            httponly=True,
            samesite="lax",
        )

    async def _submitted(self, request: Request, token: str, invitation: Invitation) -> Response:
        form = await page_form.read_form(request)
        if form is None:
            return self._message("bad_request", 400)
        if not page_form.from_our_page(request, form):
            return self._message("stale", 403, again=self._linking.base_path + token)
        kind = page_form.kind(form)
        credential = kind.read(form)
        label = typed.read_label(form.get("label", ""))
        shown = _Shown(invitation, chosen=kind.name, typed=page_form.harmless(form))
        if isinstance(credential, BadField):
            problem = en_linking.link_bad_field(credential.field, credential.fault)
            return self._form(request, shown.with_problem(problem), 422)
        return await self._link(request, token, credential, label, shown)

    async def _link(
        self, request: Request, token: str, credential: Credential, label: str, shown: _Shown
    ) -> Response:
        outcome = await self._linking.submit(token, credential, label)
        match outcome:
            case Done():
                return self._done(outcome, token)
            case Wrong(error=error, tries_left=left):
                if left == 0:
                    return self._message("no_tries", 429, cause=_cause(error))
                return self._form(
                    request, shown.with_problem(_cause(error), en_linking.link_page_tries(left)), 422
                )
            case NotSent(error=TriesUsedUp() as error):
                return self._message("no_tries", 429, cause=_cause(error))
            case NotSent(error=error):
                return self._form(request, shown.with_problem(_cause(error)), 422)
            case Held(proved=proved, by=by):
                held = en_linking.held_by_another(proved.principal, by.user_id)
                return self._message("held", 409, cause=held)
            case NotAsked(error=error):
                return self._form(request, shown.with_problem(_cause(error)), 502)
            case Useless(proved=proved):
                problem = en_linking.link_nothing_readable(proved.principal)
                return self._form(request, shown.with_problem(problem, probes=proved.probes), 422)
            case NoTries():
                return self._message("no_tries", 429)
            case Gone():
                return self._message("gone", 410)
            case _:
                assert_never(outcome)

    def _form(self, request: Request, shown: _Shown, status: int = 200) -> Response:
        # The same for every tab that shows this address, so that each of them can be submitted.
        cookie = request.cookies.get(COOKIE, "")
        csrf = cookie if page_form.CSRF.fullmatch(cookie) else secrets.token_urlsafe(16)
        person, invitation = shown.person, shown.invitation
        response = self._page(
            "form.html",
            status,
            heading=en_linking.link_page_words()["title"],
            person=person,
            csrf=csrf,
            kinds=own_kinds(),
            chosen=shown.chosen or own_kinds()[0].name,
            typed=shown.typed,
            problem=shown.problem,
            tries=shown.tries,
            probes=_probes(shown.probes),
            until=en_linking.link_page_until(invitation.expires_at),
        )
        response.set_cookie(
            COOKIE,
            csrf,
            max_age=round(ADDRESS_WINDOW),
            path=self._linking.base_path + request.path_params["token"],
            secure=self._linking.over_https,
            httponly=True,
            samesite="strict",
        )
        return response

    def _done(self, done: Done, token: str) -> Response:
        heading, sentence = en_linking.link_page_done(done.link.principal, replaced=done.replaced)
        response = self._page(
            "done.html", 200, heading=heading, sentence=sentence, probes=_probes(done.proved.probes)
        )
        response.delete_cookie(COOKIE, path=self._linking.base_path + token)
        return response

    def _message(
        self,
        kind: str,
        status: int,
        headers: Mapping[str, str] | None = None,
        *,
        again: str = "",
        cause: str = "",
    ) -> Response:
        """Turn a request away, in words."""
        self._rejected(kind)
        heading, sentence = en_linking.link_page_message(kind)
        response = self._page(
            "message.html", status, heading=heading, sentence=f"{cause} {sentence}".strip(), again=again
        )
        response.headers.update(headers or {})
        return response

    def _page(self, template: str, status: int, **values: Any) -> Response:  # noqa: ANN401  # a template takes anything
        html, headers = self._renderer.page(template, words=en_linking.link_page_words(), **values)
        return HTMLResponse(html, status, headers)


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What a form shows: for whom, what they had typed (no secret), what was wrong with it."""

    invitation: Invitation = field(kw_only=False)
    chosen: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    tries: str = ""
    probes: tuple[Probe, ...] = ()

    @property
    def person(self) -> str:
        """The id that nobody can choose, then the name that the person chose."""
        name = plain(self.invitation.name)
        return en_linking.link_page_person(self.invitation.user_id, name)

    def with_problem(self, problem: str, tries: str = "", *, probes: tuple[Probe, ...] = ()) -> _Shown:
        """Return the same form with what was wrong."""
        return _Shown(
            self.invitation, chosen=self.chosen, typed=self.typed, problem=problem, tries=tries, probes=probes
        )


def _cause(error: HuaweiError) -> str:
    return en_linking.link_cause(fault_of(error))


def _probes(probes: tuple[Probe, ...]) -> list[tuple[str, str]]:
    return [
        (probe.alias, en_linking.link_project_cause(fault_of(probe.error)) if probe.error else "")
        for probe in probes
    ]
