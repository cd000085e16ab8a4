"""What a delivery of Slack must look like for Bolt and the listeners to read it. Pure; over HTTP and Socket Mode alike.

A signature proves who sent something, not that it is well formed. Bolt and the listeners take for granted what Slack
documents: here it is looked for once, so that they may. What is not named here may be anything.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeGuard

_DEPTH: Final = 8
# Ids and timestamps, which are stored and compared.
_IDS: Final = frozenset({
    "team_id", "enterprise_id", "user_id", "channel_id", "bot_id", "app_installed_team_id", "user_team", "ts",
    "thread_ts", "message_ts", "function_execution_id", "workflow_execution_id",
})  # fmt: skip
_ID: Final = re.compile(r"[A-Za-z0-9._-]{0,32}")
_TEXTS: Final = frozenset({
    "type", "subtype", "command", "trigger_id", "response_url", "callback_id", "action_id", "event_id",
})  # fmt: skip
# In one payload the thing itself, with its id; in another only the id.
_REFERENCES: Final = frozenset({"user", "team", "channel", "enterprise", "interactor"})
_OBJECTS: Final = frozenset({
    "container", "event", "message", "previous_message", "view", "item", "assistant_thread", "function_data", "tokens",
    "function", "inputs", "interactivity",
})  # fmt: skip
# Source: Slack, "function_executed event"; "Interaction payloads", interactivity
_OF_RUNS: Final = ("event", "function_data")
_LENT: Final = frozenset({"bot_access_token", "interactivity"})
_LISTS: Final = frozenset({"authorizations", "response_urls"})


def without_lent(payload: dict[str, Any]) -> dict[str, Any]:
    """Return *payload* without what Slack lends for one run of a workflow's step: a token, and the right to open views.

    The bot has no use for them, and what is not there is neither stored nor logged. Of the step's inputs, texts and who
    runs it are left.
    """
    of_runs = {key: _of_run(part) for key in _OF_RUNS if isinstance(part := payload.get(key), dict)}
    return {key: value for key, value in (payload | of_runs).items() if key not in _LENT}


def _of_run(part: dict[str, Any]) -> dict[str, Any]:
    inputs = part.get("inputs")
    if not isinstance(inputs, dict):
        return {key: value for key, value in part.items() if key not in _LENT}
    kept: dict[str, Any] = {
        name: value for name, value in inputs.items() if isinstance(value, str) and "." not in name
    }
    interactivity = inputs.get("interactivity")
    interactor = interactivity.get("interactor") if isinstance(interactivity, dict) else None
    if isinstance(interactor, dict):
        kept["interactivity"] = {"interactor": {"id": interactor.get("id")}}
    return {key: value for key, value in part.items() if key not in _LENT} | {"inputs": kept}


def is_readable(payload: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether Bolt and the listeners can read *payload*, of whatever kind it is."""
    return isinstance(payload, dict) and bool(payload) and _is_formed(payload) and _is_whole(payload)


def _is_formed(part: dict[str, Any], depth: int = 0) -> bool:
    """Tell whether all that is there is of the right kind; in Slack's payloads a name means the same everywhere."""
    return depth < _DEPTH and all(_fits(key, value, depth + 1) for key, value in part.items())


def _fits(key: str, value: object, depth: int) -> bool:
    if value is None:
        return True
    if key in _IDS:
        return _is_id(value)
    if key == "text" and isinstance(value, dict):  # a button's, in what was clicked
        return True
    if key in _TEXTS:
        return isinstance(value, str)
    if key in _REFERENCES and not isinstance(value, dict):
        return _is_id(value)
    if key in _REFERENCES:
        return isinstance(value, dict) and _is_id(value.get("id") or "") and _is_formed(value, depth)
    if key in _OBJECTS:
        return isinstance(value, dict) and _is_formed(value, depth)
    if key in _LISTS:
        return isinstance(value, list) and all(
            isinstance(one, dict) and _is_formed(one, depth) for one in value
        )
    return True


def _is_whole(payload: dict[str, Any]) -> bool:
    """Tell whether what must be there is; an event that is null is none, where Bolt looks for one."""
    event = payload.get("event", {})
    if event is None or not all(isinstance(part.get("text") or "", str) for part in (payload, event)):
        return False
    if len(payload.get("response_urls") or ()) > 1:  # of a modal that asks for channels: none of ours
        return False
    if "command" in payload:
        return bool(payload["command"] and payload.get("user_id") and payload.get("channel_id"))
    match payload.get("type"):
        case "block_actions":
            return _is_click(payload)
        case "event_callback" if event.get("type") == "function_executed":
            step = (event.get("function") or {}).get("callback_id")
            return bool(step and event.get("function_execution_id") and payload.get("event_id"))
        case "event_callback":
            return bool(event.get("type") and payload.get("event_id"))
        case "interactive_message":  # of attachments, and of steps below: Bolt still looks into both
            return _is_list_of_objects(payload.get("actions"))
        case "workflow_step_edit":
            return "workflow_step" in payload
        case "view_submission" | "view_closed":
            view = payload.get("view") or {}
            step = view.get("type") == "workflow_step"
            is_view = {"type", "callback_id"} <= view.keys() and (not step or "workflow_step" in payload)
            return is_view and (step or _is_somebodys(payload))
        case "shortcut" | "message_action":
            return bool(payload.get("callback_id")) and _is_somebodys(payload)
        case "block_suggestion":
            return bool(payload.get("action_id")) and _is_somebodys(payload)
        case _:
            return True


def _is_click(payload: dict[str, Any]) -> bool:
    actions = payload.get("actions")
    return _is_somebodys(payload) and _is_list_of_objects(actions) and all(map(_is_action, actions))


def _is_somebodys(payload: dict[str, Any]) -> bool:
    """Tell whether it says who did something, and where."""
    user = payload.get("user")
    return (
        isinstance(user, dict)
        and bool(user.get("id"))
        and not any(isinstance(payload.get(key), str) for key in ("team", "channel", "enterprise"))
    )


def _is_action(action: dict[str, Any]) -> bool:
    return bool(action.get("action_id")) and all(
        isinstance(action.get(key) or "", str) for key in ("action_id", "block_id", "value")
    )


def _is_list_of_objects(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
