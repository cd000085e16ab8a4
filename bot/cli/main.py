"""The command line: ``oms-bot serve | demo | check | manifest | users | audit``.

Each command imports what it needs when it runs, so that ``--help`` and ``serve`` start fast.
"""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.audit import Audit
    from bot.settings.load import Settings

app = typer.Typer(
    name="oms-bot", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)


class AuditFormat(StrEnum):
    """How the audit is printed."""

    JSONL = "jsonl"
    CSV = "csv"


def main() -> None:
    """Run the command line."""
    # slack_bolt and slack_sdk ask for it when they are imported, and a container's user may have none.
    os.environ.setdefault("HOME", "/")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without "✓" must not end a command
    app()


def load_or_exit() -> Settings:
    """Return the settings, or end with exit code 2 and a sentence for each fault."""
    from bot.settings.load import SettingsError, load

    try:
        return load()
    except SettingsError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(2) from None


def ready_or_exit() -> Settings:
    """Return the settings after the database was brought up to date, or end like `load_or_exit`."""
    from bot.preparation import bring_up_to_date

    settings = load_or_exit()
    with refusing():
        bring_up_to_date(settings)
    return settings


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """End with exit code 2 and one sentence where the bot can't start."""
    from bot.preparation import StartRefusedError

    try:
        yield
    except StartRefusedError as refused:
        print(refused, file=sys.stderr)
        raise typer.Exit(2) from None


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; HOST, else 127.0.0.1.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port to listen on; PORT, else 3000.")
    ] = None,
) -> None:
    """Run the bot: over HTTP, and in Socket Mode too when SLACK_APP_TOKEN is set."""
    for name in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # until the server hears them; a container's first process must
        signal.signal(name, lambda *_: os._exit(0))
    # Nearly all that is loaded now stays: there is little garbage to look for.
    gc.set_threshold(50_000, 20, 20)
    # httpx and structlog load rich wherever it is installed, for a command line and for tracebacks that are not used
    # here: 4 MiB, and a twentieth of the start. None tells Python, and so them, that there is none.
    sys.modules.update(dict.fromkeys(("rich", "httpx._main")))  # type: ignore[arg-type]  # typeshed knows modules only
    settings = load_or_exit()
    from bot import logs, serving
    from bot.preparation import examine_address, prepare
    from bot.store.presence import executor_id
    from bot.web import create_app

    logs.configure(settings.log_level, settings.log_format, replica=executor_id())
    if settings.literal_secrets:
        logging.getLogger(__name__).warning(
            "%d secrets stand in the file itself; better refer to them with env:NAME or file:/path",
            settings.literal_secrets,
        )
    host, port = host or settings.host, settings.port if port is None else port
    with refusing():
        held = serving.interruptible(lambda: prepare(settings))
        examine_address(host, port)  # a replica that is ending has let go of it by now

    def refuse(sentence: str) -> None:
        print(sentence, file=sys.stderr)
        server.end(2)

    app = create_app(settings, held, refuse=refuse)
    server = serving.new_server(app, host, port)
    server.run()
    raise typer.Exit(server.exit_code)


@app.command()
def demo(
    terminal: Annotated[bool, typer.Option(help="Play in the terminal instead of a web page.")] = False,
    once: Annotated[
        bool, typer.Option(help="Play the main job once in the terminal; exit 0 only if the task is paused.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the web page; 0 takes a free one.")] = 0,
) -> None:
    """Try the bot with a Slack and a Huawei Cloud on this machine; no account is needed."""
    if terminal or once:
        from bot.sandbox.terminal.play import play

        raise typer.Exit(play(once=once))
    from bot.sandbox.page.serve import run_page

    run_page(port=port)


@app.command()
def check() -> None:
    """Say what is right and wrong with settings, database, Slack, IAM and OMS; exit 1 if anything is wrong."""
    import asyncio

    from bot import logs
    from bot.cli.check import check as look

    logs.configure("WARNING")  # what is found is printed; nothing else

    async def run() -> bool:
        fine = True
        async for line in look():
            print(line, flush=True)
            fine = fine and line.ok
        return fine

    raise typer.Exit(0 if asyncio.run(run()) else 1)


@app.command()
def manifest(
    public_url: Annotated[
        str | None,
        typer.Option(help="The bot's public https URL; without it, the manifest is for Socket Mode."),
    ] = None,
    many_workspaces: Annotated[
        bool,
        typer.Option(help="With --public-url: for workspaces that install the bot themselves, by OAuth."),
    ] = False,
) -> None:
    """Print the Slack app manifest: for Socket Mode, or for HTTP at a public URL."""
    from bot.slack.manifest import render

    print(render(public_url, many_workspaces=many_workspaces), end="")


users = typer.Typer(no_args_is_help=True, help="Who acts as whom.")
app.add_typer(users, name="users")


@users.command("list")
def users_list() -> None:
    """List who acts as whom: links that people made, then the settings; never a secret."""
    from bot.cli.users import list_users

    raise typer.Exit(list_users(ready_or_exit()))


@users.command("link")
def users_link(
    user: Annotated[str, typer.Argument(help="Slack user id, U….")],
    team: Annotated[str, typer.Option(help="Slack workspace id, T…; asked of Slack unless given.")] = "",
    label: Annotated[str, typer.Option(help="How to call an access key whose owner IAM does not tell.")] = "",
    allow_shared: Annotated[
        bool, typer.Option(help="Also if another Slack account acts as the same IAM identity already.")
    ] = False,
) -> None:
    """Link somebody's IAM credential; asks for it without showing it, and checks it before it is stored."""
    from bot.cli.users import link_user

    raise typer.Exit(link_user(ready_or_exit(), team, user, label, shared=allow_shared))


@users.command("unlink")
def users_unlink(
    user: Annotated[str, typer.Argument(help="Slack user id, U….")],
    team: Annotated[str, typer.Option(help="Slack workspace id, T…; asked of Slack unless given.")] = "",
) -> None:
    """Forget somebody's link and its secret."""
    from bot.cli.users import unlink_user

    raise typer.Exit(unlink_user(ready_or_exit(), team, user))


@users.command("new-key")
def users_new_key() -> None:
    """Print a new key for OMS_BOT_SECRET_KEYS."""
    from bot.identity.keyring import new_key

    print(new_key())


@users.command("rotate-keys")
def users_rotate_keys() -> None:
    """Encrypt all stored secrets anew with the newest key; the bot may go on running."""
    from bot.cli.users import rotate_keys

    raise typer.Exit(rotate_keys(ready_or_exit()))


audit = typer.Typer(no_args_is_help=True, help="The record of who did what.")
app.add_typer(audit, name="audit")


def _open_audit() -> Audit:
    from bot.audit import Audit
    from bot.store import database

    url = ready_or_exit().database_url.get_secret_value()
    return Audit(database.create_engine(url), time.time)


@audit.command()
def export(
    format_: Annotated[AuditFormat, typer.Option("--format", help="jsonl or csv.")] = AuditFormat.JSONL,
) -> None:
    """Print all audit records, oldest first."""
    from bot.audit import export as lines

    for line in lines(_open_audit(), format_.value):
        print(line)


@audit.command()
def verify() -> None:
    """Check the audit's hash chain; exit 1 if a record was edited, removed or reordered."""
    from bot.audit import verify as faults_of

    log = _open_audit()
    faults = faults_of(log)
    for fault in faults:
        print(f"✗ {fault}")
    if faults:
        raise typer.Exit(1)
    count, head = log.head()
    print(f"✓ {count} records, unbroken. Head: {head}")
