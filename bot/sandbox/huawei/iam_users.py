"""IAM's side of the world: people, access keys, agencies, tokens, and the locks that wrong guesses earn."""

import math
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Grants = dict[str, set[str]]  # project id → actions such as oms:task:update


@dataclass(kw_only=True, eq=False)
class User:
    """An IAM user. `permissions` are read at every call, so a grant or a revocation works at once."""

    name: str
    password: str
    domain: str
    permissions: Grants
    enabled: bool = True
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    wrong_passwords: list[float] = field(default_factory=list)
    locked_until: float = -math.inf


@dataclass(kw_only=True, eq=False)
class Agency:
    """A role in `domain` that the users named in `delegates` may assume, with permissions of its own."""

    name: str
    domain: str
    delegates: frozenset[str]
    permissions: Grants


@dataclass(frozen=True, eq=False)
class Principal:
    """Whoever a credential stands for: a user, or a user inside an agency (then named `agency/session`)."""

    name: str
    user: User
    permissions: Grants

    def may(self, action: str, project_id: str) -> bool:
        """Whether the permission has been granted in the project."""
        return action in self.permissions.get(project_id, set())


@dataclass(kw_only=True, eq=False)
class Token:
    """An IAM token; `project_id` None for a domain's. Times in Unix seconds."""

    value: str
    principal: Principal
    project_id: str | None
    issued_at: float
    expires_at: float


@dataclass(kw_only=True, eq=False)
class AccessKey:
    """An AK/SK pair: permanent, or temporary with a `security_token` and an end."""

    access: str
    secret: str
    principal: Principal
    security_token: str | None = None
    expires_at: float = math.inf
    failures: int = 0
    locked_until: float = -math.inf


class Directory:
    """Everybody IAM knows, and every credential it has given out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.projects: dict[str, str] = {}  # id → name, which is the region's
        self.users: dict[tuple[str, str], User] = {}
        self.agencies: dict[tuple[str, str], Agency] = {}
        self.tokens: dict[str, Token] = {}
        self.access_keys: dict[str, AccessKey] = {}
        self.token_seconds = 86400.0
        self.dead_token: tuple[str, str | None] = ("APIGW.0307", None)  # code and words; None: the usual ones
        self.token_length = 1500  # real ones take several kilobytes; OMS accepts up to 16384 characters

    def user(self, name: str) -> User:
        """The only user of that name.

        Raises:
            KeyError: nobody, or one in each of several domains.
        """
        found = [user for user in self.users.values() if user.name == name]
        if len(found) != 1:
            raise KeyError(name)
        return found[0]

    def log_in(self, user: User | None, password: str) -> bool | None:
        """Check a password: True, False, or None while the account is locked (5 wrong in 15 min: 15 min)."""
        if user is None:
            return False
        now = self.clock()
        if now < user.locked_until:
            return None
        if user.enabled and secrets.compare_digest(user.password.encode(), password.encode()):
            user.wrong_passwords.clear()
            return True
        user.wrong_passwords = [at for at in user.wrong_passwords if at > now - 900] + [now]
        if len(user.wrong_passwords) >= 5:
            user.locked_until = now + 900
            user.wrong_passwords.clear()
        return False

    def issue_token(self, user: User, project_id: str | None) -> Token:
        """A new token; older ones stay good."""
        now = self.clock()
        token = Token(
            value=self._long_token("MII"),
            principal=Principal(user.name, user, user.permissions),
            project_id=project_id,
            issued_at=now,
            expires_at=now + self.token_seconds,
        )
        self.tokens[token.value] = token
        return token

    def _long_token(self, beginning: str = "") -> str:
        return (beginning + secrets.token_urlsafe(self.token_length))[: self.token_length]

    def live_token(self, value: str) -> Token | None:
        """The token, unless it is unknown, killed, too old, or its owner is disabled."""
        token = self.tokens.get(value)
        if token is None or self.clock() >= token.expires_at or not token.principal.user.enabled:
            return None
        return token

    def kill_tokens(self, users: Iterable[User]) -> None:
        """Make every token of these users one that "must be updated"."""
        victims = set(users)
        for token in self.tokens.values():
            if token.principal.user in victims:
                token.expires_at = -math.inf

    def issue_temporary(self, principal: Principal, seconds: float) -> AccessKey:
        """Temporary AK/SK with a security token, good for `seconds`."""
        key = AccessKey(
            access="HST" + secrets.token_hex(9).upper()[:17],
            secret=secrets.token_urlsafe(30),
            principal=principal,
            security_token=self._long_token(),
            expires_at=self.clock() + seconds,
        )
        self.access_keys[key.access] = key
        return key

    def owner(self, headers: Mapping[str, str], access_key: str | None) -> str | None:
        """Whose credential a request carries, whether or not it is any good."""
        if access_key in self.access_keys:
            return self.access_keys[access_key].principal.name
        token = self.tokens.get(headers.get("x-auth-token", ""))
        return token.principal.name if token else None
