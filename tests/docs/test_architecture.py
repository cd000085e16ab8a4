"""The house keeps its shape: pure modules are pure, arrows point inwards, the sandbox stays out."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOT = ROOT / "bot"

# Given the same arguments these always return the same: no clock, no file, no network, no database.
PURE = (
    "bot.conversation.answers",
    "bot.conversation.asked",
    "bot.conversation.drivers",
    "bot.conversation.names",
    "bot.conversation.offers",
    "bot.conversation.outcomes",
    "bot.conversation.policy",
    "bot.conversation.proposed",
    "bot.conversation.ports",
    "bot.conversation.publication",
    "bot.conversation.reasons",
    "bot.conversation.reminders",
    "bot.conversation.runs",
    "bot.conversation.timed",
    "bot.conversation.sums",
    "bot.conversation.snapshots",
    "bot.conversation.stored",
    "bot.conversation.values",
    "bot.conversation.verdicts",
    "bot.conversation.waiting",
    "bot.conversation.watched",
    "bot.huawei.fault",
    "bot.huawei.oms.models",
    "bot.huawei.redaction",
    "bot.proposals.messages",
    "bot.proposals.reading",
    "bot.publishing.event",
    "bot.slack.answers",
    "bot.slack.ask_modal",
    "bot.slack.blocks",
    "bot.slack.cards",
    "bot.slack.cards_of_many",
    "bot.slack.home",
    "bot.slack.lists",
    "bot.slack.modals",
    "bot.slack.reason_modal",
    "bot.slack.report",
    "bot.slack.shapes",
    "bot.slack.watch_messages",
    "bot.spelling",
    "bot.text",
    "bot.verbs.bandwidth",
    "bot.verbs.mentioned",
    "bot.verbs.parsing",
    "bot.verbs.snapshots",
    "bot.verbs.targets",
    "bot.visible",
)
IMPURE_STDLIB = {
    "asyncio", "ftplib", "http", "io", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "signal",
    "smtplib", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib.request", "uuid",
}  # fmt: skip

# From the inside out, a folder or a file of `bot/` each: it may import those above it in this list, and nothing else.
LAYERS = (
    "network", "network_requests", "shared", "spelling", "visible",
    "settings", "logs", "metrics", "tracing", "otlp", "huawei", "store", "audit", "audit_export",
    "identity", "rejected_requests", "conversation", "verbs",  # the core: it knows neither Slack nor a language
    "text",
    "pages", "slack", "proposals", "publishing",  # the doors; the command line, which can start everything, comes last
    "gallery",
    "readiness", "warming", "preparation", "serving", "counted", "foundation", "showing", "parts", "core", "listening",
    "proposing", "app",
    "web", "cli", "__main__",
)  # fmt: skip
CORE = ("audit", "conversation", "huawei", "identity", "settings", "store", "verbs")
DOORS = ("text", "pages", "slack", "proposals", "publishing", "cli")
LIBRARIES_OF_DOORS = ("slack_bolt", "slack_sdk", "starlette", "typer", "jinja2", "babel")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def modules() -> dict[str, Path]:
    """Return every module of the bot but the sandbox's, by its dotted name."""
    found = {}
    for path in sorted(BOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if not name.startswith("bot.sandbox") and "versions" not in parts:
            found[name] = path
    return found


MODULES = modules()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imports(name: str, *, deferred: bool = True) -> frozenset[str]:
    """Return what a module imports, also inside functions if *deferred*; never what it imports for typing only."""
    tree = tree_of(MODULES[name])
    found: set[str] = set()
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not deferred:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively; write the whole name"
            base = node.module or ""
            found |= {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names
            }
        todo += ast.iter_child_nodes(node)
    return frozenset(found)


def within(name: str, package: str) -> bool:
    """Tell whether *name* is *package* or in it."""
    return name == package or name.startswith(f"{package}.")


def room(name: str) -> str:
    """Return the folder, or the file, of `bot/` that a module is in."""
    return name.split(".")[1] if "." in name else ""


PURE_MODULES = sorted(name for name in MODULES if any(within(name, pure) for pure in PURE))


@pytest.mark.parametrize("name", PURE_MODULES)
def test_a_pure_module_imports_the_standard_library_pydantic_and_pure_modules_only(name: str) -> None:
    """So it needs no fakes in tests, and a decision can be read without knowing the rest."""
    for imported in sorted(imports(name)):
        top = imported.partition(".")[0]
        pure = any(within(imported, other) for other in PURE) or imported == "bot"
        assert pure or top in sys.stdlib_module_names or top in ("pydantic", "babel"), (
            f"{name} is pure but imports {imported}"
        )


@pytest.mark.parametrize("name", PURE_MODULES)
def test_a_pure_module_has_no_clock_and_no_door(name: str) -> None:
    """What changes comes in as an argument."""
    for imported in sorted(imports(name)):
        assert imported not in IMPURE_STDLIB, f"{name} is pure but imports {imported}"
        assert imported.partition(".")[0] not in IMPURE_STDLIB, f"{name} is pure but imports {imported}"
    calls = [
        ast.unparse(node.func) for node in ast.walk(tree_of(MODULES[name])) if isinstance(node, ast.Call)
    ]
    impure = [
        call
        for call in calls
        if call.endswith((".now", ".utcnow", ".today")) or call in ("open", "input", "print")
    ]
    assert impure == [], f"{name} is pure but calls {', '.join(impure)}"


def test_the_pure_modules_are_all_there() -> None:
    """A module that was moved must not slip out of these tests."""
    assert [pure for pure in PURE if pure not in MODULES] == []


def test_every_folder_has_its_layer() -> None:
    """And no layer is of something that is gone."""
    assert sorted(LAYERS) == sorted({room(name) for name in MODULES} - {""})


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"bot"}))
def test_arrows_point_inwards(name: str) -> None:
    """Nothing imports what stands further out, so folders can't form a circle."""
    for imported in sorted(imports(name)):
        if room(imported) in LAYERS and within(imported, "bot"):
            assert LAYERS.index(room(imported)) <= LAYERS.index(room(name)), (
                f"{name} imports {imported}, which stands further out (see LAYERS in this test)"
            )


@pytest.mark.parametrize("name", sorted(name for name in MODULES if room(name) in CORE))
def test_the_core_knows_no_door_and_no_language(name: str) -> None:
    """What people read, and where, is made at the doors from the core's values."""
    for imported in sorted(imports(name)):
        assert not (within(imported, "bot") and room(imported) in DOORS), f"{name} imports {imported}"
        assert imported.partition(".")[0] not in LIBRARIES_OF_DOORS, f"{name} imports {imported}"


def test_no_file_is_a_place_to_get_lost_in() -> None:
    """About 120 lines each, and none above 350."""
    lengths = sorted(
        len(path.read_text().splitlines()) for path in BOT.rglob("*.py") if path.stem != "__init__"
    )
    assert lengths[-1] <= 350
    assert lengths[len(lengths) // 2] <= 120


def test_no_module_waits_for_itself() -> None:
    """Import cycles make the order of imports matter."""
    graph = {
        name: {i for i in imports(name, deferred=False) if i in MODULES and i not in {name, "bot"}}
        for name in MODULES
    }
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"an import cycle: {' → '.join((*path[path.index(name) :], name))}"
        if name not in done:
            for imported in sorted(graph[name]):
                walk(imported, (*path, name))
            done.add(name)

    for name in graph:
        walk(name, ())


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"bot.cli.main"}))
def test_nobody_but_the_command_line_knows_the_sandbox(name: str) -> None:
    """It is for trying and testing; the bot that serves has no use for it."""
    inside = sorted(i for i in imports(name) if within(i, "bot.sandbox"))
    assert inside == [], f"{name} imports {', '.join(inside)}"


def test_the_command_line_opens_the_sandbox_only_when_asked() -> None:
    """Inside the demo's function, so that `serve` starts without it."""
    assert [i for i in imports("bot.cli.main", deferred=False) if within(i, "bot.sandbox")] == []


@pytest.mark.parametrize("module", ["bot.app", "bot.cli.main"])
def test_serving_loads_neither_the_sandbox_nor_what_only_it_needs(module: str) -> None:
    """As a fresh process sees it, whatever imports what."""
    unwanted = [
        "bot.sandbox",
        "nicegui",
        "prompt_toolkit",
        "websockets",
        "pytest",
        "hypothesis",
        "huaweicloudsdkcore",
        "keystoneauth1",
    ]
    code = f"import sys, {module}; print([n for n in {unwanted!r} if n in sys.modules])"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "[]", f"importing {module} also loads {ended.stdout.strip()}"


@pytest.mark.parametrize("path", sorted(BOT.rglob("*.py")), ids=lambda path: str(path.relative_to(BOT)))
def test_a_module_is_named_after_what_it_is_about(path: Path) -> None:
    """A drawer for everything is where nothing is found; and every module says what it is."""
    assert not {path.stem, path.parent.name} & FORBIDDEN_NAMES, (
        f"{path} needs a name that says what it is about"
    )
    assert ast.get_docstring(tree_of(path)), f"{path} has no docstring"


def test_no_workflow_takes_all_that_is_stored_for_what_it_knows() -> None:
    """A newer version beside it may have stored more: `bot.conversation.stored.known` leaves that out."""
    workflows, whole = 0, []
    for name, path in MODULES.items():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.AsyncFunctionDef) or not any(
                ast.unparse(one).startswith("DBOS.workflow(") for one in node.decorator_list
            ):
                continue
            workflows += 1
            given = {argument.arg for argument in node.args.args}
            whole += [
                f"{name}.{node.name}"
                for call in ast.walk(node)
                if isinstance(call, ast.keyword) and call.arg is None and ast.unparse(call.value) in given
            ]
    assert whole == []
    assert workflows > 8, "this test no longer finds the workflows"
