"""What an operator reads when the bot can't start: in English, as the whole command line. Pure."""

from __future__ import annotations

from typing import Final

_MAKE_ONE: Final = (
    "make a new app-level token (xapp-…, scope connections:write) on the app's Basic Information page, "
    "and see that Socket Mode is on"
)
_REMEDIES: Final = {
    "missing_scope": "give the app-level token the scope connections:write on the app's Basic Information page",
    "not_allowed_token_type": "this is no app-level token; " + _MAKE_ONE,
    "account_inactive": "the app was removed or its owner deactivated; install it again, then " + _MAKE_ONE,
}


def app_token_refused(error: str) -> str:
    """Slack does not take SLACK_APP_TOKEN; *error* is its word for it."""
    return f"SLACK_APP_TOKEN: Slack refuses it ({error}); {_REMEDIES.get(error, _MAKE_ONE)}"
