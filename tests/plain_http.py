"""Clients for this machine: no proxy, and a TLS context that trusts nobody, for making a full one is slow."""

from __future__ import annotations

import ssl
from typing import Any

import httpx


def client(**options: Any) -> httpx.Client:
    """Return one for code that blocks."""
    return httpx.Client(trust_env=False, verify=_nobody(), **options)


def async_client(**options: Any) -> httpx.AsyncClient:
    """Return one for code that awaits."""
    return httpx.AsyncClient(trust_env=False, verify=_nobody(), **options)


def _nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
