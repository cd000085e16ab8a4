"""What stands on the stage when the curtain rises: people, channels, tasks, and the bot's configuration for them."""

from dataclasses import dataclass

from bot.identity.keyring import new_key
from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.huawei.oms_tasks import WAITING
from bot.sandbox.slack.workspace import Workspace

PROJECT, REGION, ALIAS = "2c0689c860ad4728a497c91ec0844383", "ap-southeast-3", "demo"
INCIDENT, OPS = "incident-4711", "ops"
TASK = "media-42"
STAR_COMMAND = f"pause {ALIAS} {TASK} traffic spike"
_GB, _MB = 10**9, 10**6
ALICE_PASSWORD = "sandbox-password"  # noqa: S105  # shown on the page, for whoever wants to link alice
_SECRETS = {
    "ALICE_IAM_PASSWORD": ALICE_PASSWORD,
    "BOB_AK": "AKSANDBOXBOB",
    "BOB_SK": "sandbox-secret-key",
}


@dataclass(frozen=True)
class Person:
    """Somebody whose part one can play; `about` says what is particular about them."""

    name: str
    about: str


@dataclass(frozen=True)
class Shortcut:
    """A shortcut that the app's manifest offers: of a message, or of the workspace."""

    callback_id: str
    name: str
    of_message: bool = False


SHORTCUTS: tuple[Shortcut, ...] = ()  # the manifest has none yet; each one added there belongs here too

CAST = (
    Person("alice", "on call · IAM password"),
    Person("bob", "on call · access key"),
    Person("gina", "a guest of this workspace"),
    Person("otto", "from another workspace"),
)


def build_workspace() -> Workspace:
    """Build a Slack with an incident channel that all four people are in."""
    workspace = Workspace()
    workspace.bot.name, workspace.bot.real_name = "oms-bot", "oms-bot"
    alice, bob = (
        workspace.add_user("alice", real_name="Alice Liu"),
        workspace.add_user("bob", real_name="Bob Tan"),
    )
    gina = workspace.add_user("gina", real_name="Gina (guest)", is_restricted=True, is_ultra_restricted=True)
    otto = workspace.add_user("otto", real_name="Otto (Partner Inc.)", team_id="T0PARTNER", is_stranger=True)
    workspace.add_channel(INCIDENT, members=[alice, bob, gina, otto])
    workspace.add_channel(OPS, members=[alice, bob])
    for person in (alice, bob):
        workspace.direct_message(person)
    workspace.say(
        bob, INCIDENT, "Uploads in Singapore are crawling. The link is full, and *media-42* takes most of it."
    )
    workspace.say(alice, INCIDENT, "On it. I'll pause the migration until the peak is over.")
    return workspace


def build_cloud() -> HuaweiCloud:
    """Build a Huawei Cloud where three tasks move bytes and a fourth waits for a slot; none ever runs out."""
    cloud = HuaweiCloud()
    cloud.pausing_seconds, cloud.max_running = 2.0, 3
    cloud.add_project(PROJECT, REGION)
    both = {PROJECT: ON_CALL}
    cloud.add_user("alice", _SECRETS["ALICE_IAM_PASSWORD"], "acme", permissions=both)
    cloud.add_user("bob", "unused", "acme", _SECRETS["BOB_AK"], _SECRETS["BOB_SK"], permissions=both)
    cloud.add_task(
        PROJECT, name=TASK, total_size=400 * _GB, complete_size=165 * _GB, speed=420 * _MB,
        src_bucket="media-src", dst_bucket="media-dst", endless=True,
    )  # fmt: skip
    cloud.add_task(
        PROJECT, name="invoices-3", total_size=180 * _GB, complete_size=121 * _GB, speed=140 * _MB,
        src_bucket="invoices", dst_bucket="invoices-obs", src_region="eu-west-1",
        endless=True,
    )  # fmt: skip
    cloud.add_task(
        PROJECT, name="logs-7", total_size=90 * _GB, complete_size=22 * _GB, speed=95 * _MB,
        src_cloud="Azure", src_bucket="logs", dst_bucket="logs-archive", src_region="westeurope",
        endless=True,
    )  # fmt: skip
    cloud.add_task(
        PROJECT, name="archive-2019", total_size=900 * _GB, speed=60 * _MB, status=WAITING,
        src_bucket="cold-store", dst_bucket="cold-obs", enable_restore=True,
        endless=True,
    )  # fmt: skip
    return cloud


def configuration(workspace: Workspace, cloud_url: str) -> str:
    """Write the oms-bot.toml that makes the bot act for alice and bob, in the one project."""
    alice, bob = workspace.world.user("alice").id, workspace.world.user("bob").id
    return f"""\
[timing]
confirm_within = 600
verify_for = 30
verify_every = 0.5
request_timeout = 4

[projects.{ALIAS}]
id = "{PROJECT}"
region = "{REGION}"
oms_endpoint = "{cloud_url}"
iam_endpoint = "{cloud_url}"

[users.{alice}]
name = "alice"
credential = {{ type = "password", domain = "acme", username = "alice", password = "env:ALICE_IAM_PASSWORD" }}

[users.{bob}]
name = "bob"
credential = {{ type = "access_key", access_key = "env:BOB_AK", secret_key = "env:BOB_SK" }}
"""


def environment(workspace: Workspace) -> dict[str, str]:
    """Return the environment variables that the bot needs here; all secrets are fakes."""
    return {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": workspace.api_url,
        "DATABASE_URL": "sqlite:///oms-bot.sqlite3",
        "OMS_BOT_CONFIG": "oms-bot.toml",
        "OMS_BOT_SECRET_KEYS": new_key(),
        "LOG_LEVEL": "INFO",
        **_SECRETS,
    }
