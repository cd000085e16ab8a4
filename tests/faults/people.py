"""People whom Huawei Cloud refuses, each for a reason of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.sandbox.huawei.cloud import ON_CALL
from tests.scenario.conftest import World


@dataclass(frozen=True)
class Person:
    """Somebody with a credential in the settings; `by_key`: it is an access key, else a password."""

    name: str
    by_key: bool = False

    @property
    def secret(self) -> str:
        """The password, or the secret key."""
        return f"canary-Secret-of-{self.name}/000000000000000"

    @property
    def access_key(self) -> str:
        """The access key."""
        return f"CANARYAK00{self.name.upper():0>10}"

    @property
    def environment(self) -> dict[str, str]:
        """What the settings refer to."""
        return {f"AK_OF_{self.name.upper()}": self.access_key, f"SECRET_OF_{self.name.upper()}": self.secret}

    @property
    def settings(self) -> str:
        """The person's section."""
        ak, secret = (f'"env:{name}"' for name in self.environment)
        credential = (
            f'{{ type = "access_key", access_key = {ak}, secret_key = {secret} }}'
            if self.by_key
            else f'{{ type = "password", domain = "acme", username = "{self.name}", password = {secret} }}'
        )
        return f'[users.U0{self.name.upper()}]\nname = "{self.name}"\ncredential = {credential}\n'


PEOPLE: Final = (
    Person("wrong"), Person("locked"), Person("disabled"), Person("leaving"), Person("busy"), Person("unheard"),
    Person("lost"), Person("portal"), Person("rotated", by_key=True), Person("keylocked", by_key=True),
    Person("late", by_key=True), Person("early", by_key=True), Person("far", by_key=True), Person("expired"), Person("denied"),
)  # fmt: skip


def arrange(world: World, project: str) -> None:
    """Let Slack and IAM know them."""
    for one in PEOPLE:
        world.room.members.append(world.slack.add_user(one.name).id)
        world.cloud.add_user(
            one.name, one.secret, "acme", one.access_key, one.secret, permissions={project: ON_CALL}
        )
