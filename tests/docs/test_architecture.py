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
    "bot.conversation.outcomes", "bot.conversation.policy", "bot.conversation.waiting", "bot.slack.cards",
    "bot.slack.shapes", "bot.spelling", "bot.text", "bot.verbs.grammar", "bot.visible",
)  # fmt: skip
IMPURE_STDLIB = {
    "asyncio", "ftplib", "http", "io", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "signal",
    "smtplib", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib.request", "uuid",
}  # fmt: skip

# From the inside out: a module may import those of its own line and of the lines above it.
LAYERS = (
    (
        "bot.spelling",
        "bot.verbs.grammar",
        "bot.conversation.policy",
        "bot.conversation.outcomes",
        "bot.text",
        "bot.huawei",
        "bot.metrics",
        "bot.logs",
        "bot.slack.manifest",
        "bot.network",
        "bot.conversation.pace",
        "bot.pages.headers",
        "bot.pages.limits",
        "bot.pages.rendering",
        "bot.shared",
        "bot.settings.reading",
        "bot.settings.kinds",
        "bot.visible",
        "bot.conversation.waiting",
    ),
    (
        "bot.settings.sections",
        "bot.settings.rules",
        "bot.settings.load",
        "bot.slack.cards",
        "bot.huawei.iam",
        "bot.store",
        "bot.conversation.operations",
    ),
    (
        "bot.audit",
        "bot.identity",
        "bot.pages.form",
        "bot.pages.sign_in",
        "bot.slack.gate",
        "bot.slack.shapes",
        "bot.slack.chat",
        "bot.slack.client",
        "bot.slack.delivery",
        "bot.slack.people",
        "bot.slack.workspaces.store",
        "bot.rejected_requests",
    ),
    ("bot.verbs.tasks", "bot.conversation.authority"),
    (
        "bot.conversation.running",
        "bot.conversation.preview",
        "bot.conversation.acting",
        "bot.slack.telling",
        "bot.pages.answers",
        "bot.pages.linking",
        "bot.cli.users",
    ),
    ("bot.conversation.decided", "bot.conversation.durable", "bot.conversation.earlier"),
    ("bot.conversation.consent",),
    ("bot.conversation.workflows",),
    ("bot.conversation.intake", "bot.conversation.failover"),
    ("bot.slack.clicks", "bot.slack.listeners", "bot.slack.payloads"),
    (),  # a module that is named nowhere stands here: nothing further in may import it
    ("bot.app",),
    ("bot.web",),
    ("bot.cli.check",),
    ("bot.cli.main",),
    ("bot.__main__",),
)
UNNAMED = LAYERS.index(())
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


def imports(name: str, *, deferred: bool = True) -> set[str]:
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
    return found


def within(name: str, package: str) -> bool:
    """Tell whether *name* is *package* or in it."""
    return name == package or name.startswith(f"{package}.")


def layer(name: str) -> int:
    """Return how far out a module stands; the longest matching entry counts."""
    matches = [(len(entry), n) for n, line in enumerate(LAYERS) for entry in line if within(name, entry)]
    return max(matches)[1] if matches else UNNAMED


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


@pytest.mark.parametrize("name", sorted(MODULES))
def test_arrows_point_inwards(name: str) -> None:
    """Nothing imports what stands further out, and nothing but the composition root knows everyone."""
    for imported in sorted(imports(name)):
        if within(imported, "bot") and imported != "bot" and not within(imported, "bot.sandbox"):
            assert layer(imported) <= layer(name), (
                f"{name} imports {imported}, which stands further out (see LAYERS in this test)"
            )


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
