"""What an operator reads when the bot can't start: in English, as the whole command line. Pure."""

from __future__ import annotations

from typing import Final, Literal, assert_never

Unreachable = Literal["name", "way", "trust", "proxy"]
"""What keeps the bot from a server: its name is not known, nothing gets there, its certificate, the proxy."""

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


def unreachable(kind: Unreachable, url: str, why: str) -> str:
    """Nothing can be asked of a server; *why* in a few words."""
    match kind:
        case "proxy":
            remedy = "check HTTPS_PROXY and NO_PROXY, or [network], and what the proxy allows"
            return f"{url} can't be reached: {why}; {remedy}"
        case "trust":
            remedy = "If a proxy opens TLS here, name its authority in [network] ca"
            return f"{url} is not trusted ({why}). {remedy}; else somebody stands in between"
        case "name" | "way":
            return f"{url} can't be reached from here ({why}). Firewall, DNS or proxy?"
        case _:
            assert_never(kind)


def unknown_region(host: str, region: str, meant: str | None) -> str:
    """A region's own host is not there; *meant* is the region that is spelt nearly so."""
    hint = f"Did you mean {meant}?" if meant else "Write it like ap-southeast-3."
    return f"there is no host {host}. Is the region {region} right? {hint}"


def clock_is_off(ahead: float) -> str:
    """This machine's clock is not Huawei Cloud's, which is *ahead* by so many seconds (negative: behind)."""
    minutes = max(1, round(abs(ahead) / 60))
    return (
        f"this machine's clock is {minutes} min {'behind' if ahead > 0 else 'ahead of'} Huawei Cloud's; set it (NTP): "
        "Slack's deliveries are refused from 5 min on, Huawei's signatures from 15"
    )
