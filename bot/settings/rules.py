"""What is valid piece by piece but can't be meant together. Each rule yields a sentence for each fault."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any, Final

from bot.network import Outgoing
from bot.settings.kinds import leaves_in_the_open, read_if_file
from bot.settings.reading import tidy
from bot.settings.sections import Agency, BucketCredential, File, Networking, Project
from bot.spelling import fold

_SHORTEST_TOKEN: Final = 16  # characters, of one that anybody on the network may guess at
_MAKE_APP: Final = "make one (xapp-…, scope connections:write) on the app's Basic Information page"
_COPY_BOT: Final = "copy the one that begins with xoxb- from the app's OAuth & Permissions page"


def missing_for_slack(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield which of Slack's tokens and secrets are missing, or stand in each other's place."""
    many, app_token = environ.get("SLACK_CLIENT_ID"), environ.get("SLACK_APP_TOKEN", "")
    needed = {
        "SLACK_CLIENT_SECRET": "copy it from the app's Basic Information page",
        "OMS_BOT_SECRET_KEYS": "`oms-bot users new-key` prints one",
        "PUBLIC_URL": "Slack leads back to PUBLIC_URL/slack/oauth_redirect",
    }
    for name, remedy in needed.items():
        if many and not environ.get(name):
            yield f"{name} is missing, which SLACK_CLIENT_ID needs; {remedy}"
    if not many and not environ.get("SLACK_BOT_TOKEN"):
        yield f"SLACK_BOT_TOKEN is missing; {_COPY_BOT}"
    if not environ.get("SLACK_SIGNING_SECRET") and not app_token:
        yield f"SLACK_APP_TOKEN is missing; {_MAKE_APP}, or set SLACK_SIGNING_SECRET to use HTTP instead"
    yield from _misplaced(_read(environ.get("SLACK_BOT_TOKEN", "")), _read(app_token))


def _read(token: str) -> str:
    """Return a token, from its file if it is in one; that it can't be read is said elsewhere."""
    try:
        return tidy(read_if_file(token))
    except ValueError:
        return ""


def _misplaced(bot_token: str, app_token: str) -> Iterator[str]:
    if bot_token.startswith("xapp-"):
        yield f"SLACK_BOT_TOKEN is an app-level token; put it in SLACK_APP_TOKEN, and here {_COPY_BOT}"
    if bot_token.startswith(("xoxp-", "xoxe.xoxp-")):
        yield f"SLACK_BOT_TOKEN is a user token; {_COPY_BOT}"
    if app_token.startswith("xoxb-"):
        yield f"SLACK_APP_TOKEN is a bot token; put it in SLACK_BOT_TOKEN, and here {_MAKE_APP}"
    elif app_token and not app_token.startswith("xapp-"):
        yield f"SLACK_APP_TOKEN is not an app-level token; {_MAKE_APP}"


def unusable_traces(endpoint: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield why traces can't be sent to a collector, or must not."""
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        yield (
            "OTEL_EXPORTER_OTLP_ENDPOINT needs a library that is not installed; "
            "install it with: pip install '.[otel]'"
        )
    if (protocol := environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "")) not in ("", "http/protobuf"):
        yield (
            f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol}, and the bot speaks http/protobuf only; "
            "remove it, and name the port for that (often 4318) in OTEL_EXPORTER_OTLP_ENDPOINT"
        )
    if environ.get("OTEL_EXPORTER_OTLP_HEADERS") and leaves_in_the_open(endpoint):
        yield (
            "OTEL_EXPORTER_OTLP_HEADERS may hold a key, and OTEL_EXPORTER_OTLP_ENDPOINT is plain http; "
            "name the collector by https, or take the headers away"
        )


def idle_proxy(network: Networking, outgoing: Outgoing) -> Iterator[str]:
    """Yield what is said of a proxy and can have no effect. That no proxy is ever used may be said."""
    if network.proxy and "*" in outgoing.direct:
        exception = "no_proxy" if network.no_proxy else "NO_PROXY"
        yield f'network.proxy is never used, since {exception} has "*"; remove one of them'
    if network.no_proxy and not outgoing.proxy and "*" not in network.no_proxy:
        yield "network.no_proxy has no effect without a proxy; add proxy, or remove it"


def contradictions(file: File) -> Iterator[str]:
    """Yield what contradicts itself in the file."""
    yield from _unclear_projects(file.projects)
    for alias, project in file.projects.items():
        yield from _impossible_approvals(alias, project)
    for key, user in file.users.items():
        if not re.fullmatch(r"([TE][A-Z0-9]+:)?[UW][A-Z0-9]+", key):
            yield f'users.{key} is not a Slack user id; write [users.U0123ABC] or [users."T0123:U0123ABC"]'
        if isinstance(user.credential, Agency) and file.service_account is None:
            yield f"users.{key}.credential is an agency, which acts through [service_account]; add that section"
    yield from _idle_bucket_credentials(file)
    yield from _idle_proposers(file)


def _idle_bucket_credentials(file: File) -> Iterator[str]:
    """Yield what is no use as a bucket's credential: without keys, with several, for no project, or never chosen."""
    agencies = any(isinstance(user.credential, Agency) for user in file.users.values())
    for name, credential in file.bucket_credentials.items():
        where = f"bucket_credentials.{name}"
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", name):
            yield f"{where}: its name stands on cards; use up to 40 letters, digits, dots and dashes only"
        yield from _unclear_keys(where, credential)
        if credential.agency and not agencies:
            yield f"{where} is for those who act through an agency, and nobody does; add keys instead"
        for alias in sorted(credential.projects - {*file.projects}):
            yield f"{where}.projects has {alias}, which is no project; write an alias of [projects.ALIAS]"
    for (first, one), (second, other) in itertools.combinations(file.bucket_credentials.items(), 2):
        for bucket in sorted(one.buckets & other.buckets) if _rivals(one, other) else ():
            yield (
                f"bucket_credentials.{second} is for {bucket}, as bucket_credentials.{first} is, "
                "and nothing says which to take; name different projects, or remove it from one"
            )


def _idle_proposers(file: File) -> Iterator[str]:
    """Yield what is no use as a proposer: a name that can't be shown, a project that is none, a token of two."""
    seen: dict[str, str] = {}
    for name, proposer in file.proposers.items():
        where = f"proposers.{name}"
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", name):
            yield f"{where}: its name stands in messages; use up to 40 letters, digits, dots and dashes only"
        for alias in sorted(proposer.projects - {*file.projects}):
            yield f"{where}.projects has {alias}, which is no project; write an alias of [projects.ALIAS]"
        token = proposer.token.get_secret_value()
        if len(token) < _SHORTEST_TOKEN:
            yield f"{where}.token has fewer than {_SHORTEST_TOKEN} characters; `openssl rand -hex 32` prints one"
        if token in seen:
            yield f"{where}.token is that of proposers.{seen[token]} too; give each a token of its own"
        seen.setdefault(token, name)


def _unclear_keys(where: str, credential: BucketCredential) -> Iterator[str]:
    choice = "access_key and secret_key, connection_string (Azure), json_auth_file (Google) or agency = true"
    match credential.given:
        case []:
            yield f"{where} has no keys; add {choice}"
        case ["access_key"] if credential.secret_key is None:
            yield f"{where}.secret_key is missing; add it"
        case ["secret_key"]:
            yield f"{where}.access_key is missing; add it"
        case [only]:
            if credential.side == "destination" and only in ("connection_string", "json_auth_file"):
                yield f"{where}.{only} opens sources only, and a destination is a bucket of OBS; add an access key"
        case several:
            yield f"{where} has {' and '.join(several)}, and only one can be handed over; remove the others"


def _rivals(one: BucketCredential, other: BucketCredential) -> bool:
    """Whether two are for the same side and project, and equally close to it: one that names it goes first."""
    if one.side != other.side or bool(one.projects) != bool(other.projects):
        return False
    return not one.projects or not one.projects.isdisjoint(other.projects)


def _unclear_projects(projects: Mapping[str, Project]) -> Iterator[str]:
    """Yield aliases that can't be typed or told apart, and projects that mean one and have rules of two."""
    aliases: dict[str, str] = {}
    for alias in projects:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", alias):
            yield f"projects.{alias}: an alias is typed on a phone; use letters, digits, dots and dashes only"
        if (first := aliases.setdefault(fold(alias), alias)) != alias:
            yield f"projects.{alias} differs from projects.{first} only in capitals or dashes; rename one"
    ids: dict[str, str] = {}
    for alias, project in projects.items():
        first = ids.setdefault(fold(project.id), alias)
        if differing := _differing(projects[first], project):
            yield (
                f"projects.{alias} has the id of projects.{first} and another {differing[0]}, "
                "which alias or id would then choose; give both the same, or remove one"
            )
        named = aliases.get(fold(project.id))
        if named and fold(projects[named].id) != fold(project.id):
            yield f"projects.{named} is the id of projects.{alias}, so it would mean either; rename it"


def _differing(one: Project, other: Project) -> list[str]:
    """Return the settings in which two aliases of one project differ in effect."""
    rules = [
        dict(project)
        | {"oms_endpoint": project.endpoint_for_oms(), "iam_endpoint": project.endpoint_for_iam()}
        for project in (one, other)
    ]
    return [name for name in rules[0] if name not in ("alias", "id") and rules[0][name] != rules[1][name]]


def _impossible_approvals(alias: str, project: Project) -> Iterator[str]:
    where, approvers = f"projects.{alias}.approv", project.approvers
    if approvers and "approvals" not in project.model_fields_set:
        yield f"{where}ers without approvals: add approvals = 1, or = 0 if they are only who may unfreeze"
    for name in ("notify", "break_glass"):
        if getattr(project, name) and not project.approvals:
            yield f"projects.{alias}.{name} has no effect without approvals; add approvals = 1, or remove it"
    some_group = any(approver.rpartition(":")[2].startswith("S") for approver in approvers)
    if approvers and not some_group and project.approvals > len(approvers):
        yield f"{where}als is {project.approvals}, but approvers names {len(approvers)}; name more, or lower it"


def of_nobody(users: Iterable[str], bot: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each key of *users* that can match nobody, given what auth.test says of the *bot*.

    Within an organisation a person may be named by any workspace of theirs, which Slack tells of a person only.
    """
    workspace, organisation = (str(bot.get(key) or "") for key in ("team_id", "enterprise_id"))
    if workspace.startswith("E"):  # installed on all of an organisation
        organisation = workspace
    for key in users:
        place = key.rpartition(":")[0]
        if place.startswith("E") and place != organisation:
            what = f"the organisation {organisation}" if organisation else "no organisation"
            yield f"users.{key} can match nobody, as the bot is in {what}; correct the id before the colon"
        elif place.startswith("T") and not organisation and workspace and place != workspace:
            what = f"the workspace {workspace}"
            yield f"users.{key} can match nobody, as the bot is in {what}; correct the id before the colon"


def unqualified(file: File) -> Iterator[str]:
    """Yield what would mean somebody or some place in every workspace, where there are many."""
    why = "names no workspace, and with SLACK_CLIENT_ID there are many; write"
    for key in file.users:
        if ":" not in key:
            yield f'users.{key} {why} [users."T0123:{key}"] with its id'
    for name, proposer in file.proposers.items():
        for slack_id in sorted(proposer.channels):
            if ":" not in slack_id:
                yield f'proposers.{name}.channels has {slack_id}, which {why} "T0123:{slack_id}" with its id'
    for alias, project in file.projects.items():
        for setting in ("channels", "approvers", "notify"):
            for slack_id in sorted(getattr(project, setting)):
                if ":" not in slack_id:
                    yield f'projects.{alias}.{setting} has {slack_id}, which {why} "T0123:{slack_id}" with its id'
