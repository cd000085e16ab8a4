"""The wheel has all that the bot needs without its repository, and a description that an index can show."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

import bot
from tests.docs.documents import ROOT, read
from tests.docs.test_references import tracked

_BUILD = "import setuptools.build_meta as backend; backend.build_wheel('out')"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the files under version control alone, and return it."""
    tree = tmp_path_factory.mktemp("tree")
    for name in tracked():
        if name.startswith("bot/") or name in ("pyproject.toml", "LICENSE", "docs/package.md"):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    subprocess.run([sys.executable, "-c", _BUILD], cwd=tree, check=True, capture_output=True, timeout=120)
    (built,) = (tree / "out").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """Return what an index is told."""
    with zipfile.ZipFile(wheel) as files:
        (name,) = (name for name in files.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(files.read(name))


def test_the_wheel_has_every_file_of_the_bot_and_no_other(wheel: Path) -> None:
    """Templates, styles, the example, both manifests and the mark that it is typed included."""
    with zipfile.ZipFile(wheel) as files:
        names = {name for name in files.namelist() if ".dist-info/" not in name}
    assert names == {name for name in tracked() if name.startswith("bot/")}
    assert {"bot/py.typed", "bot/data/oms-bot.example.toml", "bot/data/manifest.yml"} <= names
    assert "bot/data/manifest-http.yml" in names


def test_the_description_has_nothing_that_leads_into_the_repository(metadata: Message) -> None:
    """No picture and no relative link: an index has neither."""
    description = str(metadata.get_payload())
    assert description.strip() == read("docs/package.md").strip()
    assert re.findall(r"!\[|\]\((?!https:)", description) == []
    assert metadata["Version"] == bot.__version__
    assert metadata["Author"] == "the oms-bot authors"


def test_what_was_unreleased_is_in_the_changelog_under_its_version() -> None:
    """The version stands in one place in the code, and the newest release is of that one."""
    released = re.findall(r"(?m)^## \[(\d[^\]]+)\]", read("CHANGELOG.md"))
    assert released[0] == bot.__version__


def test_no_document_installs_a_package_by_a_name_that_is_not_ours() -> None:
    """`pip install .` and its extras; whoever registers the name `oms-bot` at an index could serve anything."""
    installs = {
        found
        for name in tracked()
        if name.endswith((".md", ".toml", ".py", ".yml")) and not name.startswith("tests/")
        for found in re.findall(r"pip install (?:--?\S+ )*['\"]?([\w.\[\]-]+)", read(name))
    }
    assert {name for name in installs if name.startswith("oms")} == set()
    assert "." in installs
