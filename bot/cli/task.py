"""``oms-bot task …``: what can be typed behind ``/oms`` about tasks, from a terminal and with one's own keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typing_extensions import override

from bot.cli.commands import RUN, AsJson


class InLanguage(StrEnum):
    """The languages, as `bot.text.languages` has them, which is not loaded for a help text."""

    EN = "en"
    ZH = "zh"


class HelpedByRegistry(TyperCommand):
    """A command whose help ends in what the verbs say of themselves."""

    @override
    def format_help(self, ctx: Any, formatter: Any) -> None:  # typer has these to itself
        from rich.markup import escape

        from bot.cli.terminal.showing import Screen, help_lines
        from bot.text.languages import Language

        lines = help_lines(Screen(Language.EN, as_json=False))
        self.epilog = "\n\n".join(map(escape, lines))
        super().format_help(ctx, formatter)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel=RUN, cls=HelpedByRegistry, no_args_is_help=True)(task)


def task(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="VERB [PROJECT] [TASK] …", help="As behind /oms: pause prod-sg media-872 night peak."
        ),
    ],
    *,
    project_id: Annotated[
        str, typer.Option(help="Huawei Cloud project id, in place of a PROJECT of oms-bot.toml.")
    ] = "",
    region: Annotated[str, typer.Option(help="That project's region, such as ap-southeast-3.")] = "",
    oms_endpoint: Annotated[str, typer.Option(help="Where its OMS is, if not at the region's address.")] = "",
    iam_endpoint: Annotated[str, typer.Option(help="Where its IAM is, if not at the region's address.")] = "",
    user: Annotated[
        str,
        typer.Option(
            metavar="DOMAIN/NAME", help="Act as this IAM user; the password is asked for, and not shown."
        ),
    ] = "",
    language: Annotated[
        InLanguage | None, typer.Option(help="What is said in; else as the settings say, or the locale.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before acting.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find tasks and act on them with your own keys: CLOUD_SDK_AK and CLOUD_SDK_SK. No Slack is needed.

    Shows what would be done and asks before it does anything. Exit code 0: what was asked for was seen to be true;
    3: it goes on, or isn't known; 1: anything else.
    """
    from bot.cli.terminal.door import Options, run

    options = Options(
        project_id=project_id,
        region=region,
        oms_endpoint=oms_endpoint,
        iam_endpoint=iam_endpoint,
        user=user,
        language=language,
        yes=yes,
        as_json=as_json,
    )
    raise typer.Exit(run(words, options))
