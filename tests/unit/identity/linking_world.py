"""A linking page over a sandbox cloud: what the tests of linking play in."""

import contextlib
import html
import re
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.audit import Audit
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.huawei.transport import new_http_client
from bot.identity.directory import Directory
from bot.identity.invitations import Invitations
from bot.identity.keyring import KeyRing, new_key
from bot.identity.linking import Linking
from bot.identity.linking_results import Done, Tried
from bot.identity.proving import Prover
from bot.identity.tries import Tries
from bot.identity.vault import Vault
from bot.network import Outgoing
from bot.pages.limits import AddressLimit
from bot.pages.linking import routes
from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.serving import serve
from bot.settings.sections import PasswordLogin, Project, User
from bot.store.recent import Recent
from tests import databases

SINGAPORE, BEIJING = "2c0689c860ad4728a497c91ec0844383", "0" * 31 + "1"
ALICE = PasswordCredential("acme", "alice", SecretStr("canary-Pa55word"))
KEY = AccessKeyCredential(
    SecretStr("CANARYAK000000000001"), SecretStr("canarySecretKey00000000000000000000001")
)
PUBLIC_URL = "https://bot.example/oms"


class World:
    """Alice's IAM user reads one of two projects. `now` is the time of everything, in Unix seconds."""

    def __init__(self, folder: Path, *, public_url: str | None = PUBLIC_URL, keys: str | None = None) -> None:
        self.now = 1_795_509_015.0
        self.cloud = HuaweiCloud(clock=self.clock)
        self.told: list[tuple[str, str, Done]] = []
        self.warned: list[Tried] = []
        self.slack_is_down = False
        self.engine = databases.engine(f"sqlite:///{folder}/bot.sqlite3")
        self.audit = Audit(self.engine, self.clock)
        self.vault = Vault(self.engine, KeyRing.parse(SecretStr(new_key() if keys is None else keys)))
        self.http = new_http_client(5, Outgoing())
        self.public_url = public_url
        self._people()

    def _people(self) -> None:
        self.cloud.add_project(SINGAPORE, "ap-southeast-3")
        self.cloud.add_project(BEIJING, "cn-north-4")
        self.cloud.add_user(
            "alice",
            ALICE.password.get_secret_value(),
            "acme",
            KEY.access_key.get_secret_value(),
            KEY.secret_key.get_secret_value(),
            permissions={SINGAPORE: ON_CALL},
        )

    def connect(self, url: str) -> None:
        """Make the parts that know where the cloud is."""
        self.projects = {
            alias: Project(id=project, region=region, alias=alias, oms_endpoint=url, iam_endpoint=url)
            for alias, project, region in (("sg", SINGAPORE, "ap-southeast-3"), ("bj", BEIJING, "cn-north-4"))
        }
        users = {
            "U0CAROL": User(
                name="carol",
                credential=PasswordLogin(
                    type="password", domain="acme", username="carol", password=SecretStr("pw")
                ),
            )
        }
        self.directory = Directory(
            users, http=self.http, service_account=None, clock=self.clock, vault=self.vault
        )
        self.linking = Linking(
            store=self.vault,
            invitations=Invitations(self.engine, clock=self.clock),
            prover=self.prover(),
            directory=self.directory,
            public_url=self.public_url,
            audit=self.audit,
            on_linked=self._on_linked,
            on_tried=self._on_tried,
            clock=self.clock,
        )
        self.app = Starlette(routes=routes(self.linking, addresses=self.addresses(self.clock)))

    def addresses(self, clock: Callable[[], float]) -> AddressLimit:
        """A limit such as each replica has, over the one database."""
        return AddressLimit("link", Recent(self.engine, clock), clock=clock)

    def prover(self) -> Prover:
        """A prover such as each replica has, over the one database."""
        return Prover(
            self.http, self.projects, tries=Tries(self.engine, b"key", clock=self.clock), clock=self.clock
        )

    async def token(self, user: str = "U0ALICE", name: str = "alice") -> str:
        """The token of a new one-time URL."""
        return (await self.linking.issue("T1", user, name)).rpartition("/")[2]

    def events(self) -> list[str]:
        """What was audited, in order."""
        return [record.event for record in self.audit.records()]

    @property
    def failed_logins(self) -> int:
        """How often IAM or OMS saw a credential fail."""
        return len([call for call in self.cloud.calls if call.status == 401])

    def clock(self) -> float:
        """The time of everything."""
        return self.now

    async def _on_linked(self, team_id: str, user_id: str, done: Done) -> None:
        if self.slack_is_down:
            raise ConnectionError("Slack is down")
        self.told.append((team_id, user_id, done))

    async def _on_tried(self, tried: Tried) -> None:
        if self.slack_is_down:
            raise ConnectionError("Slack is down")
        self.warned.append(tried)


@contextlib.asynccontextmanager
async def running(world: World) -> AsyncIterator[World]:
    """Serve the world's cloud."""
    async with serve(world.cloud.app) as url:
        world.connect(url)
        yield world
    await world.http.aclose()
    world.engine.dispose()


class Browser:
    """A browser without scripts: keeps cookies and submits the form that it was shown."""

    def __init__(self, app: Starlette, *, address: str = "203.0.113.9", cookies: bool = True) -> None:
        transport = httpx.ASGITransport(app, client=(address, 50000))
        self.http = httpx.AsyncClient(transport=transport, base_url="https://bot.example", trust_env=False)
        self._keeps_cookies = cookies
        self.csrf = ""

    async def open(self, token: str, **headers: str) -> httpx.Response:
        """Look at the page."""
        return self._shown(await self.http.get(f"/link/{token}", headers=headers))

    async def submit(
        self, token: str, fields: Mapping[str, str], *, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Press the button."""
        form = {"csrf": self.csrf, **fields}
        answer = self._shown(await self.http.post(f"/link/{token}", data=form, headers=headers))
        if answer.status_code != 303:
            return answer
        [receipt] = answer.headers["set-cookie"].split(";")[:1]
        return await self.open(token, cookie=receipt)

    async def submit_password(self, token: str, password: str = "canary-Pa55word") -> httpx.Response:
        """Type alice's account and a password."""
        fields = {"kind": "password", "domain": "acme", "username": "alice", "password": password}
        return await self.submit(token, fields)

    async def submit_key(
        self, token: str, access: str = "CANARYAK000000000001", secret: str = "", label: str = ""
    ) -> httpx.Response:
        """Type an access key."""
        secret = secret or KEY.secret_key.get_secret_value()
        fields = {"kind": "access_key", "access_key": access, "secret_key": secret, "label": label}
        return await self.submit(token, fields)

    def _shown(self, response: httpx.Response) -> httpx.Response:
        # The public path is /oms/link/…, which a proxy shortens; a cookie jar can't know that.
        if self._keeps_cookies and (
            found := re.match(r"oms_link=([^;]*)", response.headers.get("set-cookie", ""))
        ):
            self.http.cookies.set("oms_link", found[1], domain="bot.example")
        if found := re.search(r'name="csrf" value="([^"]+)"', response.text):
            self.csrf = found[1]
        return response


def text(response: httpx.Response) -> str:
    """What a person reads on the page."""
    words = re.sub(r"<(title|style|script).*?</\1>", " ", response.text, flags=re.DOTALL)
    words = re.sub(r"</?(strong|label)[^>]*>", "", words)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words)).split())
