"""How often a secret may still be shown to IAM: counted for each IAM identity, over people, replicas and restarts.

IAM locks a user after 5 wrong passwords in 15 minutes. So at most four secrets that it did not accept are sent for one
identity in that time, each of them once, whoever tries them: the linking page, an operator, or the bot itself. A use is
counted before it is sent, and taken back if IAM did not see a failure.

A secret that IAM accepted before is sent however many others have failed: somebody else's guesses do not keep a link
from working before IAM itself does.

The table holds keyed hashes. Whoever steals it can't guess passwords with it unless they have the key as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final, Literal

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from bot.huawei.errors import HuaweiError
from bot.huawei.iam.credential import Credential
from bot.huawei.iam.rejections import NotSentAgain, TriesUsedUp
from bot.identity.keyring import KeyRing
from bot.identity.kinds import own_kind_of
from bot.identity.names import Name
from bot.settings.load import Settings
from bot.store import database
from bot.store.tables import login_tries

log = structlog.get_logger(__name__)

LIMIT: Final = 4  # IAM locks at the fifth
WINDOW: Final = 900.0  # seconds
_REJECTED: Final = "refused"  # as rows of earlier versions have it
_KEPT: Final = {_REJECTED: 3600.0, "open": 3600.0, "accepted": 30 * 86_400.0}  # seconds


class Tries:
    """The table of tries. Calls run in threads; `clock` gives Unix seconds.

    `key` is the same for all processes that share the database and is not in it. `remembered` is for how long, in
    seconds, a rejected secret is not sent again.
    """

    def __init__(
        self, engine: sa.Engine, key: bytes, *, clock: Callable[[], float], remembered: float = WINDOW
    ) -> None:
        self._engine = engine
        self._key = key
        self._clock = clock
        self._remembered = remembered

    async def take(self, credential: Credential) -> None:
        """Count one use of a credential, before it is sent. Atomic.

        Raises:
            NotSentAgain: IAM rejected this very secret a while ago.
            TriesUsedUp: too many others have been rejected for this identity.
        """
        identity, secret = self._hashes(credential)
        rejection = await database.transact(self._engine, lambda c: self._take(c, identity, secret))
        if rejection is not None:
            raise rejection

    async def rejected(self, credential: Credential, code: str | None = None) -> None:
        """IAM has rejected what was taken."""
        await self._settle(credential, state=_REJECTED, code=code and code[:32], tried_at=self._clock())

    async def accepted(self, credential: Credential) -> None:
        """IAM has accepted what was taken."""
        await self._settle(credential, state="accepted", tries=0, tried_at=self._clock())

    async def give_back(self, credential: Credential) -> None:
        """IAM saw no failure: the try does not count."""
        c = login_tries.c
        await self._settle(credential, tries=sa.case((c.tries > 0, c.tries - 1), else_=0))

    async def _settle(self, credential: Credential, **values: Any) -> None:
        mine = login_tries.c.secret_hash == self._hashes(credential)[1]
        statement = login_tries.update().where(mine).values(**values)
        await database.transact(self._engine, lambda connection: connection.execute(statement))

    def _take(self, connection: sa.Connection, identity: str, secret: str) -> HuaweiError | None:
        c, now = login_tries.c, self._clock()
        if connection.dialect.name == "postgresql":
            lock = int.from_bytes(bytes.fromhex(identity[:16]), signed=True)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
        for state, seconds in _KEPT.items():  # on SQLite, this also keeps other writers out until the end
            connection.execute(login_tries.delete().where(c.state == state, c.tried_at < now - seconds))
        rows = connection.execute(sa.select(login_tries).where(c.identity_hash == identity)).all()
        mine = next((row for row in rows if row.secret_hash == secret), None)
        if mine and mine.state == _REJECTED and mine.tried_at > now - self._remembered:
            return _not_sent_again(mine.code, now - mine.tried_at)
        recent = [row for row in rows if row.tried_at > now - WINDOW]
        known = mine is not None and mine.state == "accepted"
        if not known and sum(row.tries for row in recent) >= LIMIT:
            return _used_up(min(row.tried_at for row in recent) + WINDOW - now)
        values = {
            "secret_hash": secret,
            "identity_hash": identity,
            "state": "accepted" if known else "open",
            "tries": 1 + (mine.tries if mine in recent else 0),
            "tried_at": now,
            "code": None,
        }
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(
            insert(login_tries)
            .values(**values)
            .on_conflict_do_update(index_elements=[c.secret_hash], set_=values)
        )
        return None

    def _hashes(self, credential: Credential) -> tuple[str, str]:
        """Return what stands for the identity, and for the identity with this secret."""
        kind = own_kind_of(credential)
        name = kind.claim(credential)
        return self._hash(name), self._hash((*name, *kind.secrets(credential)))

    def _hash(self, words: Name) -> str:
        return hashlib.blake2b(json.dumps(words).encode(), key=self._key, digest_size=32).hexdigest()


def open_tries(
    settings: Settings, engine: sa.Engine, *, clock: Callable[[], float], remembered: float = WINDOW
) -> Tries:
    """Return the table of tries of a database.

    Its key comes from what all processes share and the database does not hold: the oldest key of the ring, else one of
    Slack's secrets. When that is replaced, what was counted is forgotten.
    """
    key = KeyRing.parse(settings.secret_keys).derive("login tries")
    if key is None:
        shared = (
            settings.slack_signing_secret.get_secret_value() or settings.slack_bot_token.get_secret_value()
        )
        key = hashlib.blake2b(
            b"login tries", key=hashlib.sha256(shared.encode()).digest(), digest_size=32
        ).digest()
    return Tries(engine, key, clock=clock, remembered=remembered)


class RunningTries:
    """The table as `bot.huawei.iam.rejections.Rejections` uses it, which also remembers by itself.

    If the table can't be used now, nothing is held up: until the next restart, one process remembers what it sent.
    """

    def __init__(self, tries: Tries) -> None:
        self._tries = tries

    async def take(self, credential: Credential) -> None:
        """See `Tries.take`."""
        try:
            await self._tries.take(credential)
        except SQLAlchemyError as error:
            log.warning("tries_not_counted", reason=type(error).__name__)

    async def settle(
        self,
        credential: Credential,
        state: Literal["accepted", "rejected", "unseen"],
        code: str | None = None,
    ) -> None:
        """Note what came of it."""
        try:
            match state:
                case "accepted":
                    await self._tries.accepted(credential)
                case "rejected":
                    await self._tries.rejected(credential, code)
                case "unseen":
                    await self._tries.give_back(credential)
        except SQLAlchemyError as error:
            log.warning("tries_not_counted", reason=type(error).__name__)


def _not_sent_again(code: str | None, ago: float) -> NotSentAgain:
    when = f"{max(1, round(ago / 60))} min ago"
    return NotSentAgain(f"refused {when}, and not sent again", code=code, source="iam")


def _used_up(seconds: float) -> TriesUsedUp:
    return TriesUsedUp(
        "too many secrets were refused within 15 min", source="iam", retry_after=max(0.0, seconds)
    )
