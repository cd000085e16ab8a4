"""Links in HashiCorp Vault's KV v2 engine instead of the database; needs the extra `vault`.

One secret for each person, at MOUNT/PREFIX/TEAM/USER, holding the link and its credential. Only the newest version is
kept, so a replaced or disabled credential is gone. The token that the bot is given needs, under that path, `create`,
`update`, `read` on `data/` and `create`, `update`, `delete`, `list` on `metadata/`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

import hvac  # type: ignore[import-untyped]  # it has no types
import hvac.exceptions  # type: ignore[import-untyped]
import requests
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from bot.huawei.iam.credential import Credential
from bot.identity.keyring import VaultError, VaultUnavailable
from bot.identity.kinds import from_json, names_of, to_json
from bot.identity.link import HeldByAnother, Link, Linked
from bot.identity.names import Name
from bot.network import ProxyRule, authorities

TIMEOUT: Final = 5  # seconds for each request
_DISABLE_ATTEMPTS: Final = 3
Answer = TypeVar("Answer")


class HashiCorpVault:
    """A `SecretStore` in HashiCorp Vault. Nothing is cached: each call asks the server."""

    writable: Final = True

    def __init__(
        self,
        url: str,
        token: SecretStr,
        *,
        mount: str = "secret",
        prefix: str = "oms-bot",
        ca: str | None = None,
    ) -> None:
        """Bind a store; nothing is sent yet.

        Args:
            url: such as https://vault.example:8200.
            token: of a policy as described above.
            mount: where the KV v2 engine is mounted.
            prefix: the folder under which the bot keeps its links.
            ca: a file with the authority that signed the server's certificate, if the system does not know it.
        """
        client = hvac.Client(
            url=url,
            token=token.get_secret_value(),
            timeout=TIMEOUT,
            session=_session(url, ca),
            allow_redirects=False,
        )
        self._kv = client.secrets.kv.v2
        self._mount = mount
        self._prefix = prefix
        self._one_at_a_time = asyncio.Lock()  # hvac's session is not made for several threads

    async def check(self) -> None:
        """Prove that the server is there and lets the bot in, and that one link, if there is any, can be read.

        Raises:
            VaultUnavailable: it is not, or does not.
            VaultError: what stands there is not a link.
        """

        def look() -> None:
            for team in self._list("")[:1]:
                for user in self._list(team)[:1]:
                    self._read(team, user)

        await self._call(look)

    async def bind(self) -> int:
        """Return 0: who may write here is HashiCorp Vault's policy."""
        return 0

    async def put(self, link: Link, credential: Credential, *, alone: bool = False) -> bool:
        """Store a person's credential under a new link; tell whether it replaced one.

        Raises:
            HeldByAnother: although it had to be *alone*. Two replicas that look at once may both find it so.
        """

        def write() -> bool:
            if alone and (others := self._held(names_of(credential, owner=link.owner), link.user_id)):
                raise HeldByAnother(others[0].team_id, others[0].user_id)
            replaced = self._read(link.team_id, link.user_id) is not None
            self._keep_one_version(link.team_id, link.user_id)
            self._write(link, credential, None)
            return replaced

        return await self._call(write)

    async def get(self, team_id: str, user_id: str) -> Linked | None:
        """Return a person's link with its credential, read now.

        Raises:
            VaultError: what is stored there is not this person's.
            VaultUnavailable: the server can't be asked.
        """
        found = await self._call(lambda: self._read(team_id, user_id))
        return found[0] if found else None

    async def all_links(self) -> list[Link]:
        """Return everybody's links, by team and user."""
        return await self._call(lambda: [linked.link for linked in self._everybody()])

    async def holders(self, names: frozenset[Name]) -> list[Link]:
        """Return the links that act as an IAM identity."""
        return await self._call(lambda: self._held(names))

    def _held(self, names: frozenset[Name], but_of: str | None = None) -> list[Link]:
        return [
            linked.link
            for linked in self._everybody()
            if linked.link.user_id != but_of and names & linked.names
        ]

    def _everybody(self) -> list[Linked]:
        people = [(team, user) for team in self._list("") for user in self._list(team)]
        found = [self._read(team, user) for team, user in people]
        return [linked for linked, _version in filter(None, found)]

    async def delete(self, team_id: str, user_id: str) -> bool:
        """Forget a person's link and secret; False if there was none."""

        def forget() -> bool:
            existed = self._read(team_id, user_id) is not None
            self._kv.delete_metadata_and_all_versions(self._path(team_id, user_id), self._mount)
            return existed

        return await self._call(forget)

    async def disable(self, team_id: str, user_id: str, reason: str) -> bool:
        """Destroy the secret and keep the reason, until the person links anew; False if nothing was in use."""

        def replace() -> bool:
            for _ in range(_DISABLE_ATTEMPTS):
                found = self._read(team_id, user_id)
                if found is None or found[0].credential is None:
                    return False
                linked, version = found
                values = vars(linked.link) | {"disabled": reason[:64]}
                try:
                    self._write(Link(**values), None, version)
                except (
                    hvac.exceptions.InvalidRequest
                ):  # somebody linked anew meanwhile: that link must go too
                    continue
                return True
            raise VaultError("HashiCorp Vault: a link changed too often to be disabled; try again")

        return await self._call(replace)

    async def rotate(self) -> int:
        """Return 0: HashiCorp Vault encrypts, and rotates its own keys (`vault operator rotate`)."""
        return 0

    def _read(self, team_id: str, user_id: str) -> tuple[Linked, int] | None:
        path = self._path(team_id, user_id)
        try:
            answer = _json(
                self._kv.read_secret_version(path, mount_point=self._mount, raise_on_deleted_version=True)
            )
        except hvac.exceptions.InvalidPath as error:
            _check_mounted(error)
            return None
        try:
            stored = _Stored.model_validate(answer["data"]["data"])
            version = int(answer["data"]["metadata"]["version"])
        except (ValidationError, KeyError, TypeError, ValueError):  # their texts may quote the secret
            raise VaultError(f"HashiCorp Vault: what stands at {path} is not a link") from None
        if (stored.team_id, stored.user_id) != (team_id, user_id):
            raise VaultError(f"HashiCorp Vault: what stands at {path} is the link of somebody else")
        credential = stored.credential.get_secret_value()
        return Linked(stored.link(), from_json(credential.encode()) if credential else None), version

    def _write(self, link: Link, credential: Credential | None, version: int | None) -> None:
        secret = vars(link) | {"credential": to_json(credential).decode() if credential else ""}
        self._kv.create_or_update_secret(
            self._path(link.team_id, link.user_id), secret, cas=version, mount_point=self._mount
        )

    def _keep_one_version(self, team_id: str, user_id: str) -> None:
        self._kv.update_metadata(self._path(team_id, user_id), max_versions=1, mount_point=self._mount)

    def _list(self, folder: str) -> list[str]:
        path = f"{self._prefix}/{folder}".rstrip("/")
        try:
            answer = _json(self._kv.list_secrets(path, mount_point=self._mount))
        except hvac.exceptions.InvalidPath as error:
            _check_mounted(error)
            return []
        return sorted(str(key).rstrip("/") for key in answer["data"]["keys"])

    def _path(self, team_id: str, user_id: str) -> str:
        if not (team_id.isalnum() and user_id.isalnum()):
            raise VaultError("HashiCorp Vault: not the id of a Slack team and user")
        return f"{self._prefix}/{team_id}/{user_id}"

    async def _call(self, work: Callable[[], Answer]) -> Answer:
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._one_at_a_time.acquire()
        except TimeoutError:
            raise VaultUnavailable("HashiCorp Vault answers too slowly") from None
        try:
            return await asyncio.to_thread(_in_one_sentence, work)
        finally:
            self._one_at_a_time.release()


def _session(url: str, ca: str | None) -> requests.Session:
    """The way to the server by the bot's one rule; requests would take all else from the environment, a .netrc too."""
    session = requests.Session()
    session.trust_env = False
    session.verify = ca or authorities() or True
    if proxy := ProxyRule.from_environment().proxy_for(url):
        session.proxies = {"https": proxy.url}
    return session


class _Stored(BaseModel):
    """A secret as it stands in Vault."""

    model_config = ConfigDict(hide_input_in_errors=True)

    team_id: str
    user_id: str
    link_id: str
    kind: str
    principal: str
    projects: tuple[str, ...]
    verified_at: float
    disabled: str | None = None
    owner: str = ""
    credential: SecretStr

    def link(self) -> Link:
        return Link(**self.model_dump(exclude={"credential"}))


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
