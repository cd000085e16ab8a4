"""The Slack app's manifest: what Slack must know of this bot. One source for Socket Mode and HTTP.

The package carries both as `render` gives them, in `bot/data`.
"""

from __future__ import annotations

from typing import Any

import yaml

from bot.verbs.registry import REGISTRY

# What opens without a command; a message's has it in its menu, also in threads.
SHORTCUTS = (
    {
        "name": "Pause a migration",
        "type": "global",
        "callback_id": "oms_pause",
        "description": "Choose a project and a task; you are asked before anything happens",
    },
    {
        "name": "Pause this migration",
        "type": "message",
        "callback_id": "oms_pause_message",
        "description": "Asks, in its thread, about the task that the message speaks of",
    },
)
# Each scope and why it is asked for; there are no others.
SCOPES = ("commands", "chat:write", "users:read", "app_mentions:read")


def render(public_url: str | None = None, *, many_workspaces: bool = False) -> str:
    """Return the manifest as YAML: for Socket Mode, or for HTTP at *public_url*; for one workspace or many."""
    text: str = yaml.safe_dump(
        manifest(public_url, many_workspaces=many_workspaces), sort_keys=False, allow_unicode=True, width=110
    )
    return text


def manifest(public_url: str | None = None, *, many_workspaces: bool = False) -> dict[str, Any]:
    """Return the manifest as Slack's schema describes it (slackapi/manifest-schema, major version 1)."""
    endpoint = {"request_url": f"{public_url.rstrip('/')}/slack/events"} if public_url else {}
    menus = {"message_menu_options_url": endpoint["request_url"]} if public_url else {}
    command = {
        "command": "/oms",
        "description": "Pause an object storage migration, as yourself",
        "usage_hint": " | ".join(f"{word.name} {word.form}".strip() for word in REGISTRY.words.values()),
        "should_escape": True,  # or a mention says what somebody is called, and not who it is
    }
    if public_url:
        command["url"] = endpoint["request_url"]
    events = ["app_home_opened", "app_mention", "user_change", "app_uninstalled"]
    oauth: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if public_url:
        pages = ["/slack/oauth_redirect"] if many_workspaces else []
        pages.append("/link/signed-in")  # Sign in with Slack, before the linking page
        oauth = {"redirect_urls": [public_url.rstrip("/") + page for page in pages], **oauth}
    if many_workspaces and public_url:
        events += ["tokens_revoked"]
    return {
        "display_information": {
            "name": "oms-bot",
            "description": "Pauses Huawei Cloud object storage migrations, as the person who asked, once.",
            "background_color": "#1a1d21",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "oms-bot", "always_online": True},
            "shortcuts": [dict(shortcut) for shortcut in SHORTCUTS],
            "slash_commands": [command],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {**endpoint, "bot_events": events},
            "interactivity": {"is_enabled": True, **endpoint, **menus},
            # Without it an app of an organisation never receives an event; for a single workspace it changes nothing.
            "org_deploy_enabled": True,
            "socket_mode_enabled": not public_url,
            "token_rotation_enabled": many_workspaces,
        },
    }
