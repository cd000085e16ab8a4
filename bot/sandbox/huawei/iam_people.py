"""Arranging the sandbox's IAM: projects, people, agencies, what they may, and what becomes of their credentials."""

from collections.abc import Iterable, Mapping

from bot.sandbox.huawei.iam_users import AccessKey, Agency, Directory, Principal, User

Permissions = Mapping[str, Iterable[str]]


class People:
    """What a cloud offers to arrange its IAM with."""

    _directory: Directory

    @property
    def token_seconds(self) -> float:
        """How long a new token is good, in seconds: 24 hours, as IAM's."""
        return self._directory.token_seconds

    @token_seconds.setter
    def token_seconds(self, seconds: float) -> None:
        self._directory.token_seconds = seconds

    @property
    def token_length(self) -> int:
        """How many characters a new token has, or the security token of a temporary key (1500; OMS accepts 16384)."""
        return self._directory.token_length

    @token_length.setter
    def token_length(self, characters: int) -> None:
        self._directory.token_length = characters

    def add_project(self, project_id: str, region: str) -> None:
        """A project; its name is its region's, as for every default project."""
        self._directory.projects[project_id] = region

    def add_user(
        self,
        name: str,
        password: str,
        domain: str,
        access_key: str | None = None,
        secret_key: str | None = None,
        *,
        permissions: Permissions | None = None,
    ) -> None:
        """An IAM user with a password and, if given, an AK/SK; `permissions` is project id → actions."""
        user = User(name=name, password=password, domain=domain, permissions=_grants(permissions))
        self._directory.users[domain, name] = user
        if access_key is not None and secret_key is not None:
            owner = Principal(name, user, user.permissions)
            self._directory.access_keys[access_key] = AccessKey(
                access=access_key, secret=secret_key, principal=owner
            )

    def add_agency(
        self, name: str, domain: str, delegates: Iterable[str], permissions: Permissions | None = None
    ) -> None:
        """An agency of `domain` whose role the users named in `delegates` may assume."""
        self._directory.agencies[domain, name] = Agency(
            name=name, domain=domain, delegates=frozenset(delegates), permissions=_grants(permissions)
        )

    def grant(self, name: str, project_id: str, *actions: str) -> None:
        """Give a user or agency more permissions in a project, at once.

        Raises:
            KeyError: nobody of that name (likewise for the methods below).
        """
        self._permissions(name).setdefault(project_id, set()).update(actions)

    def revoke(self, name: str, project_id: str, *actions: str) -> None:
        """Take permissions from a user or agency, at once; all of the project's if none is named."""
        granted = self._permissions(name).get(project_id, set())
        granted.difference_update(actions or tuple(granted))

    def disable_user(self, name: str) -> None:
        """The user can no longer log in, and neither tokens nor keys work."""
        self._directory.user(name).enabled = False

    def enable_user(self, name: str) -> None:
        """Undo `disable_user`."""
        self._directory.user(name).enabled = True

    def delete_key(self, name: str) -> None:
        """The user's access keys are gone, as when they were rotated."""
        for access, key in list(self._directory.access_keys.items()):
            if key.principal.user.name == name:
                del self._directory.access_keys[access]

    def change_password(self, name: str, password: str) -> None:
        """A new password, which also kills the user's tokens (platforms.md, Tokens)."""
        user = self._directory.user(name)
        user.password = password
        self._directory.kill_tokens([user])

    def kill_tokens(
        self, name: str | None = None, *, code: str = "APIGW.0307", words: str | None = None
    ) -> None:
        """End the tokens of a user, or of all: from now on a call with a dead one is 401 with `code` and `words`.

        Huawei says it in several ways (platforms.md, Gateway): APIGW.0307, or APIGW.0301 with
        "token expires, expires_at:…" or "decrypt token fail".
        """
        self._directory.dead_token = (code, words)
        users = self._directory.users.values() if name is None else [self._directory.user(name)]
        self._directory.kill_tokens(users)

    def issued_tokens(self) -> list[str]:
        """Every token that was ever issued, for tests that hunt for them where they must not be."""
        return list(self._directory.tokens)

    def _permissions(self, name: str) -> dict[str, set[str]]:
        for agency in self._directory.agencies.values():
            if agency.name == name:
                return agency.permissions
        return self._directory.user(name).permissions


def _grants(permissions: Permissions | None) -> dict[str, set[str]]:
    return {project: set(actions) for project, actions in (permissions or {}).items()}
