"""The kinds of credentials: what each makes of what was typed, and a made-up one that is its own class and no more."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from typing_extensions import override

from bot.huawei.iam.rejections import fingerprint
from bot.huawei.iam.shared import Iam
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.keyring import VaultError
from bot.identity.kinds import KINDS, from_json, kind_of, to_json
from bot.identity.kinds.access_key import AccessKey
from bot.identity.kinds.fields import BadField, Field
from bot.identity.kinds.kind import Given, OwnKind
from bot.identity.kinds.password import Password
from bot.identity.kinds.proof import NotProved, Probing, Proof, Proved
from bot.identity.linking_results import Done, Held, Wrong
from bot.identity.names import Name
from bot.pages import form as page_form
from tests.unit.identity.linking_world import World

# --- a made-up kind --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BadgeCredential:
    """A badge with a number on it, and the PIN to it."""

    number: str
    pin: SecretStr

    @property
    def fingerprint(self) -> str:
        """See `Credential`."""
        return fingerprint("badge", self.number, self.pin.get_secret_value())


class BadgeAuth(httpx.BasicAuth):
    """Shows the badge with each request."""


class Badge(OwnKind[BadgeCredential]):
    """All that there is to know of badges."""

    name = "badge"
    credential = BadgeCredential
    fields = (Field("number", form="[0-9]+", shown_again=True), Field("pin", secret=True))

    @override
    def make(self, values: Mapping[str, str]) -> BadgeCredential:
        return BadgeCredential(values["number"], SecretStr(values["pin"]))

    @override
    def values(self, credential: BadgeCredential) -> dict[str, str]:
        return {"number": credential.number, "pin": credential.pin.get_secret_value()}

    @override
    def given(self, section: Any, *, name: str, user_id: str) -> Given[BadgeCredential]:
        raise NotImplementedError

    @override
    def claim(self, credential: BadgeCredential) -> Name:
        return ("badge", credential.number)

    @override
    def described(self, credential: BadgeCredential) -> str:
        return f"badge {credential.number}"

    @override
    def principal(self, credential: BadgeCredential) -> str:
        return f"badge {credential.number}"

    @override
    def auth(
        self, credential: BadgeCredential, iam: Iam, *, iam_endpoint: str, project_id: str | None
    ) -> httpx.Auth:
        return BadgeAuth(credential.number, credential.pin.get_secret_value())

    @override
    async def prove(self, credential: BadgeCredential, probing: Probing, label: str) -> Proof:
        probes = await probing.read_all(probing.projects)
        if error := probes[0].error:
            return NotProved(error)
        return Proved(self.principal(credential), named_by_iam=True, probes=probes)


def door(request: httpx.Request) -> httpx.Response:
    """A cloud that knows one badge."""
    if request.headers.get("Authorization") == "Basic MDA3OjE5ODQ=":  # 007:1984
        return httpx.Response(200, json={"tasks": [], "count": 0})
    return httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "no"})


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A world in which there are badges."""
    monkeypatch.setitem(KINDS, "badge", Badge())
    world = World(tmp_path)
    await world.http.aclose()
    world.http = httpx.AsyncClient(transport=httpx.MockTransport(door))
    world.connect("https://cloud.example")
    yield world
    await world.http.aclose()
    world.engine.dispose()


def typed(number: str, pin: str) -> BadgeCredential:
    """What the linking page makes of a form."""
    form = {"kind": "badge", "number": number, "pin": pin}
    credential = page_form.kind(form).read(form)
    assert isinstance(credential, BadgeCredential)
    assert page_form.harmless(form) == {"number": number}
    return credential


async def test_a_kind_is_one_class_and_its_line(world: World) -> None:
    """It is typed, proved, kept, found again and acted with, and nothing else had to know it."""
    badge = typed(" 007 ", "1984")
    done = await world.linking.submit(await world.token(), badge)
    assert isinstance(done, Done)
    assert (done.link.kind, done.link.principal, done.link.projects) == ("badge", "badge 007", ("bj", "sg"))
    assert json.loads(to_json(badge)) == {"kind": "badge", "number": "007", "pin": "1984"}
    whoami = await world.linking.whoami("T1", "U0ALICE")
    assert whoami is not None
    assert whoami.kind == "badge"
    identity = await world.directory.find("T1", "U0ALICE")
    assert identity is not None
    assert identity.credential == badge
    auth = world.directory.auth(identity, world.projects["sg"])
    assert (await world.http.get("https://cloud.example", auth=auth)).status_code == 200


async def test_a_new_kinds_secret_is_guarded_as_the_others_are(world: World) -> None:
    """A wrong one is counted and shown once, a good one acts for one Slack account, and the secret is in no record."""
    wrong = await world.linking.submit(await world.token(), typed("007", "1066"))
    assert isinstance(wrong, Wrong)
    again = await world.linking.submit(await world.token(), typed("007", "1066"))
    assert not isinstance(again, Wrong | Done)
    assert isinstance(await world.linking.submit(await world.token(), typed("007", "1984")), Done)
    assert isinstance(await world.linking.submit(await world.token("U0BOB"), typed("007", "1984")), Held)
    recorded = " ".join(record.details for record in world.audit.records())
    assert "badge 007" in recorded
    assert "1984" not in recorded
    assert page_form.kind({"kind": "badge"}).read({"number": "x", "pin": "1"}) == BadField(
        "number", "not_a_key"
    )


# --- each kind by itself ---------------------------------------------------------------------------------------------

words = st.text(min_size=1, max_size=20)


@given(words, words, words)
def test_every_credential_survives_storage(one: str, two: str, three: str) -> None:
    """Whatever characters a password or a key has."""
    for credential in (
        PasswordCredential(one, two, SecretStr(three)),
        AccessKeyCredential(SecretStr(one), SecretStr(two)),
    ):
        assert from_json(to_json(credential)) == credential


@pytest.mark.parametrize("stored", ['{"kind": "retina"}', '{"kind": "agency"}', '{"kind": "password"}', "[]"])
def test_a_secret_of_an_unknown_kind_is_refused(stored: str) -> None:
    """As after a return to an older version of the bot."""
    with pytest.raises(VaultError, match="does not know"):
        from_json(stored.encode())


def test_a_kind_is_found_by_its_name_and_by_its_credentials() -> None:
    """The name stands in the settings, on the page and in the vault."""
    for name, kind in KINDS.items():
        assert kind.name == name
    assert kind_of(PasswordCredential("acme", "alice", SecretStr("pw"))) is KINDS["password"]


def read_key(access: str, secret: str) -> AccessKeyCredential | BadField:
    """What is made of two fields."""
    return AccessKey().read({"access_key": access, "secret_key": secret})


def test_a_key_may_be_surrounded_by_space() -> None:
    """As when it was copied from a table."""
    assert read_key(" AK1\t", " sk/+= ") == AccessKeyCredential(SecretStr("AK1"), SecretStr("sk/+="))


def test_a_password_is_taken_as_it_is() -> None:
    """A space at its end may belong to it; around the names none does."""
    assert Password().read(
        {"domain": " acme ", "username": " alice ", "password": " pw "}
    ) == PasswordCredential("acme", "alice", SecretStr(" pw "))


@pytest.mark.parametrize(
    ("access", "secret", "fault"),
    [
        ("", "s", BadField("access_key", "missing")),
        ("A", " ", BadField("secret_key", "missing")),
        ("A/B", "s", BadField("access_key", "not_a_key")),
        ("ÄB", "s", BadField("access_key", "not_a_key")),
        ("A", "s\x00", BadField("secret_key", "control")),
        ("A" * 101, "s", BadField("access_key", "too_long")),
        ("A", "s" * 101, BadField("secret_key", "too_long")),
    ],
)
def test_what_is_no_key_is_named(access: str, secret: str, fault: BadField) -> None:
    """By field and fault, without the value."""
    assert read_key(access, secret) == fault


@pytest.mark.parametrize("access", [1, 100])
@pytest.mark.parametrize("secret", [1, 100])
def test_a_key_has_1_to_100_characters(access: int, secret: int) -> None:
    """Either half, as in the API reference."""
    key = read_key("A" * access, "s" * secret)
    assert key == AccessKeyCredential(SecretStr("A" * access), SecretStr("s" * secret))
