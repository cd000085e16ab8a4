"""What an operator may configure, and what they read when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import load as settings
from bot.settings.sections import AccessKey, Agency, PasswordLogin, Project
from tests.unit.setting_examples import ALICE, KEY, MINIMAL, Write, fault, faults

# --- what is right -------------------------------------------------------------------------------------


def test_the_defaults_are_those_of_the_contract(configure: Write) -> None:
    """With a token, a signing secret and one project, the rest is chosen."""
    configure()
    loaded = settings.load()
    assert (loaded.host, loaded.port, loaded.log_level) == ("127.0.0.1", 3000, "INFO")
    assert loaded.slack_api_url == "https://slack.com/api/"
    assert loaded.database_url.get_secret_value() == "sqlite:///oms-bot.sqlite3"
    timing = loaded.timing
    waits = (timing.confirm_within, timing.verify_for, timing.verify_every, timing.request_timeout)
    assert waits == (600, 300, 3, 10)
    assert loaded.projects["prod-sg"].alias == "prod-sg"
    assert loaded.public_url is None
    assert not loaded.socket_mode


def test_a_collector_may_be_reached_by_plain_http(configure: Write) -> None:
    """It stands in the same cluster, and what it is sent holds no secret."""
    configure(OTEL_EXPORTER_OTLP_ENDPOINT="http://otel-collector:4318/")
    assert settings.load().otlp_endpoint == "http://otel-collector:4318"
    configure(OTEL_EXPORTER_OTLP_ENDPOINT="")
    assert settings.load().otlp_endpoint is None


def test_an_empty_variable_counts_as_not_set(configure: Write) -> None:
    """A deployment's template often leaves variables empty."""
    configure(PORT="", LOG_LEVEL="", DATABASE_URL="", PUBLIC_URL="", SLACK_APP_TOKEN="")
    assert settings.load().port == 3000


def test_every_setting_can_be_chosen(configure: Write, tmp_path: Path) -> None:
    """The whole contract in one file and one environment."""
    (tmp_path / "bob_sk").write_text("canary-secret-key\n")
    configure(
        """
        [timing]
        confirm_within = 0.5
        verify_for = 1
        verify_every = 0.25
        request_timeout = 2.5
        [projects.prod-sg]
        id = "p1"
        region = "ap-southeast-3"
        oms_endpoint = "http://127.0.0.1:8080/"
        iam_endpoint = "http://[::1]:8081"
        channels = ["C0INCIDENTS"]
        approvals = 1
        approvers = ["U0BOB"]
        [users.U0ALICE]
        credential = { type = "agency", agency = "oms-oncall", domain = "acme" }
        [users."T0123:U0BOB"]
        name = "bob"
        credential = { type = "access_key", access_key = "env:BOB_AK", secret_key = "file:bob_sk" }
        [service_account]
        type = "password"
        domain = "acme"
        username = "robot"
        password = "env:ROBOT"
        """,
        BOB_AK="CANARYAK0000000000AA",
        ROBOT="canary-Pa55word",
        SLACK_APP_TOKEN="xapp-1",
        SLACK_API_URL="http://localhost:9/api/",
        DATABASE_URL="postgresql://bot@db/oms",
        PUBLIC_URL="https://bot.example/",
        HOST="::",
        PORT="0",
        LOG_LEVEL="debug",
        LOG_FORMAT="JSON",
        OMS_BOT_SECRET_KEYS=KEY,
    )
    loaded = settings.load()
    project, bob = loaded.projects["prod-sg"], loaded.users["T0123:U0BOB"].credential
    assert (project.endpoint_for_oms(), project.endpoint_for_iam()) == (
        "http://127.0.0.1:8080",
        "http://[::1]:8081",
    )
    assert (set(project.channels), project.approvals, set(project.approvers)) == (
        {"C0INCIDENTS"},
        1,
        {"U0BOB"},
    )
    assert isinstance(loaded.users["U0ALICE"].credential, Agency)
    assert isinstance(bob, AccessKey)
    assert (bob.access_key, bob.secret_key.get_secret_value()) == (
        "CANARYAK0000000000AA",
        "canary-secret-key",
    )
    assert isinstance(loaded.service_account, PasswordLogin)
    assert (loaded.log_level, loaded.log_format) == ("DEBUG", "json")
    assert loaded.public_url == "https://bot.example"
    assert loaded.slack_api_url == "http://localhost:9/api/"
    assert loaded.socket_mode
    assert loaded.literal_secrets == ()


def test_the_file_may_stand_elsewhere(configure: Write, tmp_path: Path) -> None:
    """Secret files are then looked for beside it, not in the working directory."""
    elsewhere = tmp_path / "etc"
    elsewhere.mkdir()
    (elsewhere / "pw").write_text("canary-Pa55word")
    (elsewhere / "bot.toml").write_text(MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "file:pw"))
    configure(None, OMS_BOT_CONFIG="etc/bot.toml")
    credential = settings.load().users["U0ALICE"].credential
    assert isinstance(credential, PasswordLogin)
    assert credential.password.get_secret_value() == "canary-Pa55word"


@pytest.mark.parametrize(
    ("region", "oms", "iam"),
    [
        (
            "ap-southeast-3",
            "https://oms.ap-southeast-3.myhuaweicloud.com",
            "https://iam.ap-southeast-3.myhuaweicloud.com",
        ),
        (
            "cn-north-4",
            "https://oms.cn-north-4.myhuaweicloud.com",
            "https://iam.cn-north-4.myhuaweicloud.com",
        ),
        ("cn-south-4", "https://oms.cn-south-4.myhuaweicloud.com", "https://iam.myhuaweicloud.com"),
        ("ap-southeast-5", "https://oms.ap-southeast-5.myhuaweicloud.com", "https://iam.myhuaweicloud.com"),
    ],
)
def test_endpoints_follow_from_the_region(region: str, oms: str, iam: str) -> None:
    """Where a region has no IAM of its own, the global one issues its tokens."""
    project = Project(id="p", region=region)
    assert (project.endpoint_for_oms(), project.endpoint_for_iam()) == (oms, iam)


# --- what is wrong -------------------------------------------------------------------------------------


def test_all_faults_are_told_at_once(configure: Write) -> None:
    """Environment and file, one sentence each, so that mending takes one round."""
    configure(
        """
        [timing]
        confirm_within = 0
        verfy_for = 3
        [projects.prod-sg]
        id = "has space"
        [users.U0ALICE]
        credential = { type = "password", domain = "acme", username = "alice", password = "env:NOT_SET" }
        """,
        SLACK_BOT_TOKEN="",
        SLACK_SIGNING_SECRET="",
        PORT="http",
        PUBLIC_URL="http://bot.example",
    )
    told = faults()
    expected = (
        "PORT is not valid",
        "PUBLIC_URL must start with https://",
        "timing.confirm_within is not valid",
        "timing.verfy_for is not a setting; did you mean verify_for?",
        "projects.prod-sg.id has characters",
        "projects.prod-sg.region is missing; add it",
        "users.U0ALICE.credential.password refers to NOT_SET, which is not set; set that environment variable",
        "SLACK_BOT_TOKEN is missing; copy",
        "SLACK_APP_TOKEN is missing; make one",
    )
    assert len(told) == len(expected), told
    for words in expected:
        assert len([sentence for sentence in told if words in sentence]) == 1, (words, told)
    assert all("\n" not in sentence and "; " in sentence for sentence in told)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SLACK_APP_TOKEN": "1"}, "SLACK_APP_TOKEN is not an app-level token; make one (xapp-…"),
        ({"PORT": "70000"}, "PORT is not valid: input should be less than or equal to 65535"),
        ({"PORT": "-1"}, "PORT is not valid"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is not valid: input should be 'DEBUG'"),
        ({"METRICS_PORT": "0"}, "METRICS_PORT is not valid: input should be greater than or equal to 1"),
        (
            {"METRICS_PORT": "3000"},
            "METRICS_PORT is PORT too, where all else is; choose another, or remove it",
        ),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "otel:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT is not a URL; write it"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://u:canary-Pa55word@otel.example"},
            "OTEL_EXPORTER_OTLP_ENDPOINT must be a plain URL; take user, query and fragment out of it",
        ),
        (
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel.example:4317",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            },
            "OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and the bot speaks http/protobuf only; remove it",
        ),
        (
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel.example:4318",
                "OTEL_EXPORTER_OTLP_HEADERS": "api-key=canary-Pa55word",
            },
            "OTEL_EXPORTER_OTLP_HEADERS may hold a key, and OTEL_EXPORTER_OTLP_ENDPOINT is plain http; name",
        ),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is not valid: input should be 'auto', 'json' or 'console'"),
        ({"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL is not a URL; write it like https://host"),
        ({"SLACK_API_URL": "http://slack.example/api"}, "SLACK_API_URL must start with https://"),
        (
            {"SLACK_API_URL": "https://slack.example:http/api"},
            "SLACK_API_URL is not a URL; write it like https://host",
        ),
        ({"SLACK_API_URL": "https://[::1/api"}, "SLACK_API_URL is not a URL; write it like https://host"),
        ({"PUBLIC_URL": "https://me:pw@bot.example"}, "PUBLIC_URL must be a plain URL"),
        ({"PUBLIC_URL": "https://bot.example?x=1"}, "PUBLIC_URL must be a plain URL"),
        (
            {"DATABASE_URL": "mysql://db/oms"},
            "DATABASE_URL is not supported; write sqlite:///FILE",
        ),
        ({"DATABASE_URL": "sqlite"}, "DATABASE_URL is not supported; write sqlite:///FILE"),
        ({"DATABASE_URL": "postgresql://bot:canary-Pa55word@db:port/oms"}, "DATABASE_URL is not supported"),
        (
            {"OMS_BOT_CONFIG": "gone.toml"},
            "OMS_BOT_CONFIG: there is no file gone.toml; `oms-bot init` writes one",
        ),
        ({"OMS_BOT_CONFIG": "."}, "OMS_BOT_CONFIG: . can't be read"),
    ],
)
def test_a_fault_in_the_environment_is_one_sentence_with_a_remedy(
    configure: Write, environment: dict[str, str], words: str
) -> None:
    """The variable by its name, what is wrong, and what to do."""
    configure(MINIMAL, **environment)
    told = fault()
    assert words in told
    assert "canary" not in told


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("", "oms-bot.toml: projects is empty; add a [projects.ALIAS] section with id and region"),
        ("[projects", "OMS_BOT_CONFIG: oms-bot.toml can't be read"),
        ("x = " + "1" * 5000, "OMS_BOT_CONFIG: oms-bot.toml can't be read"),
        ("x = " + "[" * 5000, "OMS_BOT_CONFIG: oms-bot.toml can't be read"),
        (
            MINIMAL + "[colour]",
            "oms-bot.toml: colour is not a section; use one of these: bucket_credentials, hashicorp",
        ),
        (MINIMAL + "[user]", "oms-bot.toml: user is not a setting; did you mean users?"),
        (MINIMAL + "chanels = []", "projects.prod-sg.chanels is not a setting; did you mean channels?"),
        (MINIMAL + "approvals = -1", "projects.prod-sg.approvals is not valid"),
        (
            MINIMAL + 'oms_endpoint = "http://oms.example"',
            "projects.prod-sg.oms_endpoint must start with https://",
        ),
        (MINIMAL + 'iam_endpoint = "ftp://x"', "projects.prod-sg.iam_endpoint is not a URL; write it like"),
        (
            MINIMAL + "[network]\ntrusted_proxies = ['proxy.example']",
            "network.trusted_proxies.0 has 'proxy.example', which is no network; write it like 10.0.0.0/8",
        ),
        (
            MINIMAL + "[network]\ntrusted_proxies = ['10.0.0.1/8']",
            "network.trusted_proxies.0 has '10.0.0.1/8', which is no network; write it like 10.0.0.0/8",
        ),
        (
            MINIMAL + "[network]\ntrusted_proxies = ['0.0.0.0/0']",
            "network.trusted_proxies.0 has '0.0.0.0/0', which would believe anybody; name the proxies' own",
        ),
        (MINIMAL + "[timing]\nverify_every = nan", "timing.verify_every is not valid"),
        (MINIMAL + "[timing]\nverify_every = 1e9", "timing.verify_every is not valid"),
        ("[projects.agency]\nid = 'p'", "oms-bot.toml: projects.agency.region is missing; add it"),
        (
            "[projects.'prod sg']\nid = 'p'\nregion = 'r'",
            "projects.prod sg: an alias is typed on a phone; use letters",
        ),
        (
            MINIMAL + "[projects.Prod-SG]\nid = 'p'\nregion = 'r'",
            "projects.Prod-SG differs from projects.prod-sg only",
        ),
        (
            MINIMAL + "[projects.prod--sg]\nid = 'p'\nregion = 'r'",
            "projects.prod--sg differs from projects.prod-sg only",
        ),
        (
            MINIMAL + ALICE.replace("U0ALICE", "alice"),
            "users.alice is not a Slack user id; write [users.U0123ABC]",
        ),
        (
            MINIMAL + ALICE.replace("env:", "env:NO_"),
            "credential.password refers to NO_ALICE_IAM_PASSWORD, which is not",
        ),
        (
            MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "file:gone"),
            "gone, which can't be read (No such file",
        ),
        (
            MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "file:empty"),
            "empty, which is empty; write the secret into it",
        ),
        (
            MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", "file:binary"),
            "binary, which can't be read (it is not UTF-8",
        ),
        (
            MINIMAL + ALICE.replace("env:ALICE_IAM_PASSWORD", ""),
            "credential.password is empty; write env:NAME or file:/path",
        ),
        (
            MINIMAL + ALICE.replace('"env:ALICE_IAM_PASSWORD"', "12"),
            "users.U0ALICE.credential.password is not valid",
        ),
        (
            MINIMAL + ALICE.replace('type = "password", ', ""),
            "users.U0ALICE.credential.type is missing; write password, access_key or agency",
        ),
        (
            MINIMAL + ALICE.replace('"password", d', '"kerberos", d'),
            "users.U0ALICE.credential.type is no kind of credential; write password, access_key or agency",
        ),
        (
            MINIMAL + "regoin = 'x'",
            "oms-bot.toml: projects.prod-sg.regoin is not a setting; did you mean region?",
        ),
        (
            MINIMAL + "confirm_within = 3",
            "oms-bot.toml: projects.prod-sg.confirm_within is not a setting there; put it in [timing]",
        ),
        (
            MINIMAL + ALICE.replace("\nname = ", "\nnaem = "),
            "oms-bot.toml: users.U0ALICE.naem is not a setting; did you mean name?",
        ),
        (
            MINIMAL + ALICE.replace('"acme"', '"$IAM_DOMAIN"'),
            "users.U0ALICE.credential.domain looks like a reference, which only secrets are; write the name itself",
        ),
        (MINIMAL + ALICE.replace('"acme"', '""'), "users.U0ALICE.credential.domain is not valid"),
        (
            MINIMAL + "[users.U1]\ncredential = { type = 'agency', agency = 'a', domain = 'd' }",
            "users.U1.credential is an agency, which acts through [service_account]; add that section",
        ),
        (MINIMAL + "[service_account]\ntype = 'agency'", "service_account.type is no kind of"),
    ],
)
def test_a_fault_in_the_file_is_one_sentence_with_a_remedy(
    configure: Write, tmp_path: Path, toml: str, words: str
) -> None:
    """The key by its path, what is wrong, and what to do."""
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    configure(toml, ALICE_IAM_PASSWORD="canary-Pa55word")
    told = fault()
    assert words in told
    assert "\n" not in told
    assert ";" in told


def test_socket_mode_needs_no_signing_secret(configure: Write) -> None:
    """Nothing comes in over HTTP then."""
    configure(SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN="xapp-1")
    assert settings.load().socket_mode


@pytest.mark.parametrize(
    "host", ["oms.example", "10.0.0.1", "127.0.0.1.example", "localhost.example", "[::]", "[::2]"]
)
def test_plain_http_leaves_this_machine_never(configure: Write, host: str) -> None:
    """It would carry a password or a token in the clear."""
    configure(MINIMAL + f'iam_endpoint = "http://{host}"')
    assert "must start with https://; plain http is accepted for loopback only" in fault()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8:1", "localhost:99", "LOCALHOST", "[::1]:80"])
def test_plain_http_is_accepted_for_loopback(configure: Write, host: str) -> None:
    """The sandbox and tests are reached that way."""
    configure(MINIMAL + f'iam_endpoint = "http://{host}"')
    assert settings.load().projects["prod-sg"].endpoint_for_iam() == f"http://{host}"
