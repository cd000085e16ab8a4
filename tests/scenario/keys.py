"""Buckets, what opens them, and worlds whose bot has the keys."""

from __future__ import annotations

import time

import pytest

from bot.sandbox.huawei.cloud import HuaweiCloud
from tests.scenario.conftest import World

SOURCE, DESTINATION = "media-src", "media-dst"
MEDIA = """
[bucket_credentials.aws-media]
side = "source"
buckets = ["media-src"]
access_key = "env:MEDIA_AK"
secret_key = "env:MEDIA_SK"

[bucket_credentials.obs]
side = "destination"
buckets = ["media-dst"]
access_key = "env:OBS_AK"
secret_key = "env:OBS_SK"
"""
KEYS = {
    "MEDIA_AK": "CANARYAK0000000MEDIA",
    "MEDIA_SK": "canarySecretKeyOfMedia/000000000000000",
    "OBS_AK": "CANARYAK000000000OBS",
    "OBS_SK": "canarySecretKeyOfObs/00000000000000000",
}


def give_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the keys where the settings refer to."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def lock(cloud: HuaweiCloud) -> None:
    """Let the buckets be opened by these keys, and by nothing else."""
    cloud.add_keys(SOURCE, access_key=KEYS["MEDIA_AK"], secret_key=KEYS["MEDIA_SK"])
    cloud.add_keys(DESTINATION, access_key=KEYS["OBS_AK"], secret_key=KEYS["OBS_SK"])


def let_it_be_due(world: World, kind: str, seconds: float = 0) -> None:
    """Let time pass for what is due, as if its moment were so many *seconds* from now."""
    moved = world.rows(
        "UPDATE due SET at = :at WHERE kind = :kind RETURNING id", at=time.time() + seconds, kind=kind
    )
    assert len(moved) == 1, kind


def planned(world: World) -> list[str]:
    """Return the kinds of what is due some time."""
    return sorted(kind for (kind,) in world.rows("SELECT kind FROM due"))
