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
# The step of workflows; its callback id, and what it takes and gives. None of it takes a scope.
STEP = "oms_pause_step"
STEP_TITLE = "Pause a migration"
STEP_INPUTS: dict[str, dict[str, Any]] = {
    "project": {
        "type": "string",
        "title": "Project",
        "description": "As in /oms pause, e.g. prod-sg",
        "is_required": True,
    },
    "task": {
        "type": "string",
        "title": "Task",
        "description": "A task's id or its exact name; group:ID, sync:ID and all are understood too",
        "is_required": True,
    },
    "reason": {
        "type": "string",
        "title": "Reason",
        "description": "Stands on the card and in the audit",
        "is_required": False,
    },
    "channel": {
        "type": "slack#/types/channel_id",
        "title": "Channel",
        "description": "Where the card, or the proposal, is posted; the bot must be in it",
        "is_required": True,
    },
    "interactivity": {
        "type": "slack#/types/interactivity",
        "title": "Person",
        "description": "Who is asked, and pauses it as themself. Without one, a proposal is posted",
        "is_required": False,
    },
}
STEP_OUTPUTS: dict[str, dict[str, Any]] = {
    "ending": {
        "type": "string",
        "title": "Ending",
        "description": "paused, already_paused, ended_instead, cancelled, expired, not_reviewed …",
        "is_required": True,
    },
    "summary": {
        "type": "string",
        "title": "Summary",
        "description": "How it ended, in words",
        "is_required": True,
    },
    "link": {
        "type": "string",
        "title": "Link",
        "description": "To the card, if there is one",
        "is_required": False,
    },
}
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
    step: dict[str, Any] = {}
    runtime: dict[str, Any] = {}
    if not many_workspaces:  # Slack lets no app with a step be distributed to other workspaces
        events.append("function_executed")
        step, runtime = {"functions": {STEP: _step()}}, {"function_runtime": "remote"}
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
        **step,
        "settings": {
            "event_subscriptions": {**endpoint, "bot_events": events},
            "interactivity": {"is_enabled": True, **endpoint, **menus},
            # Without it an app of an organisation never receives an event; for a single workspace it changes nothing.
            "org_deploy_enabled": True,
            **runtime,
            "socket_mode_enabled": not public_url,
            "token_rotation_enabled": many_workspaces,
        },
    }


def _step() -> dict[str, Any]:
    """Return the step, as version 1 of Slack's manifest has it."""
    parameters = {
        key: {name: {"name": name, **about} for name, about in described.items()}
        for key, described in (("input_parameters", STEP_INPUTS), ("output_parameters", STEP_OUTPUTS))
    }
    return {
        "title": STEP_TITLE,
        "description": "Asks the person who runs the workflow, or proposes it, and waits for the ending",
        **parameters,
    }
