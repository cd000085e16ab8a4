"""What a resume would hand to OMS: which credential opens which bucket. Whether it does, the first resume shows."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.checks.line import Line
from bot.settings.load import Settings
from bot.settings.sections import BucketCredential


def buckets(settings: Settings) -> Iterator[Line]:
    """Say it of each credential; nobody but OMS can say more without reading the buckets."""
    for name, credential in settings.bucket_credentials.items():
        yield Line(True, f"bucket credential {name}: {_described(credential)}")


def _described(credential: BucketCredential) -> str:
    kinds = {
        "access_key": "an access key",
        "connection_string": "a connection string",
        "json_auth_file": "a key file",
        "agency": "a temporary key of each requester's own agency",
    }
    projects = f" in {', '.join(sorted(credential.projects))}" if credential.projects else ""
    opened = ", ".join(sorted(credential.buckets))
    return f"{kinds[credential.given[0]]} for the {credential.side} {opened}{projects}; proved by the first resume"
