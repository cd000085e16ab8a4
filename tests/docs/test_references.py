"""What documents and comments point at is there, and what is exempt from a check says why."""

from __future__ import annotations

import functools
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator

import pytest

from tests.docs.documents import DOCUMENTS, ROOT, headings, read

_PLATFORMS = "docs/explanation/platforms.md"
_PATH = re.compile(
    r"(?<![\w/.:~<>{}*-])((?:[a-z_]+/)+[\w.-]+\.md|(?:bench|bot|docs|tests)/[\w./-]+\.\w+)(?![\w*{<…/-])"
)


@functools.cache
def tracked() -> frozenset[str]:
    """Return every file under version control, and what is new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(name for name in listed.stdout.split("\0") if (ROOT / name).is_file())


def texts(*suffixes: str) -> list[str]:
    """Return the names of the files that end so."""
    return sorted(name for name in tracked() if name.endswith(suffixes))


def comments(name: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of a Python file with the number of their line."""
    for token in tokenize.generate_tokens(io.StringIO(read(name)).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


# --- links and paths -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_inside_the_repository_leads_somewhere(name: str) -> None:
    """To a file that is there, and to a heading that is in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", read(name)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (ROOT / name).parent / file if file else ROOT / name
        assert path.exists(), f"{name} links to {target}, which is not there."
        if anchor and path.suffix == ".md":
            found = headings(str(path.resolve().relative_to(ROOT)))
            anchors = {
                re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found
            }
            assert anchor in anchors, f"{name} links to {target}, but that file has no such heading."


def test_no_file_mentions_another_that_is_not_there() -> None:
    """Neither notes of somebody's own nor what was moved since."""
    gone = [
        f"{name}: {path}"
        for name in texts(".py", ".md", ".toml", ".yml", "Makefile")
        for path in _PATH.findall(read(name))
        if not any((place / path).exists() for place in (ROOT, (ROOT / name).parent, ROOT / "docs"))
    ]
    assert gone == []


def test_what_comments_cite_of_the_platforms_is_a_heading() -> None:
    """`platforms.md, Tokens` names a heading of that document."""
    known = sorted(headings(_PLATFORMS), key=len, reverse=True)
    cited = re.compile(r"(?<!/)platforms\.md,\s+(?:# )?(.{1,80})", re.DOTALL)
    named = re.compile("|".join(map(re.escape, known)) + r"(?![\w-])")
    found, unknown = 0, []
    for name in texts(".py", ".md"):
        for after in cited.findall(read(name)):
            found += 1
            words = re.sub(r"\s+(?:# )?", " ", after)
            if not named.match(words):
                unknown.append(f"{name}: {words}")
    assert unknown == []
    assert found > 30, "this test no longer finds the citations"


def test_every_source_of_a_fact_about_the_platforms_has_its_address() -> None:
    """And every address is the source of something."""
    text = read(_PLATFORMS)
    addresses = set(re.findall(r"(?m)^\[([^\]]+)\]: https://\S+$", text))
    body = re.sub(r"\s+", " ", re.sub(r"(?m)^\[[^\]]+\]: .*$", "", text))
    assert set(re.findall(r"\[([^\]]+)\](?!\()", body)) == addresses


# --- exemptions ----------------------------------------------------------------------------------------


def test_every_lint_exemption_says_why() -> None:
    """`# noqa: S101  # why`, in one style."""
    said = re.compile(r"# (?:ruff: )?noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*  # \w")
    silent = [
        f"{name}:{line}: {comment}"
        for name in texts(".py")
        for line, comment in comments(name)
        if re.match(r"#\s*(?:ruff:\s*)?noqa", comment) and not said.match(comment)
    ]
    assert silent == []
