"""What can be typed, set, measured or read back is documented, and nothing is documented that is not there.

Where each stands: tables whose first column has the header given here, with the name in backticks in that column.

    docs/reference/
      settings.md      | setting |   `SLACK_BOT_TOKEN`, `[timing] verify_for`, `[projects.ALIAS] id`, `[users.ID] name`
                                     and `[service_account] type`
      metrics.md       | metric |    `oms_bot_operations_total`, as Prometheus shows it
      log-events.md    | log event | `started`, its level, when, and the fields that come with it
      audit-events.md  | event |     `asked`: an event of the audit
      scopes.md        | scope |     `chat:write`, and the reason for it in the second column
      command-line.md  | option |    `--verbose`: before a command; options of a command stand after it
                       | exit code | `2`
                       `oms-bot serve …`, in backticks
      data.md          | table |     `operations`, what is in it, how long it is kept
      commands.md      `/oms pause …`, in backticks
"""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import certifi
import yaml
from pydantic import BaseModel

from bot.audit import Event
from bot.metrics import Metrics
from bot.sandbox.stage import scene
from bot.settings import kinds as setting_types
from bot.settings import load as settings
from bot.settings import outcomes as setting_outcomes
from bot.settings import rules as setting_rules
from bot.settings import sections as setting_sections
from bot.settings.effective import READ_ELSEWHERE
from bot.slack import manifest
from bot.store import installation_tables
from bot.verbs.registry import REGISTRY
from tests.docs.documents import DOCUMENTS, ROOT, read, rows


def names_in(name: str, header: str) -> list[str]:
    """Return what stands in backticks in the first column of those tables."""
    return [found for cells in rows(name, header) for found in re.findall(r"`([^`]+)`", cells[0])]


def compare(what: str, there: Iterable[str], documented: Iterable[str], where: str) -> None:
    """Fail with a sentence for all that is missing on one side."""
    there, documented = set(there), set(documented)
    said = []
    if missing := sorted(there - documented):
        said.append(f"{where} does not document the {what} {', '.join(missing)}.")
    if gone := sorted(documented - there):
        said.append(
            f"{where} documents the {what} {', '.join(gone)}, which {'is' if len(gone) == 1 else 'are'} not there."
        )
    assert not said, " ".join(said)


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


# --- settings ------------------------------------------------------------------------------------------


def environment() -> set[str]:
    """Return every environment variable that the bot reads: the settings', and any that is read by name."""
    read_by_name = set()
    for path in (ROOT / "bot").rglob("*.py"):
        if "sandbox" in path.relative_to(ROOT).parts:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "os.environ.get",
                "os.getenv",
                "environ.get",
            ):
                argument: Any = node.args[0]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("os.environ", "environ"):
                argument = node.slice
            else:
                continue
            if isinstance(argument, ast.Constant):
                read_by_name.add(str(argument.value))
    return {field.upper() for field in settings.Environment.model_fields} | read_by_name


def file_keys() -> set[str]:
    """Return every key of oms-bot.toml, written `[section] key`; the example shows those of a credential."""
    sections: dict[str, type[BaseModel]] = {
        "projects.ALIAS": setting_sections.Project,
        "users.ID": setting_sections.User,
        "bucket_credentials.NAME": setting_sections.BucketCredential,
        "proposers.NAME": setting_sections.Proposer,
        "outcomes.NAME": setting_outcomes.SignedWebhook,
        "hashicorp_vault": setting_sections.HashiCorpVault,
        "sign_in_with_slack": setting_sections.SignInWithSlack,
    }
    apart = (
        "projects", "users", "service_account", "bucket_credentials", "proposers", "outcomes", "hashicorp_vault",
        "sign_in_with_slack",
    )  # fmt: skip
    for name, field in setting_sections.File.model_fields.items():
        if isinstance(field.default, BaseModel):
            sections[name] = type(field.default)
        else:
            assert name in apart, f"this test does not know [{name}] yet; add it"
    keys = {f"[{section}] {key}" for section, model in sections.items() for key in model.model_fields}
    of_incidents = {f"[outcomes.NAME] {key}" for key in ("token", "from", "channels")}
    return keys - {"[projects.ALIAS] alias"} | {"[service_account] type"} | of_incidents


def test_every_setting_is_documented() -> None:
    """In docs/reference/settings.md, tables headed "setting"."""
    there = environment() | file_keys()
    compare(
        "setting",
        there,
        names_in("docs/reference/settings.md", "setting"),
        "docs/reference/settings.md (tables headed setting)",
    )


def test_config_prints_every_variable() -> None:
    """`oms-bot config` has the sections of the file by itself; variables that are read elsewhere are a list."""
    printed = {field.upper() for field in settings.Environment.model_fields} | set(READ_ELSEWHERE)
    assert printed == environment(), "bot/settings/effective.py lists other variables than are read"


def test_the_example_configuration_is_accepted_as_it_stands() -> None:
    """With its comments, and with the comment signs before settings taken away."""
    text = read("oms-bot.example.toml")
    given = dict.fromkeys([*re.findall(r"env:(\w+)", text), "NAME"], "x" * 16) | {"KEY_FILE": "{}"}
    source = setting_types.Surroundings(given, ROOT)
    setting_sections.File.model_validate(tomllib.loads(text), context=source)
    whole = re.sub(r"(?m)^# (?=\w+ = |\[)", "", text).replace("file:/run/secrets/bob_sk", "env:NAME")
    whole = whole.replace("file:/run/secrets/google.json", "env:KEY_FILE")
    whole = re.sub(r"\w+-ca\.pem", certifi.where(), whole)  # any that is there
    file = setting_sections.File.model_validate(tomllib.loads(whole), context=source)
    assert list(setting_rules.contradictions(file)) == []
    for section in (
        setting_sections.Project,
        setting_sections.Timing,
        setting_sections.Limits,
        setting_sections.Texts,
        setting_sections.Networking,
        setting_sections.User,
        setting_sections.BucketCredential,
        setting_sections.HashiCorpVault,
        setting_sections.SignInWithSlack,
        setting_sections.Installs,
    ):
        for key in set(section.model_fields) - {"alias"}:
            assert re.search(rf"(?m)^{key} = ", whole), (
                f"oms-bot.example.toml does not show {key} of {section.__name__}"
            )
    for kind in (setting_sections.PasswordLogin, setting_sections.AccessKey, setting_sections.Agency):
        shown = [
            set(user.credential.model_fields_set)
            for user in file.users.values()
            if isinstance(user.credential, kind)
        ]
        assert set(kind.model_fields) in shown, f"oms-bot.example.toml does not show a whole {kind.__name__}"
    assert file.service_account is not None, "oms-bot.example.toml does not show a [service_account]"


# --- what is measured and recorded ---------------------------------------------------------------------


def test_every_metric_is_documented() -> None:
    """In docs/reference/metrics.md, a table headed "metric", by the names that Prometheus shows."""
    families = Metrics().registry.collect()
    suffix = {"counter": "_total", "info": "_info"}
    there = {family.name + suffix.get(family.type, "") for family in families}
    compare(
        "metric",
        there,
        names_in("docs/reference/metrics.md", "metric"),
        "docs/reference/metrics.md (table headed metric)",
    )


_LOGGING = {f"log.{level}" for level in ("debug", "info", "warning", "error", "exception", "critical", "log")}


def logged() -> dict[str, tuple[set[str], set[str]]]:
    """Return the levels and the fields of each event that the bot logs."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for path in (ROOT / "bot").rglob("*.py"):
        if "sandbox" in path.relative_to(ROOT).parts:
            continue
        for node in ast.walk(tree_of(path)):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) in _LOGGING):
                continue
            level = ast.unparse(node.func).removeprefix("log.")
            event = node.args[1 if level == "log" else 0]
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            assert isinstance(event, ast.Constant), f"{where} logs an event without a name of its own"
            levels, fields = found.setdefault(str(event.value), (set(), set()))
            levels |= {"exception": {"error"}, "log": {"info", "warning"}}.get(level, {level})
            fields |= {keyword.arg or "the answer" for keyword in node.keywords}
    return found


def test_nothing_is_logged_past_the_catalogue() -> None:
    """By a logger of the standard library, whose lines have words instead of an event."""
    levels = tuple(name.removeprefix("log") for name in _LOGGING)
    past = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "bot").rglob("*.py")
        if "sandbox" not in path.relative_to(ROOT).parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(levels)
        and re.match(r"(structlog\.get_logger|logging\.getLogger|logging\.\w+$)", ast.unparse(node.func))
    ]
    assert past == []


def test_every_log_event_is_documented() -> None:
    """In docs/reference/log-events.md, with its level and its fields; searches and alarms hang on all three."""
    there, where = logged(), "docs/reference/log-events.md"
    described = {
        name: cells for cells in rows(where, "log event") for name in re.findall(r"`(.+?)`", cells[0])
    }
    compare("log event", there, described, where)
    for event, (levels, fields) in there.items():
        _, level, _, with_fields = described[event]
        assert set(level.split(" or ")) == levels, f"{where}: the level of {event} is {sorted(levels)}"
        named = set(re.findall(r"`(.+?)`", with_fields)) | {"the answer"} & {
            with_fields.partition(" and ")[2]
        }
        assert named == fields, f"{where}: {event} comes with {sorted(fields)}"


def test_every_audit_event_is_documented() -> None:
    """In docs/reference/audit-events.md, a table headed "event"; and each is recorded somewhere."""
    where = "docs/reference/audit-events.md (table headed event)"
    compare("audit event", Event, names_in("docs/reference/audit-events.md", "event"), where)
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    unused = [event.name for event in Event if f"Event.{event.name}" not in source]
    assert not unused, f"bot/audit.py names events that nothing records: {', '.join(unused)}"


def test_every_table_is_in_the_inventory_of_data() -> None:
    """In docs/reference/data.md, a table headed "table", with what is in it and how long it is kept."""
    where = "docs/reference/data.md"
    told = names_in(where, "table")
    of_libraries = {"alembic_version", "dbos.*", "workflow_status"}
    compare("table", {*installation_tables.metadata.tables, *of_libraries}, told, where)
    assert all(all(cells) for cells in rows(where, "table"))


# --- Slack ---------------------------------------------------------------------------------------------


def test_every_scope_is_documented_with_its_reason() -> None:
    """In docs/reference/scopes.md, a table headed "scope"."""
    asked = yaml.safe_load(read("manifest.yml"))["oauth_config"]["scopes"]["bot"]
    compare(
        "scope",
        asked,
        names_in("docs/reference/scopes.md", "scope"),
        "docs/reference/scopes.md (table headed scope)",
    )
    for cells in rows("docs/reference/scopes.md", "scope"):
        assert len(cells) > 1, f"docs/reference/scopes.md gives no reason for the scope {cells[0]}"
        assert len(cells[1]) > 10, f"docs/reference/scopes.md gives no reason for the scope {cells[0]}"


def test_every_shortcut_of_the_manifest_is_explained_and_offered_in_the_demo() -> None:
    """By the name that its menu shows."""
    commands = read("docs/reference/commands.md")
    assert [one["name"] for one in manifest.SHORTCUTS if f"*{one['name']}*" not in commands] == []
    offered = [(one.callback_id, one.name, one.of_message) for one in scene.SHORTCUTS]
    assert offered == [
        (one["callback_id"], one["name"], one["type"] == "message") for one in manifest.SHORTCUTS
    ]


def test_the_step_of_the_manifest_is_explained_and_is_all_that_it_has() -> None:
    """Each input and output by the name that Workflow Builder shows, in a table of docs/how-to/workflow-builder.md."""
    where = "docs/how-to/workflow-builder.md"
    for key, header in (("input_parameters", "input"), ("output_parameters", "output")):
        [step] = yaml.safe_load(read("manifest.yml"))["functions"].values()
        told = {name.strip() for cells in rows(where, header) for name in cells[0].split(",")}
        compare(header, {one["title"] for one in step[key].values()}, told, where)
        assert f"*{step['title']}*" in read(where)
    many = manifest.manifest("https://bot.example.com", many_workspaces=True)
    assert "functions" not in many
    assert "function_executed" not in many["settings"]["event_subscriptions"]["bot_events"]


def test_the_package_carries_both_manifests_as_they_are_printed() -> None:
    """And the example; what stands at the top of the repository is the package's own."""
    for name, url in (("manifest.yml", None), ("manifest-http.yml", "https://bot.example.com")):
        assert read(f"bot/data/{name}") == manifest.render(url), (
            f"bot/data/{name} is out of date; run: make manifests"
        )
    for name in ("manifest.yml", "oms-bot.example.toml"):
        assert (ROOT / name).resolve() == ROOT / "bot/data" / name, f"{name} must be a link into bot/data"


def code(name: str) -> list[str]:
    """Return the code in a document, line by line: what stands in backticks, and the lines of fenced blocks."""
    text = read(name)
    blocks = re.findall(r"(?ms)^ *```[^\n]*\n(.*?)^ *```", text)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^ *```.*?^ *```", "", text))
    return [line.strip() for block in blocks for line in block.splitlines()] + spans


def test_every_command_is_documented() -> None:
    """In docs/reference/commands.md, as `/oms verb …`; what any document shows as a command is one."""
    where = "docs/reference/commands.md"
    shown = {name: set(re.findall(r"/oms ([a-z]+)", "\n".join(code(name)))) for name in DOCUMENTS}
    compare(
        "command",
        (f"/oms {verb}" for verb in REGISTRY.words),
        (f"/oms {v}" for v in shown[where]),
        where,
    )
    for name, verbs in shown.items():
        gone = sorted(verbs - set(REGISTRY.words))
        assert not gone, f"{name} shows /oms {', '.join(gone)}, which is no command."


# --- the command line ----------------------------------------------------------------------------------


def command_line() -> dict[str, set[str]]:
    """Return every command of `oms-bot` with its options."""
    from typer.main import get_command  # noqa: PLC0415  # only here

    from bot.cli.main import app  # noqa: PLC0415  # only here

    found: dict[str, set[str]] = {}

    def walk(command: Any, path: str) -> None:
        if subcommands := getattr(command, "commands", None):
            for name, below in subcommands.items():
                walk(below, f"{path} {name}")
        else:
            options = [
                opt for parameter in command.params for opt in (*parameter.opts, *parameter.secondary_opts)
            ]
            found[path] = {opt for opt in options if opt.startswith("--")} - {"--help"}

    walk(get_command(app), "oms-bot")
    return found


def shown_command(line: str, known: Iterable[str]) -> str | None:
    """Return the longest known command that a line of code begins with, after any environment and paths."""
    words = re.sub(r"^.*?\boms-bot(?= )", "oms-bot", line).split()
    candidates = [" ".join(words[:count]) for count in (3, 2)]
    return next((candidate for candidate in candidates if candidate in known), None)


def calls(name: str) -> list[str]:
    """Return the lines of code of a document that call `oms-bot` with something after it."""
    return [line for line in code(name) if re.search(r"(?:^|[\s/])oms-bot [a-z]", line)]


def test_every_cli_command_and_option_is_documented() -> None:
    """In docs/reference/command-line.md as `oms-bot …`, options after their command."""
    known, where = command_line(), "docs/reference/command-line.md"
    lines = calls(where)
    compare("command", known, {found for line in lines if (found := shown_command(line, known))}, where)
    for command, options in known.items():
        told = {
            opt
            for line in lines
            if shown_command(line, known) == command
            for opt in re.findall(r"--[a-z-]+", line)
        }
        missing = {opt for opt in options if not opt.startswith("--no-")} - told
        assert not missing, f"{where} does not show {command} {' '.join(sorted(missing))}."


def test_every_option_before_a_command_is_documented() -> None:
    """In docs/reference/command-line.md, a table headed "option"."""
    from typer.main import get_command  # noqa: PLC0415  # only here

    from bot.cli.main import app  # noqa: PLC0415  # only here

    there = {opt for parameter in get_command(app).params for opt in parameter.opts} | {"--help", "-h"}
    compare(
        "option",
        there,
        names_in("docs/reference/command-line.md", "option"),
        "docs/reference/command-line.md (table headed option)",
    )


def test_every_exit_code_is_documented() -> None:
    """In docs/reference/command-line.md, a table headed "exit code"."""
    from bot.cli.ends import Exit  # noqa: PLC0415  # only here

    documented = names_in("docs/reference/command-line.md", "exit code")
    compare(
        "exit code", map(str, Exit), documented, "docs/reference/command-line.md (table headed exit code)"
    )


def test_no_document_shows_a_cli_command_or_option_that_is_not_there() -> None:
    """A command that is copied from a document works."""
    known = command_line()
    for name in DOCUMENTS:
        for line in calls(name):
            command = shown_command(line, known)
            group = re.search(r"oms-bot (\w+)", line)
            is_group = group is not None and any(path.startswith(f"oms-bot {group[1]} ") for path in known)
            assert command or is_group, f"{name} shows `{line}`, which is no command of oms-bot."
            unknown = set(re.findall(r"--[a-z-]+", line)) - known.get(command or "", set()) - {"--help"}
            assert is_group or not unknown, (
                f"{name} shows `{line}`, but {command} has no {', '.join(sorted(unknown))}."
            )


# --- security ------------------------------------------------------------------------------------------


def test_every_requirement_of_the_standard_names_a_test_that_exists() -> None:
    """In docs/explanation/security.md, a table headed "asvs" with at least 25 rows: requirement → test."""
    table = list(rows("docs/explanation/security.md", "asvs"))
    assert len(table) >= 25, f"docs/explanation/security.md proves only {len(table)} requirements"
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)", source))
    gone = [f"{cells[0]}: {cells[2]}" for cells in table if cells[2].strip("`") not in there]
    assert not gone, f"docs/explanation/security.md names tests that do not exist: {gone}"
