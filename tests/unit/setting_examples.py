"""Small settings that are right, for tests to make wrong, and how tests read what is told of them."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from bot.settings import load as settings
from bot.settings.load import SettingsError

MINIMAL = """
[projects.prod-sg]
id = "2c0689c860ad4728a497c91ec0844383"
region = "ap-southeast-3"
"""
ALICE = """
[users.U0ALICE]
name = "alice"
credential = { type = "password", domain = "acme", username = "alice", password = "env:ALICE_IAM_PASSWORD" }
"""
MEDIA = """
[bucket_credentials.aws-media]
side = "source"
buckets = ["media-src"]
access_key = "env:MEDIA_AK"
secret_key = "env:MEDIA_SK"
"""
KEY = base64.urlsafe_b64encode(b"canary-key".ljust(32)).decode()
CANARIES = (
    "canary-Pa55word",
    "CANARYAK0000000000AA",
    "canary-secret-key",
    "xoxb-canary",
    "canary-signing",
    KEY,
)
Write = Callable[..., None]


def faults() -> list[str]:
    """Return what is wrong with the settings as they are now."""
    with pytest.raises(SettingsError) as refused:
        settings.load()
    assert str(refused.value) == "\n".join(refused.value.faults)
    return refused.value.faults


def fault() -> str:
    """Return the one thing that is wrong."""
    [only] = faults()
    return only
