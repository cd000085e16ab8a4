"""What documents link to outside of docs/ is part of the site, below `repository/`.

So the site needs no address of the repository. Markdown becomes a page, anything else is a file to look at. A link to
what is not there stays, and ends the build.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"(\]\()([^)#\s:]+)((?:#[^)\s]*)?\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is linked to, and what that links to."""
    todo = [(f"docs/{page.src_uri}", page.content_string) for page in files.documentation_pages()]
    while todo:
        source, text = todo.pop()
        for _, link, _ in _LINK.findall(text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
            place = _place(path)
            if path.startswith("docs/") or files.get_file_from_path(place) or not (ROOT / path).is_file():
                continue
            added = File.generated(
                config, place, content=(ROOT / path).read_bytes(), inclusion=InclusionLevel.NOT_IN_NAV
            )
            files.append(added)
            if path.endswith(".md"):
                todo.append((path, added.content_string))
    return files


def on_page_markdown(markdown: str, page: Page, files: Files, **_: object) -> str:
    """Let links lead to where `on_files` has put them."""
    place = page.file.src_uri
    source = place.removeprefix("repository/") if place.startswith("repository/") else f"docs/{place}"

    def led(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), match[2]))
        there = path.removeprefix("docs/") if path.startswith("docs/") else _place(path)
        if files.get_file_from_path(there) is None:
            return match[0]
        return match[1] + posixpath.relpath(there, posixpath.dirname(place) or ".") + match[3]

    return _LINK.sub(led, markdown)


def _place(path: str) -> str:
    return f"repository/{path}"
