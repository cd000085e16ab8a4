"""How commands are grouped and helped with; the same for all of them."""

from __future__ import annotations

from typing import Annotated, Final

import typer

RUN: Final = "Run"
SET_UP: Final = "Set up"
RECORDS: Final = "Records"

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def group(name: str, about: str, *, epilog: str = "", completion: bool = False) -> typer.Typer:
    """Return a group of commands that is helpful when it is called without one, and knows -h."""
    return typer.Typer(
        name=name,
        help=about,
        epilog=epilog or None,
        no_args_is_help=True,
        add_completion=completion,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
