"""The commands that set the bot up: ``init``, ``config``, ``manifest``, and ``users …``."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.commands import SET_UP, AsJson, group
from bot.cli.ends import load_or_exit, ready_or_exit, refuse

users = group("users", "Manage linked credentials: who acts as whom.")

User = Annotated[str, typer.Argument(help="Slack user id, U…: profile → ⋮ → Copy member ID.")]
Team = Annotated[str, typer.Option(help="Slack workspace id, T…; asked of Slack unless given.")]


def register(app: typer.Typer) -> None:
    """Add those that stand alone."""
    for command in (init, config, manifest):
        app.command(rich_help_panel=SET_UP)(command)


def init(
    *,
    project: Annotated[str, typer.Option(help="Huawei Cloud project id.")] = "",
    region: Annotated[str, typer.Option(help="The project's region, such as ap-southeast-3.")] = "",
    alias: Annotated[str, typer.Option(help="What people type for the project.")] = "",
    user: Annotated[str, typer.Option(help="Your Slack user id, U….")] = "",
    example: Annotated[
        bool, typer.Option("--example", help="Ask nothing; write the example as it is.")
    ] = False,
) -> None:
    """Write a commented oms-bot.toml; asks for what is not given, and overwrites nothing."""
    from bot.cli.init import Answers, write

    write(Answers(project=project, region=region, alias=alias, user=user), example=example)


def config(*, as_json: AsJson = False) -> None:
    """Print the settings as they count, and where each comes from; of a secret, only whether it is set."""
    from bot.cli.printing import print_json, print_table
    from bot.settings.effective import effective
    from bot.settings.load import read

    load_or_exit()
    found = effective(read())
    if as_json:
        print_json(found)
    else:
        print_table(("SETTING", "VALUE", "FROM"), [(one.name, one.value, one.source) for one in found])


def manifest(
    *,
    public_url: Annotated[
        str | None,
        typer.Option(help="The bot's public https URL; without it, the manifest is for Socket Mode."),
    ] = None,
    many_workspaces: Annotated[
        bool,
        typer.Option(
            "--many-workspaces",
            help="With --public-url: for workspaces that install the bot themselves, by OAuth.",
        ),
    ] = False,
) -> None:
    """Print the Slack app manifest: for Socket Mode, or for HTTP at a public URL."""
    from bot.settings.kinds import public_url as read
    from bot.slack.manifest import render

    if many_workspaces and not public_url:
        refuse("--many-workspaces needs --public-url URL: workspaces install the bot at a page of its own")
    try:
        url = read(public_url) if public_url else None
    except ValueError as fault:
        refuse(f"--public-url {fault}")
    print(render(url, many_workspaces=many_workspaces), end="")


@users.command("list")
def users_list(*, as_json: AsJson = False) -> None:
    """List who acts as whom: links that people made, then the settings; never a secret."""
    from bot.cli.users import list_users

    raise typer.Exit(list_users(ready_or_exit(), as_json=as_json))


@users.command("link")
def users_link(
    user: User,
    *,
    team: Team = "",
    label: Annotated[str, typer.Option(help="Label for a key whose owner IAM doesn't report.")] = "",
    allow_shared: Annotated[
        bool,
        typer.Option(
            "--allow-shared", help="Also if another Slack account acts as the same IAM identity already."
        ),
    ] = False,
) -> None:
    """Link somebody's IAM credential; asks for it without showing it, and checks it before it is stored."""
    from bot.cli.users import examine_ids, link_user

    examine_ids(user, team)
    raise typer.Exit(link_user(ready_or_exit(), team, user, label, shared=allow_shared))


@users.command("unlink")
def users_unlink(user: User, *, team: Team = "") -> None:
    """Forget somebody's link and its secret."""
    from bot.cli.users import examine_ids, unlink_user

    examine_ids(user, team)
    raise typer.Exit(unlink_user(ready_or_exit(), team, user))


@users.command("new-key")
def users_new_key() -> None:
    """Print a new key for OMS_BOT_SECRET_KEYS."""
    from bot.identity.keyring import new_key

    print(new_key())


@users.command("rotate-keys")
def users_rotate_keys() -> None:
    """Re-encrypt all stored secrets with the newest key; the bot may go on running."""
    from bot.cli.users import rotate_keys

    raise typer.Exit(rotate_keys(ready_or_exit()))
