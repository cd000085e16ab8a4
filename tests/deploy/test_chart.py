"""The Helm chart, rendered by Helm's library and held against Kubernetes' own schemas."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

import bot
from bot.settings.effective import READ_ELSEWHERE
from bot.settings.load import Environment
from tests.deploy import dockerfiles, tools
from tests.docs.documents import ROOT, read

CHART = "deploy/helm/oms-bot"
OLDEST, NEWEST = "1.25", "1.37"
PLAIN: dict[str, Any] = {"config": "[projects.prod-sg]\n"}
FULL: dict[str, Any] = PLAIN | {
    "replicas": 3,
    "environment": {"PUBLIC_URL": "https://bot.example.com", "LOG_LEVEL": "DEBUG"},
    "ingress": {"enabled": True, "host": "bot.example.com", "tlsSecret": "bot-tls", "className": "nginx"},
    "networkPolicy": {"metricsFrom": [{"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}]},
    "podAnnotations": {"example.com/team": "storage"},
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"key": "chat", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "imagePullSecrets": [{"name": "pull"}],
}
REFUSED: dict[str, dict[str, Any]] = {
    "config is empty": {},
    "additional properties 'replica' not allowed": PLAIN | {"replica": 3},
    "/ingress/host": PLAIN | {"ingress": {"enabled": True}},
    "invalid propertyName 'PORT'": PLAIN | {"environment": {"PORT": "80"}},
    "/secrets/variables": PLAIN | {"secrets": {"variables": ["SLACK_BOT_TOKEN"]}},
}

Objects = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Return what Helm says of the chart, with values of each kind."""
    given = [PLAIN, FULL, *REFUSED.values()]
    found: dict[str, Any] = tools.run("read_chart.py", str(ROOT / CHART), OLDEST, NEWEST, given=given)
    return found


def objects(told: dict[str, Any], number: int) -> Objects:
    """Return what is made, by kind and name."""
    return {f"{one['kind']} {one['metadata']['name']}": one for one in told["rendered"][number]["objects"]}


@pytest.fixture
def plain(told: dict[str, Any]) -> Objects:
    """What is made where only oms-bot.toml is given."""
    return objects(told, 0)


@pytest.fixture
def full(told: dict[str, Any]) -> Objects:
    """What is made where all is set."""
    return objects(told, 1)


def container(made: Objects) -> dict[str, Any]:
    """Return the bot's container."""
    [found] = made["StatefulSet oms-bot"]["spec"]["template"]["spec"]["containers"]
    return dict(found)


def test_helm_makes_of_it_what_kubernetes_takes(told: dict[str, Any], plain: Objects, full: Objects) -> None:
    """The oldest version that the chart names, and the newest."""
    assert told["errors"] == []
    assert OLDEST in yaml.safe_load(read(f"{CHART}/Chart.yaml"))["kubeVersion"]
    always = {
        "StatefulSet oms-bot", "Service oms-bot", "Service oms-bot-replicas", "ConfigMap oms-bot",
        "PodDisruptionBudget oms-bot", "NetworkPolicy oms-bot",
    }  # fmt: skip
    assert plain.keys() == always
    assert full.keys() == always | {"Ingress oms-bot"}


def test_values_that_can_not_be_meant_are_refused(told: dict[str, Any]) -> None:
    """Before anything is installed, with the place of the fault."""
    for words, answer in zip(REFUSED, told["rendered"][2:], strict=True):
        assert words in answer["refused"]


def test_the_chart_installs_the_version_that_it_stands_beside(plain: Objects) -> None:
    """Unless a tag is given."""
    assert container(plain)["image"] == f"oms-bot:{bot.__version__}"


def test_a_pod_is_named_as_its_replica_and_may_do_nothing_but_run(plain: Objects) -> None:
    """A name that stays over a restart; no root, no write, no capability, no token of the cluster's."""
    pod = plain["StatefulSet oms-bot"]["spec"]["template"]["spec"]
    environment = {one["name"]: one for one in container(plain)["env"]}
    assert environment["DYNO"]["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"
    security, user = container(plain)["securityContext"], pod["securityContext"]
    assert security["readOnlyRootFilesystem"]
    assert not security["allowPrivilegeEscalation"]
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert user["runAsNonRoot"]
    [image_user] = [rest for word, rest in dockerfiles.instructions() if word == "USER"]
    assert f"{user['runAsUser']}:{user['runAsGroup']}" == image_user
    assert not pod["automountServiceAccountToken"]
    assert pod["terminationGracePeriodSeconds"] > 5 + 7  # the wait before the signal, and the stop


def test_secrets_are_files_of_a_secret_that_the_chart_does_not_hold(plain: Objects) -> None:
    """Of the settings only whether they are the bot's is known here."""
    known = {name.upper() for name in Environment.model_fields} | {*READ_ELSEWHERE}
    environment = {one["name"]: one.get("value", "") for one in container(plain)["env"]}
    assert environment.keys() <= known
    [mount] = [one["mountPath"] for one in container(plain)["volumeMounts"] if one["name"] == "secrets"]
    in_files = {name for name, value in environment.items() if value == f"file:{mount}/{name}"}
    assert in_files == {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "DATABASE_URL", "OMS_BOT_SECRET_KEYS"}
    schema = read(f"{CHART}/values.schema.json")
    secret = {name for name in known if re.search(rf'"{name}"', schema)} - {
        "HOST", "PORT", "METRICS_PORT", "DYNO", "OMS_BOT_CONFIG",
    }  # fmt: skip
    assert secret == in_files | {"SLACK_APP_TOKEN", "SLACK_CLIENT_SECRET"}


def test_probes_services_and_policies_meet_at_the_same_ports(full: Objects) -> None:
    """Liveness asks the process alone: a database that is away must not have every replica started anew."""
    one = container(full)
    ports = {port["name"]: port["containerPort"] for port in one["ports"]}
    environment = {entry["name"]: entry.get("value") for entry in one["env"]}
    assert ports == {"http": int(environment["PORT"]), "metrics": int(environment["METRICS_PORT"])}
    paths = {probe: one[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    assert one["readinessProbe"]["timeoutSeconds"] > 5  # within which /readyz answers
    assert full["Service oms-bot"]["spec"]["ports"][0]["targetPort"] == "http"
    assert full["Service oms-bot-replicas"]["spec"]["clusterIP"] == "None"
    assert full["StatefulSet oms-bot"]["spec"]["serviceName"] == "oms-bot-replicas"
    selector = full["StatefulSet oms-bot"]["spec"]["selector"]["matchLabels"]
    assert full["PodDisruptionBudget oms-bot"]["spec"]["selector"]["matchLabels"] == selector
    assert full["NetworkPolicy oms-bot"]["spec"]["podSelector"]["matchLabels"] == selector
    [rule] = full["Ingress oms-bot"]["spec"]["rules"]
    assert [path["path"] for path in rule["http"]["paths"]] == ["/slack/", "/link/"]


def test_other_settings_make_other_pods(plain: Objects, full: Objects) -> None:
    """Else a change of oms-bot.toml would wait for the next restart."""
    annotations = plain["StatefulSet oms-bot"]["spec"]["template"]["metadata"]["annotations"]
    assert annotations.keys() == {"checksum/config"}
    assert plain["ConfigMap oms-bot"]["data"]["oms-bot.toml"] == PLAIN["config"]
    environment = {one["name"]: one.get("value") for one in container(full)["env"]}
    assert environment["PUBLIC_URL"] == "https://bot.example.com"
