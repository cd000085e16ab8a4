"""``oms-bot init``: a commented ``oms-bot.toml``, made of the example and of what an operator answers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import typer

from bot.cli.ends import refuse
from bot.settings.regions import REGIONS, meant_region

EXAMPLE: Final = "oms-bot.example.toml"
_USER: Final = re.compile(r"(?ms)^\[users\.U0ALICE\].*?^credential = [^\n]*\n")
_NEXT: Final = """
What is left:
  1. Create the Slack app: oms-bot manifest prints what to paste at https://api.slack.com/apps.
  2. export SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-…
  3. export {variables}
  4. oms-bot check
"""


@dataclass(frozen=True)
class Answers:
    """What is to stand in the file; what is empty is asked for."""

    project: str = ""
    region: str = ""
    alias: str = ""
    user: str = ""


def write(given: Answers, *, example: bool) -> None:
    """Write the file, unless there is one, and say what comes next."""
    path = Path(os.environ.get("OMS_BOT_CONFIG") or "oms-bot.toml")
    if path.exists():
        refuse(f"{path} is there already; move it away, or name another file in OMS_BOT_CONFIG")
    text = example_text()
    if not example:
        text = filled_in(text, _asked(given))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        refuse(f"{path} can't be written ({error.strerror}); name another file in OMS_BOT_CONFIG")
    print(f"✓ {path} written")
    print(_NEXT.format(variables=" ".join(f"{name}=…" for name in sorted(set(_references(text))))), end="")


def example_text() -> str:
    """Return the example that the package carries."""
    return (resources.files("bot") / "data" / EXAMPLE).read_text(encoding="utf-8")


def filled_in(example: str, answers: Answers) -> str:
    """Return the example with the operator's own project and person in place of its own, and its comments."""
    project = re.compile(r'(?m)^\[projects\.prod-sg\](.*\n)id = "[^"]*"\nregion = "[^"]*"$')
    section = rf'[projects.{answers.alias}]\1id = "{answers.project}"\nregion = "{answers.region}"'
    text, projects = project.subn(section, example)
    person = (
        f"[users.{answers.user}]\n"
        "# an access key of your own IAM user; other kinds of credential are shown below\n"
        'credential = { type = "access_key", access_key = "env:IAM_ACCESS_KEY", secret_key = "env:IAM_SECRET_KEY" }\n'
    )
    text, people = _USER.subn(lambda _: person, text)
    assert (projects, people) == (1, 1)  # noqa: S101  # a test keeps the example so
    return text.replace("pause prod-sg", f"pause {answers.alias}")


def _references(text: str) -> list[str]:
    """Return the variables that the settings which are no comments refer to."""
    settings = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return re.findall(r'"env:(\w+)"', settings)


def _asked(given: Answers) -> Answers:
    """Return the answers, each examined; ask for those that are not given."""
    return Answers(
        project=_answer(
            given.project, "Huawei Cloud project id (console: My Credentials → API Credentials)", _project
        ),
        region=_answer(given.region, "Region of the project, such as ap-southeast-3", _region),
        alias=_answer(given.alias, "What people type for the project", _alias, default="prod"),
        user=_answer(given.user, "Your Slack user id (profile → ⋮ → Copy member ID)", _user),
    )


def _answer(
    given: str, question: str, examine: Callable[[str], str | None], default: str | None = None
) -> str:
    """Return what was given, or is typed, as soon as it is no mistake."""
    if given:
        if fault := examine(given):
            refuse(fault)
        return given
    while True:
        typed = str(typer.prompt(question, default=default)).strip()
        if not (fault := examine(typed)):
            return typed
        print(f"✗ {fault}")


def _project(typed: str) -> str | None:
    if re.fullmatch(r"[0-9a-f]{32}", typed):
        return None
    return f"{typed} is not a project id, which is 32 hexadecimal digits; the console has it under My Credentials"


def _region(typed: str) -> str | None:
    if typed in REGIONS:
        return None
    meant = meant_region(typed)
    remedy = f"did you mean {meant}?" if meant else f"they are {', '.join(REGIONS)}"
    return f"{typed} is not a region of OMS; {remedy}"


def _alias(typed: str) -> str | None:
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", typed):
        return None
    return f"{typed} would be typed on a phone; use letters, digits and dashes only"


def _user(typed: str) -> str | None:
    if re.fullmatch(r"[UW][A-Z0-9]+", typed):
        return None
    return f"{typed} is not a Slack user id, which begins with U or W"
