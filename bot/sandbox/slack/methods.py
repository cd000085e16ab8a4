"""Every Web API method that the sandbox has: its scopes, who may call it, and what it answers."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.slack import chat, steps
from bot.sandbox.slack.blocks import check_view
from bot.sandbox.slack.chat import ApiCall
from bot.sandbox.slack.objects import Channel, Json, SlackError, Token, View
from bot.sandbox.slack.validating import blocks_validate
from bot.sandbox.slack.world import World

_TRIGGER_SECONDS = 3.0
_CODE_SECONDS = 600.0


@dataclass(frozen=True)
class Method:
    """A Web API method; any one of `scopes` is enough, none means that every token will do."""

    answer: Callable[[ApiCall], Json]
    scopes: tuple[str, ...] = ()
    caller: Literal["bot", "app", "anyone"] = "bot"


def auth_test(call: ApiCall) -> Json:
    """Answer auth.test: who this token is, and where."""
    world = call.world
    return {
        "url": f"https://{world.team_domain}.slack.com/",
        "team": world.team_name,
        "user": world.bot.name,
        "team_id": world.team_id if world.granted is None else world.enterprise_id,
        "user_id": world.bot.id,
        "bot_id": world.bot_id,
        "is_enterprise_install": world.granted is not None,
    } | ({"enterprise_id": world.enterprise_id} if world.enterprise_id else {})


def auth_teams_list(call: ApiCall) -> Json:
    """Answer auth.teams.list: where this token is good."""
    world = call.world
    granted = [world.team_id] if world.granted is None else world.granted
    return {"teams": [{"id": team, "name": team.lower()} for team in granted]}


def auth_revoke(call: ApiCall) -> Json:
    """Answer auth.revoke; with `test` nothing happens."""
    if str(call.args.get("test", "")).lower() in ("1", "true"):
        return {"revoked": False}
    call.token.error = "token_revoked"
    call.world.emit("token.revoked", call.token)
    return {"revoked": True}


def uninstall(call: ApiCall) -> Json:
    """Answer apps.uninstall: every token of the app stops working."""
    _client(call)
    for token in call.world.tokens.values():
        token.error = token.error or "account_inactive"
    call.world.emit("app.uninstalled", call.world.app_id)
    return {}


def users_info(call: ApiCall) -> Json:
    """Answer users.info."""
    found = call.world.users.get(call.need("user"))
    if found is None:
        raise SlackError("user_not_found")
    shown = found.as_json()
    if str(call.args.get("include_locale", "")).lower() in ("1", "true"):  # left out unless it is asked for
        shown["locale"] = found.locale
    return {"user": shown}


def users_list(call: ApiCall) -> Json:
    """Answer users.list: the people of this workspace, page by page."""
    own = [user.as_json() for user in call.world.users.values() if user.team_id == call.world.team_id]
    return _page(call, "members", own)


def conversations_info(call: ApiCall) -> Json:
    """Answer conversations.info. The scope depends on the kind of conversation."""
    channel = _readable(call)
    return {"channel": _channel_json(call.world, channel)}


def conversations_members(call: ApiCall) -> Json:
    """Answer conversations.members, page by page."""
    return _page(call, "members", list(_readable(call).members))


def conversations_open(call: ApiCall) -> Json:
    """Answer conversations.open for a direct message with one person."""
    person = call.world.users.get(call.need("users").split(",")[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")
    known = len(call.world.channels)
    channel = call.world.direct(person.id, call.world.bot.id)
    already = {} if len(call.world.channels) > known else {"no_op": True, "already_open": True}
    return already | {"channel": {"id": channel.id}}


def usergroup_users(call: ApiCall) -> Json:
    """Answer usergroups.users.list."""
    group = call.world.usergroups.get(call.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group)}


def views_open(call: ApiCall) -> Json:
    """Answer views.open; a trigger_id works once, within 3 s of the deed that made it."""
    user = _exchange(call.world, call.need("trigger_id"))
    view = _keep(call, user, _given_view(call, "modal"))
    return {"view": _view_json(call.world, view)}


def views_update(call: ApiCall) -> Json:
    """Answer views.update, by view_id or external_id; a `hash` that is not current is refused."""
    wanted, external = call.args.get("view_id"), call.args.get("external_id")
    for view in call.world.views:
        by_external = external and view.definition.get("external_id") == external
        if view.open and (view.id == wanted or by_external):
            return {"view": _view_json(call.world, _replace(call, view))}
    raise SlackError("not_found")


def views_publish(call: ApiCall) -> Json:
    """Answer views.publish: a person's App Home."""
    if (user := call.world.users.get(call.need("user_id"))) is None:
        raise SlackError("user_not_found")
    for view in call.world.views:
        if view.type == "home" and view.user == user.id:
            return {"view": _view_json(call.world, _replace(call, view))}
    view = _keep(call, user.id, _given_view(call, "home"))
    return {"view": _view_json(call.world, view)}


def connections_open(call: ApiCall) -> Json:
    """Answer apps.connections.open with a WebSocket address that works once."""
    ticket = secrets.token_urlsafe(16)
    call.world.socket_tickets.add(ticket)
    return {
        "url": f"{call.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={call.world.app_id}"
    }


def oauth_access(call: ApiCall) -> Json:
    """Answer oauth.v2.access: a code, good once and for ten minutes, becomes a new bot token."""
    _client(call)
    user, expires_at, scopes = call.world.codes.pop(call.need("code"), ("", 0.0, set[str]()))
    if not user:
        raise SlackError("invalid_code")
    if call.world.clock() > expires_at:
        raise SlackError("code_expired")
    token = add_token(call.world, "bot", scopes)
    return {
        "app_id": call.world.app_id,
        "authed_user": {"id": user},
        "scope": ",".join(sorted(scopes)),
        "token_type": "bot",
        "access_token": token.value,
        "bot_user_id": call.world.bot.id,
        "team": {"id": call.world.team_id, "name": call.world.team_name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def openid_token(call: ApiCall) -> Json:
    """Answer openid.connect.token: a code, good once, becomes who signed in."""
    _client(call)
    user, nonce = call.world.sign_ins.pop(call.need("code"), ("", ""))
    if not user:
        raise SlackError("invalid_code")
    claims = {
        "iss": "https://slack.com",
        "sub": user,
        "aud": call.world.client_id,
        "exp": int(call.world.clock()) + 300,
        "nonce": nonce,
        "https://slack.com/user_id": user,
        "https://slack.com/team_id": call.world.team_id,
    }
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return {
        "token_type": "Bearer",
        "access_token": "xoxp-sandbox",
        "id_token": ".".join([*encoded, "c2lnbmVk"]),
    }


def add_token(world: World, kind: Literal["bot", "app"], scopes: set[str]) -> Token:
    """Issue a token."""
    prefix = "xoxb" if kind == "bot" else "xapp"
    token = Token(f"{prefix}-sandbox-{secrets.token_hex(12)}", kind, set(scopes))
    world.tokens[token.value] = token
    world.emit("token.issued", token)
    return token


def new_code(world: World, user: str, scopes: set[str]) -> str:
    """Return an OAuth code that `user` has approved."""
    code = secrets.token_urlsafe(16)
    world.codes[code] = (user, world.clock() + _CODE_SECONDS, scopes)
    return code


def push_view(world: World, user: str, definition: Json, *, previous: View | None = None) -> View:
    """Open a modal for `user`, on top of `previous` if given."""
    view_id = world.next_id("V")
    root, below = (previous.root_id, previous.id) if previous else (view_id, None)
    view = View(view_id, _hash(definition), user, definition, root, below)
    world.views.append(view)
    world.emit("view.opened", view)
    return view


def replace_view(world: World, view: View, definition: Json) -> View:
    """Show another definition in an open view."""
    view.definition, view.hash, view.errors = definition, _hash(definition), {}
    world.emit("view.updated", view)
    return view


def _given_view(call: ApiCall, kind: Literal["modal", "home"]) -> Json:
    view = call.json("view", "invalid_arguments")
    return check_view(view, kind=kind, unknown=call.world.unknown_blocks)


def _keep(call: ApiCall, user: str, definition: Json) -> View:
    return push_view(call.world, user, definition)


def _replace(call: ApiCall, view: View) -> View:
    kind: Literal["modal", "home"] = "home" if view.type == "home" else "modal"
    if call.args.get("hash") and call.args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    return replace_view(call.world, view, _given_view(call, kind))


def _hash(definition: Json) -> str:
    return f"{secrets.token_hex(4)}.{hashlib.sha256(repr(definition).encode()).hexdigest()[:8]}"


def _exchange(world: World, trigger: str) -> str:
    user, issued_at = world.triggers.get(trigger, ("", 0.0))
    if not user:
        raise SlackError("invalid_trigger_id")
    if world.clock() - issued_at > _TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    world.triggers[trigger] = (user, float("-inf"))  # once only
    return user


def _client(call: ApiCall) -> None:
    if call.args.get("client_id") != call.world.client_id:
        raise SlackError("invalid_client_id")
    if call.args.get("client_secret") != call.world.client_secret:
        raise SlackError("bad_client_secret")


def _readable(call: ApiCall) -> Channel:
    channel = chat.visible(call.world, call.need("channel"))
    scope = {"public": "channels:read", "private": "groups:read", "im": "im:read"}[channel.kind]
    if scope not in call.token.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(call.token.scopes)))
    return channel


def _channel_json(world: World, channel: Channel) -> Json:
    direct = channel.kind == "im"
    answer = {
        "id": channel.id,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": direct,
        "is_private": channel.kind != "public",
        "is_archived": channel.archived,
        "is_ext_shared": bool(channel.shared_with),
    }
    if direct:
        other = next(member for member in channel.members if member != world.bot.id)
        return answer | {"user": other, "is_user_deleted": world.users[other].deleted}
    return answer | {"name": channel.name, "is_member": world.bot.id in channel.members}


def _page(call: ApiCall, name: str, items: list[Json] | list[str]) -> Json:
    try:
        start = int(call.args.get("cursor") or 0)
        limit = int(call.args.get("limit") or 0) or len(items)
    except ValueError:
        raise SlackError("invalid_cursor") from None
    after = str(start + limit) if start + limit < len(items) else ""
    return {name: items[start : start + limit], "response_metadata": {"next_cursor": after}}


def _view_json(world: World, view: View) -> Json:
    return view.as_json(team=world.team_id, app_id=world.app_id, bot_id=world.bot_id)


METHODS: dict[str, Method] = {
    "api.test": Method(lambda call: {"args": call.args}, caller="anyone"),
    "apps.connections.open": Method(connections_open, ("connections:write",), "app"),
    "apps.uninstall": Method(uninstall),
    "auth.revoke": Method(auth_revoke),
    "auth.teams.list": Method(auth_teams_list),
    "auth.test": Method(auth_test),
    "blocks.validate": Method(blocks_validate),
    "chat.delete": Method(chat.delete, ("chat:write",)),
    "chat.getPermalink": Method(chat.permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
    "chat.postMessage": Method(chat.post_message, ("chat:write",)),
    "chat.update": Method(chat.update, ("chat:write",)),
    "conversations.info": Method(conversations_info, ("channels:read", "groups:read", "im:read")),
    "conversations.members": Method(conversations_members, ("channels:read", "groups:read", "im:read")),
    "conversations.open": Method(conversations_open, ("im:write",)),
    "functions.completeError": Method(steps.complete_error),
    "functions.completeSuccess": Method(steps.complete_success),
    "oauth.v2.access": Method(oauth_access, caller="anyone"),
    "openid.connect.token": Method(openid_token, caller="anyone"),
    "usergroups.users.list": Method(usergroup_users, ("usergroups:read",)),
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
    "views.open": Method(views_open),
    "views.publish": Method(views_publish),
    "views.update": Method(views_update),
}
