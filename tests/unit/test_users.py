"""What an operator does about links at a terminal: what is asked, what is said, what is recorded."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.audit import Audit
from bot.cli import users
from bot.identity.keyring import new_key
from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.serving import serve_in_thread
from bot.settings import load as settings
from bot.settings.load import Settings
from tests import databases
from tests.unit.setting_examples import Write

PROJECT = "2c0689c860ad4728a497c91ec0844383"
PASSWORD, SECRET_KEY = "canary-Pa55word", "canarySecretKey00000000000000000000001"


class Desk:
    """An operator who types *answers*, one after the other. `asked` is what they were asked, `unseen` without echo."""

    def __init__(self, given: Settings) -> None:
        self.settings = given
        self.asked: list[str] = []
        self.unseen: list[str] = []
        self.answers: list[str] = []
        self.engine = databases.engine(given.database_url.get_secret_value())

    def link(self, *answers: str) -> int:
        """Link bob with what is typed."""
        self.answers[:] = answers
        return users.link_user(self.settings, "T1", "U0BOB", "")

    def events(self) -> list[str]:
        """What was recorded."""
        return [record.event for record in Audit(self.engine, lambda: 0.0).records()]

    def read(self, prompt: str) -> str:
        """Type the next answer."""
        self.asked.append(prompt)
        return self.answers.pop(0)

    def read_unseen(self, prompt: str) -> str:
        """Type the next answer, which is not shown."""
        self.unseen.append(prompt)
        return self.answers.pop(0)


@pytest.fixture
def desk(configure: Write, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk before a cloud that knows bob."""
    cloud = HuaweiCloud()
    cloud.add_project(PROJECT, "ap-southeast-3")
    cloud.add_user(
        "bob", PASSWORD, "acme", "CANARYAK000000000001", SECRET_KEY, permissions={PROJECT: ON_CALL}
    )
    with serve_in_thread(cloud.app) as url:
        where = f'region = "ap-southeast-3"\noms_endpoint = "{url}"\niam_endpoint = "{url}"\n'
        configure(
            f'[projects.prod-sg]\nid = "{PROJECT}"\n{where}',
            DATABASE_URL=f"sqlite:///{Path.cwd()}/bot.sqlite3",
            OMS_BOT_SECRET_KEYS=new_key(),
        )
        desk = Desk(settings.load())
        monkeypatch.setattr("builtins.input", desk.read)
        monkeypatch.setattr(getpass, "getpass", desk.read_unseen)
        yield desk
    desk.engine.dispose()


@pytest.mark.parametrize(
    ("typed", "principal", "kind"),
    [
        (("", "CANARYAK000000000001", SECRET_KEY), "the access key ending in 0001", "access_key"),
        (("1", "CANARYAK000000000001", SECRET_KEY), "the access key ending in 0001", "access_key"),
        (("2", "acme", "bob", PASSWORD), "IAM user bob", "password"),
    ],
)
def test_an_operator_links_somebody_by_any_kind(
    desk: Desk, capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], principal: str, kind: str
) -> None:
    """Each field is asked for, the secret without showing it; the link and its event are there after."""
    assert desk.link(*typed) == 0
    assert len(desk.unseen) == 1
    assert capsys.readouterr().out.endswith(f"✓ U0BOB now acts as {principal}; readable: prod-sg\n")
    assert desk.events() == ["linked"]
    assert users.list_users(desk.settings) == 0
    assert ["T1:U0BOB", *principal.split(), kind, "linked"] == capsys.readouterr().out.splitlines()[
        1
    ].split()[:-2]


def test_nobody_types_a_secret_that_could_not_be_stored(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there is a key is known before."""
    monkeypatch.delenv("OMS_BOT_SECRET_KEYS")
    desk.settings = settings.load()
    assert desk.link("2", "acme", "bob", PASSWORD) == 1
    assert desk.asked + desk.unseen == []
    assert capsys.readouterr().err.startswith(
        "✗ OMS_BOT_SECRET_KEYS is missing, which links are encrypted with"
    )


def test_what_can_be_no_credential_is_sent_nowhere(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, and nothing is linked."""
    assert desk.link("2", "acme", "bob", "") == 1
    assert capsys.readouterr().err.startswith("✗ The password is missing.")
    assert desk.events() == []


def test_a_link_that_can_not_be_recorded_is_not_made(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no link without its event, and the operator reads that something failed."""
    with desk.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    assert desk.link("2", "acme", "bob", PASSWORD) == 1
    assert capsys.readouterr().err.startswith("✗ the database can't be used now (IntegrityError)")
    assert users.list_users(desk.settings) == 0
    assert "U0BOB" not in capsys.readouterr().out
