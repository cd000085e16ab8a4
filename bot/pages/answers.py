"""What the linking page answers: each page with its words, its status and its cookies. No secret is ever on one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, assert_never

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.huawei.errors import HuaweiError
from bot.huawei.fault import fault_of
from bot.huawei.iam.rejections import TriesUsedUp
from bot.identity.invitations import Invitation
from bot.identity.kinds import own_kinds
from bot.identity.kinds.proof import Probe
from bot.identity.linking_results import (
    Done,
    Gone,
    Held,
    NotAsked,
    NoTries,
    NotSent,
    Submission,
    Useless,
    Wrong,
)
from bot.pages.form import COOKIE, CSRF
from bot.pages.limits import ADDRESS_WINDOW
from bot.pages.receipt import LARGEST, RECEIPT, Receipt
from bot.pages.rendering import Renderer
from bot.pages.sign_in import BEGUN, TICKET, Begun
from bot.text import say_page
from bot.text.figures import joined
from bot.text.languages import Language


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a form shows: for whom, in their language, what they had typed (no secret), what was wrong with it.

    `wrong` names the fields in which the fault may be.
    """

    invitation: Invitation = field(kw_only=False)
    language: Language
    chosen: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    tries: str = ""
    probes: tuple[Probe, ...] = ()
    wrong: Collection[str] = ()

    def with_problem(
        self,
        problem: str,
        tries: str = "",
        *,
        probes: tuple[Probe, ...] = (),
        wrong: Collection[str] = (),
    ) -> Shown:
        """Return the same form with what was wrong."""
        return replace(self, problem=problem, tries=tries, probes=probes, wrong=wrong)

    @property
    def fields(self) -> list[str]:
        """The fields of the chosen kind of credential."""
        return [field.name for kind in own_kinds() if kind.name == self.chosen for field in kind.fields]


class Answers:
    """Makes the answers. `base_path` is where a browser sees the page; `rejected` is told why one is turned away."""

    def __init__(self, *, base_path: str, over_https: bool, rejected: Callable[[str], None]) -> None:
        self._base_path = base_path
        self._over_https = over_https
        self._rejected = rejected
        self._renderer = Renderer(forms="'self'", over_https=over_https)

    def form(self, request: Request, shown: Shown, status: int = 200) -> Response:
        """Show the form, empty or with what was wrong."""
        # The same for every tab that shows this address, so that each of them can be submitted.
        cookie = request.cookies.get(COOKIE, "")
        csrf = cookie if CSRF.fullmatch(cookie) else secrets.token_urlsafe(16)
        kinds, language = own_kinds(), shown.language
        response = self._page(
            language,
            "form.html",
            status,
            heading=say_page.page_words(language).title,
            person=_person(language, shown.invitation),
            csrf=csrf,
            kinds=kinds,
            kind_words=say_page.kind_words(language),
            chosen=shown.chosen or kinds[0].name,
            typed=shown.typed,
            problem=shown.problem,
            tries=shown.tries,
            probes=_probes(language, shown.probes),
            wrong=shown.wrong,
            until=say_page.page_until(language),
            at=_moment(shown.invitation),
        )
        path = self._base_path + request.path_params["token"]
        self._set_cookie(response, COOKIE, csrf, path, samesite="strict")
        return response

    def sign_in(self, request: Request, shown: Shown, begun: Begun, link: str) -> Response:
        """Lead to Slack. A form that comes without a ticket is one of another browser, and changes nothing."""
        response = self._page(
            shown.language,
            "sign_in.html",
            403 if request.method == "POST" else 200,
            heading=say_page.page_words(shown.language).title,
            person=_person(shown.language, shown.invitation),
            link=link,
            until=say_page.page_until(shown.language),
            at=_moment(shown.invitation),
        )
        self._set_cookie(response, BEGUN, begun.cookie, self._base_path)
        return response

    def signed_in(self, token: str, ticket: str) -> Response:
        """Lead the browser at which the invited person has signed in back to the form."""
        page = self._base_path + token
        response = Response(status_code=303, headers=self._renderer.headers() | {"Location": page})
        response.delete_cookie(BEGUN, path=self._base_path)
        self._set_cookie(response, TICKET, ticket, page)
        return response

    def submission(self, request: Request, token: str, shown: Shown, outcome: Submission) -> Response:
        """Say what came of a form that was filled in."""
        language = shown.language
        match outcome:
            case Done():
                return self._done(language, outcome, token)
            case Wrong(error=error, tries_left=left) if left:
                tries = say_page.page_tries(language, left)
                wrong = shown.with_problem(_cause(language, error), tries, wrong=shown.fields)
                return self.form(request, wrong, 422)
            case Wrong(error=error) | NotSent(error=TriesUsedUp() as error):
                return self.message(language, "no_tries", 429, cause=_cause(language, error))
            case NotSent(error=error):
                return self.form(request, shown.with_problem(_cause(language, error)), 422)
            case Held(proved=proved, by=by):
                held = say_page.held_by_another(language, proved.principal, by.user_id)
                return self.message(language, "held", 409, cause=held)
            case NotAsked(error=error):
                return self.form(request, shown.with_problem(_cause(language, error)), 502)
            case Useless(proved=proved):
                problem = say_page.nothing_readable(language, proved.principal)
                return self.form(request, shown.with_problem(problem, probes=proved.probes), 422)
            case NoTries():
                return self.message(language, "no_tries", 429)
            case Gone():
                return self.message(language, "gone", 410)
            case _:
                assert_never(outcome)

    def too_many(self, language: Language) -> Response:
        """Turn away an address that has had its share."""
        return self.message(language, "too_many", 429, {"Retry-After": str(round(ADDRESS_WINDOW))})

    def message(
        self,
        language: Language,
        kind: say_page.Turned,
        status: int,
        headers: Mapping[str, str] | None = None,
        *,
        again: str = "",
        cause: str = "",
    ) -> Response:
        """Turn a request away, in words. *again* is the token of the page that may be opened once more."""
        self._rejected(kind)
        said = say_page.page_message(language, kind)
        response = self._page(
            language,
            "message.html",
            status,
            heading=said.heading,
            sentence=joined(language, cause, said.sentence),
            again=again and self._base_path + again,
        )
        response.headers.update(headers or {})
        return response

    def done(self, receipt: Receipt) -> Response:
        """Say that a link was stored."""
        return self._page(
            receipt.language,
            "done.html",
            200,
            heading=receipt.heading,
            sentence=receipt.sentence,
            probes=receipt.probes,
        )

    def _done(self, language: Language, done: Done, token: str) -> Response:
        """Lead the browser to a page that it can come back to, unless there is more to say than a cookie holds."""
        said = say_page.page_done(language, done.link.principal, replaced=done.replaced)
        probes = tuple(_probes(language, done.proved.probes))
        receipt = Receipt(language=language, heading=said.heading, sentence=said.sentence, probes=probes)
        page, cookie = self._base_path + token, receipt.sealed(token)
        if len(cookie) > LARGEST:
            return self.done(receipt)
        response = Response(status_code=303, headers=self._renderer.headers() | {"Location": page})
        self._set_cookie(response, RECEIPT, cookie, page, samesite="strict")
        return response

    def _page(self, language: Language, template: str, status: int, **values: Any) -> Response:
        words = say_page.page_words(language)
        html, headers = self._renderer.page(template, language=language, words=words, **values)
        return HTMLResponse(html, status, headers)

    def _set_cookie(
        self, response: Response, name: str, value: str, path: str, samesite: Literal["lax", "strict"] = "lax"
    ) -> None:
        """Set a cookie. A lax one also comes along when Slack leads back, which a strict one would not."""
        response.set_cookie(
            name,
            value,
            max_age=round(ADDRESS_WINDOW),
            path=path,
            secure=self._over_https,
            httponly=True,
            samesite=samesite,
        )


def _person(language: Language, invitation: Invitation) -> str:
    """Return the id that nobody can choose, then the name that the person chose."""
    return say_page.page_person(language, invitation.user_id, invitation.name)


def _moment(invitation: Invitation) -> datetime:
    return datetime.fromtimestamp(invitation.expires_at, UTC)


def _cause(language: Language, error: HuaweiError) -> str:
    return say_page.link_cause(language, fault_of(error))


def _probes(language: Language, probes: tuple[Probe, ...]) -> list[tuple[str, str]]:
    return [
        (probe.alias, say_page.project_cause(language, fault_of(probe.error)) if probe.error else "")
        for probe in probes
    ]
