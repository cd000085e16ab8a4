"""The sandbox Slack's HTTP face: the Web API, response_urls, the consent page, Socket Mode's route."""

import asyncio
import base64
import json
import secrets
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from bot.sandbox.serving import DroppedConnection
from bot.sandbox.slack.chat import ApiCall, content_of
from bot.sandbox.slack.faults import Fault, Faults, RateLimit
from bot.sandbox.slack.methods import METHODS, Method, new_code
from bot.sandbox.slack.objects import Hook, Json, Message, SlackError, Token
from bot.sandbox.slack.socket import SocketHub
from bot.sandbox.slack.world import World

_HOOK_USES = 5
_SECRET_ARGS = ("token", "client_secret", "code")


@dataclass(frozen=True)
class Call:
    """One request that the app made: what it asked, without secrets, and what it was told.

    `status` and `error` are None when the connection was cut, "ok" answers have `error` None.
    """

    method: str
    args: Json
    status: int | None
    error: str | None


class SlackApi:
    """Routes and rules of the HTTP face; the state is the `World`'s."""

    def __init__(self, world: World, faults: Faults, limits: RateLimit, sockets: SocketHub) -> None:
        self.world, self.faults, self.limits, self.sockets = world, faults, limits, sockets
        self.calls: list[Call] = []
        self.base_url: str | None = None
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self._method, methods=["GET", "POST"]),
                Route("/oauth/v2/authorize", self._authorize),
                Route("/openid/connect/authorize", self._sign_in),
                Route("/commands/{team}/{key}", self._hook, methods=["POST"]),
                Route("/actions/{team}/{key}", self._hook, methods=["POST"]),
                WebSocketRoute("/link/", sockets.endpoint),
            ]
        )

    async def _method(self, request: Request) -> Response:
        self.base_url = self.base_url or str(request.base_url).rstrip("/")
        name = request.path_params["method"]
        args, problem = await _arguments(request)
        return await self._serve(name, args, lambda: self._answer(name, args, problem, request))

    async def _hook(self, request: Request) -> Response:
        args, _ = await _arguments(request)
        return await self._serve(
            "response_url", args, lambda: self._respond(request.path_params["key"], args)
        )

    async def _serve(self, name: str, args: Json, answer: Callable[[], Response]) -> Response:
        """Answer a call, or let the fault that waits for it happen instead, before it or after it."""
        fault = self.faults.take(name, args)
        response = await _spoilt(fault, answer) if fault else answer()
        self._record(name, args, response)
        return response

    def _record(self, name: str, args: Json, response: Response) -> None:
        shown = {key: "…" if key in _SECRET_ARGS else value for key, value in args.items()}
        if isinstance(response, DroppedConnection):
            call = Call(name, shown, None, "connection_cut")
        else:
            call = Call(name, shown, response.status_code, _error_in(response))
        self.calls.append(call)
        self.world.emit("api.call", call)

    # --- the Web API --------------------------------------------------------------------------------------

    def _answer(self, name: str, args: Json, problem: str | None, request: Request) -> Response:
        method, token = METHODS.get(name), None
        try:
            if problem:
                raise SlackError(problem)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            token = self._token(method, request, args)
            with self.world.lock:
                call = ApiCall(self.world, args, token, self.limits, self.base_url or "")
                answer, status, headers = {"ok": True} | method.answer(call), 200, dict[str, str]()
        except SlackError as refused:
            answer, status, headers = _refusal(refused)
        if token:
            headers["X-OAuth-Scopes"] = ",".join(sorted(token.scopes))
            headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes) if method else ""
        return JSONResponse(answer, status, headers | {"X-Slack-Req-Id": secrets.token_hex(16)})

    def _token(self, method: Method, request: Request, args: Json) -> Token:
        """Return the caller's token if it works and may call this. Raises SlackError."""
        if method.caller == "anyone":
            args.update(_basic_credentials(request))
            return Token("", "bot", set())
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        is_json = "json" in request.headers.get("content-type", "")
        value = value if scheme.lower() == "bearer" else "" if is_json else str(args.get("token", ""))
        if not value:
            raise SlackError("not_authed")
        token = self.world.tokens.get(value)
        if token is None:
            raise SlackError("invalid_auth")
        if token.error or (token.kind == "bot" and self.world.bot.deleted):
            raise SlackError(token.error or "account_inactive")
        if token.kind != method.caller:
            raise SlackError("not_allowed_token_type")
        if method.scopes and not token.scopes.intersection(method.scopes):
            provided = ",".join(sorted(token.scopes))
            raise SlackError("missing_scope", needed=method.scopes[0], provided=provided)
        return token

    # --- response_url -------------------------------------------------------------------------------------

    def _respond(self, key: str, args: Json) -> Response:
        hook = self.world.hooks.get(key)
        try:
            if hook is None:
                raise SlackError("invalid_url")
            if self.world.clock() > hook.expires_at:
                raise SlackError("expired_url")
            if hook.uses >= _HOOK_USES:
                raise SlackError("used_url")
            hook.uses += 1
            use_hook(self.world, hook, args)
        except SlackError as refused:
            status = 400 if hook and refused.code.startswith(("invalid_blocks", "no_text")) else 404
            return JSONResponse({"ok": False, "error": refused.code} | refused.extra, status)
        return PlainTextResponse("ok")

    # --- installing ---------------------------------------------------------------------------------------

    async def _authorize(self, request: Request) -> Response:
        """Play the person who reads the consent page: agree, or not if there is no `installer`."""
        asked = request.query_params
        back = asked.get("redirect_uri") or next(iter(self.world.redirect_urls), "")
        if asked.get("client_id") != self.world.client_id:
            return PlainTextResponse("invalid_client_id", 400)
        if not back or (self.world.redirect_urls and back not in self.world.redirect_urls):
            return PlainTextResponse("bad_redirect_uri", 400)
        answer = {"state": asked.get("state", "")}
        if self.world.installer is None:
            answer["error"] = "access_denied"
        else:
            scopes = {scope for scope in asked.get("scope", "").split(",") if scope}
            answer["code"] = new_code(self.world, self.world.installer, scopes)
        return _back(back, answer)

    async def _sign_in(self, request: Request) -> Response:
        """Play the person who signs in with Slack: whoever is `at_browser`."""
        asked, answer = request.query_params, {"state": request.query_params.get("state", "")}
        if asked.get("client_id") != self.world.client_id or "openid" not in asked.get("scope", "").split():
            return PlainTextResponse("invalid_request", 400)
        if self.world.at_browser is None:
            return _back(asked["redirect_uri"], answer | {"error": "access_denied"})
        code = secrets.token_urlsafe(16)
        self.world.sign_ins[code] = (self.world.at_browser, asked.get("nonce", ""))
        return _back(asked["redirect_uri"], answer | {"code": code})


def _back(address: str, answer: Json) -> Response:
    joint = "&" if "?" in address else "?"
    return RedirectResponse(address + joint + urllib.parse.urlencode(answer), 302)


def use_hook(world: World, hook: Hook, args: Json) -> Message | None:
    """Do what a response_url is asked to (platforms.md, Slack: response_url): reply, replace or delete.

    Raises:
        SlackError: invalid_blocks, no_text or msg_too_long.
    """
    source = hook.source if hook.source and not hook.source.deleted else None
    if _true(args.get("delete_original")):
        original = source or hook.said  # of a command, which has no message, what was said last
        if original and not original.deleted:
            world.delete(original)
        return original
    content = content_of(
        lambda name, refusal: _loaded(args.get(name), refusal), args, unknown=world.unknown_blocks
    )
    # Slack replaces the message that was clicked unless it is told what else to do with the answer.
    replace = args.get("replace_original")
    if source and (_true(replace) or (replace is None and "response_type" not in args)):
        return world.edit(source, **content)
    public = args.get("response_type") == "in_channel"
    hook.said = world.post(
        Message(
            hook.channel,
            world.next_ts(),
            world.bot.id,
            thread_ts=args.get("thread_ts"),
            bot_id=world.bot_id,
            ephemeral_to=None if public else hook.user,
            source="response_url",
            **content,
        )
    )
    return hook.said


async def _arguments(request: Request) -> tuple[Json, str | None]:
    """Return the arguments of a call, from its address and its body, and what is wrong with the body."""
    args: Json = dict(request.query_params)
    if request.method == "POST" and "json" in request.headers.get("content-type", ""):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            return args, "invalid_json"
        if not isinstance(body, dict):
            return args, "json_not_object"
        return args | body, None
    if request.method == "POST":
        args |= {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    return args, None


def _refusal(refused: SlackError) -> tuple[Json, int, dict[str, str]]:
    if refused.code == "ratelimited":
        return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(refused.extra["retry_after"])}
    return {"ok": False, "error": refused.code} | refused.extra, 200, {}


async def _spoilt(fault: Fault, answer: Callable[[], Response]) -> Response:
    """Return what a fault leaves of an answer."""
    replaced = fault.cut or fault.status or fault.error or fault.retry_after is not None
    honest = answer() if fault.after_effect else None
    await asyncio.sleep(fault.delay)
    return _faulty(fault) if replaced else honest or answer()


def _faulty(fault: Fault) -> Response:
    if fault.cut:
        return DroppedConnection()
    if fault.retry_after is not None:
        return JSONResponse(
            {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(fault.retry_after)}
        )
    if fault.error:
        return JSONResponse({"ok": False, "error": fault.error}, fault.status or 200)
    return PlainTextResponse("upstream connect error", fault.status or 503)


def _error_in(response: Response) -> str | None:
    try:
        error: str | None = json.loads(bytes(response.body)).get("error")
    except (ValueError, AttributeError):
        return None if response.status_code == 200 else "not_json"
    return error


def _basic_credentials(request: Request) -> Mapping[str, str]:
    """Return the client's credentials, which OAuth lets it send as HTTP Basic."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    client_id, _, secret = base64.b64decode(value).decode().partition(":")
    return {"client_id": client_id, "client_secret": secret}


def _loaded(value: Any, refusal: str) -> Any:  # noqa: ANN401  # JSON
    try:
        return json.loads(value) if isinstance(value, str) and value else value
    except ValueError:
        raise SlackError(refusal) from None


def _true(value: object) -> bool:
    return value is True or str(value).lower() in ("1", "true")
