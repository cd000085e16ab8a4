"""Links in HashiCorp Vault's KV v2 engine instead of the database; needs the extra `vault`.

One secret for each person, at MOUNT/PREFIX/TEAM/USER, holding the link and its credential. Only the newest version is
kept, so a replaced or disabled credential is gone. The token that the bot is given needs, under that path, `create`,
`update`, `read` on `data/` and `create`, `update`, `delete`, `list` on `metadata/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from pydantic import SecretStr, TypeAdapter, ValidationError
from typing_extensions import override

from bot.audit import Entry
from bot.huawei.iam.credential import Credential
from bot.identity.hashicorp_kv import ChangedMeanwhile, KeyValues
from bot.identity.keyring import VaultError
from bot.identity.kinds import from_json, names_of, to_json
from bot.identity.link import HeldByAnother, Link, Linked
from bot.identity.names import Name
from bot.identity.store import SecretStore
from bot.network import Outgoing
from bot.network_requests import new_requests_session
from bot.store import database

_DISABLE_ATTEMPTS: Final = 3
_LINK: Final = TypeAdapter(Link)


class HashiCorpVault(SecretStore):
    """Links in HashiCorp Vault."""

    writable: Final = True

    def __init__(
        self,
        url: str,
        token: SecretStr,
        *,
        mount: str = "secret",
        prefix: str = "oms-bot",
        ca: Path | None = None,
        outgoing: Outgoing,
        engine: sa.Engine | None = None,
    ) -> None:
        """Bind a store; nothing is sent yet.

        Args:
            url: such as https://vault.example:8200.
            token: of a policy as described above.
            mount: where the KV v2 engine is mounted.
            prefix: the folder under which the bot keeps its links.
            ca: a file with the authority that signed the server's certificate, if it is none of those that all trust.
            outgoing: how others are reached.
            engine: of the database where events are recorded.
        """
        self._kv = KeyValues(
            url, token, mount=mount, prefix=prefix, session=new_requests_session(url, outgoing, ca=ca)
        )
        self._engine = engine

    @override
    async def check(self) -> None:
        """Prove that the server is there and lets the bot in, and that one link, if there is any, can be read."""

        def look() -> None:
            for team in self._kv.list("")[:1]:
                for user in self._kv.list(team)[:1]:
                    self._read(team, user)

        await self._kv.call(look)

    @override
    async def bind(self) -> int:
        """Return 0: who may write here is HashiCorp Vault's policy."""
        return 0

    @override
    async def put(
        self,
        link: Link,
        credential: Credential,
        *,
        alone: bool = False,
        note: Callable[[bool], Entry] | None = None,
    ) -> bool:
        """See `SecretStore.put`. Two replicas that look at once may both find an identity *alone*."""

        def write() -> bool:
            if alone and (others := self._held(names_of(credential, owner=link.owner), link.user_id)):
                raise HeldByAnother(others[0].team_id, others[0].user_id)
            replaced = self._read(link.team_id, link.user_id) is not None
            self._kv.keep_one_version(_path(link.team_id, link.user_id))
            self._write(link, credential)
            return replaced

        replaced = await self._kv.call(write)
        await self._record(note and note(replaced))
        return replaced

    @override
    async def get(self, team_id: str, user_id: str) -> Linked | None:
        found = await self._kv.call(lambda: self._read(team_id, user_id))
        return found[0] if found else None

    @override
    async def all_links(self) -> list[Link]:
        return await self._kv.call(lambda: [linked.link for linked in self._everybody()])

    @override
    async def holders(self, names: frozenset[Name]) -> list[Link]:
        return await self._kv.call(lambda: self._held(names))

    def _held(self, names: frozenset[Name], but_of: str | None = None) -> list[Link]:
        return [
            linked.link
            for linked in self._everybody()
            if linked.link.user_id != but_of and names & linked.names
        ]

    def _everybody(self) -> list[Linked]:
        people = [(team, user) for team in self._kv.list("") for user in self._kv.list(team)]
        found = [self._read(team, user) for team, user in people]
        return [linked for linked, _version in filter(None, found)]

    @override
    async def delete(self, team_id: str, user_id: str, *, note: Entry | None = None) -> bool:
        def forget() -> bool:
            existed = self._read(team_id, user_id) is not None
            self._kv.delete(_path(team_id, user_id))
            return existed

        existed = await self._kv.call(forget)
        await self._record(note if existed else None)
        return existed

    @override
    async def disable(self, team_id: str, user_id: str, reason: str, *, note: Entry | None = None) -> bool:
        def destroy() -> bool:
            for _ in range(_DISABLE_ATTEMPTS):
                found = self._read(team_id, user_id)
                if found is None or found[0].credential is None:
                    return False
                linked, version = found
                try:
                    self._write(replace(linked.link, disabled=reason[:64]), None, version=version)
                except ChangedMeanwhile:  # somebody linked anew: that link must go too
                    continue
                return True
            raise VaultError("HashiCorp Vault: a link changed too often to be disabled; try again")

        disabled = await self._kv.call(destroy)
        await self._record(note if disabled else None)
        return disabled

    @override
    async def rotate(self) -> int:
        """Return 0: HashiCorp Vault encrypts, and rotates its own keys (`vault operator rotate`)."""
        return 0

    async def _record(self, note: Entry | None) -> None:
        """Record what has become of a link. A crash before that leaves it to HashiCorp Vault's own audit device."""
        if note and self._engine is not None:
            await database.transact(self._engine, note)

    def _read(self, team_id: str, user_id: str) -> tuple[Linked, int] | None:
        path = _path(team_id, user_id)
        if (found := self._kv.read(path)) is None:
            return None
        try:
            linked, version = _linked(found["data"]), int(found["metadata"]["version"])
        except (ValidationError, KeyError, TypeError, ValueError):  # their texts may quote the secret
            raise VaultError(f"HashiCorp Vault: what stands at {path} is not a link") from None
        if (linked.link.team_id, linked.link.user_id) != (team_id, user_id):
            raise VaultError(f"HashiCorp Vault: what stands at {path} is the link of somebody else")
        return linked, version

    def _write(self, link: Link, credential: Credential | None, *, version: int | None = None) -> None:
        secret = vars(link) | {"credential": to_json(credential).decode() if credential else ""}
        self._kv.write(_path(link.team_id, link.user_id), secret, version=version)


def _linked(secret: dict[str, Any]) -> Linked:
    """Read a secret as it stands in Vault: what is known of a link, and beside it the credential as JSON."""
    credential = str(secret["credential"])
    return Linked(_LINK.validate_python(secret), from_json(credential.encode()) if credential else None)


def _path(team_id: str, user_id: str) -> str:
    if not (team_id.isalnum() and user_id.isalnum()):
        raise VaultError("HashiCorp Vault: not the id of a Slack team and user")
    return f"{team_id}/{user_id}"
