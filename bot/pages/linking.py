"""The linking page: a form that needs no script, at a one-time address. Nothing on it can be cached or framed.

Its one small script is a comfort: it tells the time in the reader's own zone.

A GET changes nothing, so a chat program that previews the link does no harm. A POST must bring back, in the form and in
a SameSite=Strict cookie, what its GET had given: somebody who only knows the address can't submit from another site.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.identity import typed
from bot.identity.invitations import Invitation
from bot.identity.keyring import VaultError
from bot.identity.kinds.fields import BadField
from bot.identity.linking import Linking
from bot.pages import form as page_form
from bot.pages.answers import Answers, Shown
from bot.pages.limits import AddressLimit
from bot.pages.receipt import RECEIPT, Receipt
from bot.pages.sign_in import CALLBACK, Begun, SignIn, has_signed_in, new_ticket
from bot.text import say_page
from bot.text.languages import Language, language_accepted, language_of

log = structlog.get_logger(__name__)

Answer = Callable[[Request], Awaitable[Response]]


def routes(
    linking: Linking,
    *,
    sign_in: SignIn | None = None,
    rejected: Callable[[str], None] = lambda _why: None,
    language: Language | None = None,
    addresses: AddressLimit,
) -> list[Route]:
    """Return the routes of the page: ``/link/{token}``, GET and POST, and where Slack leads back to.

    `sign_in` asks Slack who sits at the browser, None where the app can't. `rejected` is told the reason of each
    request that is turned away. `language` is the one that is fixed for all. `addresses` counts who asks too often.
    """
    answers = Answers(base_path=linking.base_path, over_https=linking.over_https, rejected=rejected)
    page = _Page(linking, addresses, answers, sign_in, language)
    return [
        Route(CALLBACK, page.in_words(page.signed_in), methods=["GET"]),
        Route("/link/{token}", page.in_words(page.answer), methods=["GET", "POST"]),
    ]


class _Page:
    def __init__(
        self,
        linking: Linking,
        addresses: AddressLimit,
        answers: Answers,
        sign_in: SignIn | None,
        fixed: Language | None,
    ) -> None:
        self._linking = linking
        self._addresses = addresses
        self._answers = answers
        self._sign_in = sign_in
        self._fixed = fixed

    def in_words(self, answer: Answer) -> Answer:
        """Return *answer*, which says so on a page where the database or the vault can't be asked."""

        async def answer_always(request: Request) -> Response:
            try:
                return await answer(request)
            except (SQLAlchemyError, VaultError) as error:
                log.error("link_page_failed", error=type(error).__name__)  # noqa: TRY400  # each of them says enough
                return self._answers.message(self._reads(request), "unavailable", 503)

        return answer_always

    def _reads(self, request: Request, invitation: Invitation | None = None) -> Language:
        """Return what the reader of the answer reads: the language of their Slack, else of their browser."""
        if self._fixed:
            return self._fixed
        if invitation and invitation.locale:
            return language_of(invitation.locale)
        return language_accepted(request.headers.get("Accept-Language", ""))

    async def answer(self, request: Request) -> Response:
        address = _address(request)
        if self._addresses.is_reached(address):
            return self._answers.too_many(self._reads(request))
        token = request.path_params["token"]
        invitation = await self._linking.invitations.find(token)
        if invitation is None and (receipt := Receipt.opened(token, request.cookies.get(RECEIPT, ""))):
            return self._answers.done(receipt)
        if invitation is None:
            # Nothing else: an office that links itself shares one address.
            await self._addresses.count(address)
            return self._answers.message(self._reads(request), "gone", 410)
        shown = Shown(invitation, language=self._reads(request, invitation))
        if self._sign_in and not has_signed_in(request, invitation):
            begun = Begun.new(token)
            link = self._sign_in.url(state=begun.state, nonce=begun.nonce, team_id=invitation.team_id)
            return self._answers.sign_in(request, shown, begun, link)
        if request.method != "POST":
            return self._answers.form(request, shown)
        return await self._submitted(request, token, shown)

    async def signed_in(self, request: Request) -> Response:
        """Slack leads back here: let the invited person on to the form, and nobody else."""
        address = _address(request)
        if self._addresses.is_reached(address):
            return self._answers.too_many(self._reads(request))
        begun = Begun.of(request)
        if self._sign_in is None or begun is None:
            await self._addresses.count(address)
            return self._answers.message(self._reads(request), "stale", 403)
        invitation = await self._linking.invitations.find(begun.token)
        if invitation is None:
            await self._addresses.count(address)
            return self._answers.message(self._reads(request), "gone", 410)
        language = self._reads(request, invitation)
        code = request.query_params.get("code", "")
        account = await self._sign_in.account(code, begun.nonce) if code else None
        if account is None:
            return self._answers.message(language, "not_signed_in", 403, again=begun.token)
        if not account.is_invited(invitation):
            await self._linking.another_account(invitation, account.user_id[:32])
            return self._answers.message(language, "another_account", 403)
        ticket, ticket_hash = new_ticket()
        await self._linking.invitations.sign_in(begun.token, ticket_hash)
        return self._answers.signed_in(begun.token, ticket)

    async def _submitted(self, request: Request, token: str, shown: Shown) -> Response:
        form = await page_form.read_form(request)
        if form is None:
            return self._answers.message(shown.language, "bad_request", 400)
        if not page_form.from_our_page(request, form):
            return self._answers.message(shown.language, "stale", 403, again=token)
        kind = page_form.kind(form)
        shown = replace(shown, chosen=kind.name, typed=page_form.harmless(form))
        credential = kind.read(form)
        if isinstance(credential, BadField):
            problem = say_page.bad_field(shown.language, credential.field, credential.fault)
            shown = shown.with_problem(problem, wrong={credential.field})
            return self._answers.form(request, shown, 422)
        outcome = await self._linking.submit(token, credential, typed.read_label(form.get("label", "")))
        return self._answers.submission(request, token, shown, outcome)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
