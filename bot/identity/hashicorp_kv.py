"""HashiCorp Vault's KV v2 engine, through its client library; needs the extra `vault`. Blocking: used in threads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

import hvac  # type: ignore[import-untyped]  # it has no types
import hvac.exceptions  # type: ignore[import-untyped]
import requests
from pydantic import SecretStr

from bot.identity.keyring import VaultUnavailable

TIMEOUT: Final = 5  # seconds for each request
Answer = TypeVar("Answer")


class ChangedMeanwhile(Exception):  # noqa: N818  # reads as what happened
    """Another version stands there than the one that was to be replaced."""


class KeyValues:
    """The secrets under one folder of an engine. Its methods block, and are called within `call`."""

    def __init__(
        self, url: str, token: SecretStr, *, mount: str, prefix: str, session: requests.Session
    ) -> None:
        """Bind a client; nothing is sent yet. See `bot.identity.hashicorp.HashiCorpVault`."""
        client = hvac.Client(
            url=url,
            token=token.get_secret_value(),
            timeout=TIMEOUT,
            session=session,
            allow_redirects=False,
        )
        self._kv = client.secrets.kv.v2
        self._mount = mount
        self._prefix = prefix
        self._one_at_a_time = asyncio.Lock()  # hvac's session is not made for several threads

    async def call(self, work: Callable[[], Answer]) -> Answer:
        """Do *work* in a thread, alone.

        Raises:
            VaultUnavailable: the server can't be asked.
        """
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._one_at_a_time.acquire()
        except TimeoutError:
            raise VaultUnavailable("HashiCorp Vault answers too slowly") from None
        try:
            return await asyncio.to_thread(_in_one_sentence, work)
        finally:
            self._one_at_a_time.release()

    def read(self, path: str) -> dict[str, Any] | None:
        """Return what the server says of a secret, `data` and `metadata`; None if there is none."""
        try:
            answer = _json(
                self._kv.read_secret_version(
                    self._in_folder(path), mount_point=self._mount, raise_on_deleted_version=True
                )
            )
        except hvac.exceptions.InvalidPath as error:
            _check_mounted(error)
            return None
        return dict(answer["data"])

    def write(self, path: str, secret: dict[str, Any], *, version: int | None = None) -> None:
        """Store a secret.

        Raises:
            ChangedMeanwhile: another than *version* stands there.
        """
        try:
            self._kv.create_or_update_secret(
                self._in_folder(path), secret, cas=version, mount_point=self._mount
            )
        except hvac.exceptions.InvalidRequest:
            if version is None:
                raise
            raise ChangedMeanwhile from None

    def keep_one_version(self, path: str) -> None:
        """Let what is replaced be gone."""
        self._kv.update_metadata(self._in_folder(path), max_versions=1, mount_point=self._mount)

    def delete(self, path: str) -> None:
        """Destroy a secret, all of it."""
        self._kv.delete_metadata_and_all_versions(self._in_folder(path), self._mount)

    def list(self, folder: str) -> list[str]:
        """Return what stands in a folder."""
        try:
            answer = _json(
                self._kv.list_secrets(self._in_folder(folder).rstrip("/"), mount_point=self._mount)
            )
        except hvac.exceptions.InvalidPath as error:
            _check_mounted(error)
            return []
        return sorted(str(key).rstrip("/") for key in answer["data"]["keys"])

    def _in_folder(self, path: str) -> str:
        return f"{self._prefix}/{path}"


def _in_one_sentence(work: Callable[[], Answer]) -> Answer:
    """Do *work*; its errors, which may quote requests, become a sentence without details."""
    try:
        return work()
    except hvac.exceptions.Forbidden:
        raise VaultUnavailable(
            "HashiCorp Vault does not let the bot in; check the token and its policy"
        ) from None
    except requests.exceptions.ProxyError:
        raise VaultUnavailable("HashiCorp Vault can't be asked: the proxy lets nothing through") from None
    except (hvac.exceptions.VaultError, requests.RequestException, json.JSONDecodeError) as error:
        raise VaultUnavailable(f"HashiCorp Vault can't be asked ({type(error).__name__})") from None


def _json(answer: object) -> dict[str, Any]:
    """Return an answer of the server's; a redirect or a web page is none."""
    if not isinstance(answer, dict):
        raise VaultUnavailable("what answers at the address of HashiCorp Vault is something else")
    return answer


def _check_mounted(error: hvac.exceptions.InvalidPath) -> None:
    """Tell "there is nothing" from "there is no such engine": both are 404, but only the latter has a message.

    Source: HashiCorp Vault, API, "HTTP status codes"; a deleted version comes with its metadata instead.
    """
    if error.errors:
        raise VaultUnavailable(
            "HashiCorp Vault has no KV engine there; check [hashicorp_vault] mount"
        ) from None
