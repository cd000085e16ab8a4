"""What stands on the stage when the curtain rises: people, channels, tasks, and the bot's configuration for them."""

from dataclasses import dataclass

from bot.identity.keyring import new_key
from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.stage.migrations import BUCKETS, CHILDREN, GROUP, GROUP_ID, STAR, SYNC, SYNC_ID, TASKS
from bot.slack.manifest import manifest

PROJECT, REGION, ALIAS = "2c0689c860ad4728a497c91ec0844383", "ap-southeast-3", "demo"
DATABASE = "oms-bot.sqlite3"
INCIDENT, OPS = "incident-4711", "ops"
TASK = STAR
STAR_COMMAND = f"pause {ALIAS} {TASK} traffic spike"
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


@dataclass(frozen=True)
class Workflow:
    """A workflow that somebody has built here: run by hand, a person stands behind it; on a schedule, nobody."""

    key: str
    name: str
    by_hand: bool = False


SHORTCUTS = (  # as in the manifest, which a test compares
    Shortcut("oms_pause", "Pause a migration"),
    Shortcut("oms_pause_message", "Pause this migration", of_message=True),
)

WORKFLOWS = (  # of Workflow Builder, which run the app's step
    Workflow("by-hand", "Workflow: pause it, by hand", by_hand=True),
    Workflow("scheduled", "Workflow: pause it, on a schedule"),
)

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
    workspace.world.functions = manifest()["functions"]
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
    """Build a Huawei Cloud with one of everything: as many tasks move as may, two wait, and none ever runs out."""
    cloud = HuaweiCloud()
    cloud.pausing_seconds, slots = 2.0, cloud.max_running
    cloud.max_running = 0  # until all are there: who waits must not take the place of who comes later
    cloud.add_project(PROJECT, REGION)
    both = {PROJECT: ON_CALL}
    cloud.add_user("alice", _SECRETS["ALICE_IAM_PASSWORD"], "acme", permissions=both)
    cloud.add_user("bob", "unused", "acme", _SECRETS["BOB_AK"], _SECRETS["BOB_SK"], permissions=both)
    for buckets in BUCKETS:
        buckets.open(cloud)
    for task in TASKS:
        cloud.add_task(PROJECT, endless=True, **task)
    cloud.add_group(PROJECT, group_id=GROUP_ID, children=CHILDREN, **GROUP)
    cloud.add_sync_task(PROJECT, sync_task_id=SYNC_ID, **SYNC)
    cloud.max_running = slots
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
""" + "".join(buckets.as_toml() for buckets in BUCKETS)


def environment(workspace: Workspace) -> dict[str, str]:
    """Return the environment variables that the bot needs here; all secrets are fakes."""
    return {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": workspace.api_url,
        "DATABASE_URL": f"sqlite:///{DATABASE}",
        "OMS_BOT_CONFIG": "oms-bot.toml",
        "OMS_BOT_SECRET_KEYS": new_key(),
        "LOG_LEVEL": "INFO",
        **_SECRETS,
        **{name: secret for buckets in BUCKETS for name, secret in buckets.secrets().items()},
    }
