"""The command line: ``oms-bot serve | demo | check`` here, what sets up and what looks into records beside it.

Each command imports what it needs when it runs, so that ``--help`` and ``serve`` start fast.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Annotated, Final

import typer

from bot import __version__
from bot.cli import records, setting_up, task
from bot.cli.commands import RECORDS, RUN, SET_UP, AsJson, group
from bot.cli.ends import Exit, load_or_exit, refusing
from bot.cli.printing import prepare_streams, print_json

_EXAMPLES: Final = """
[bold]Try it:[/bold]  oms-bot demo

[bold]Set it up:[/bold]  oms-bot init · oms-bot manifest · oms-bot check

[bold]Run it:[/bold]  oms-bot serve

[bold]Who paused that?[/bold]  oms-bot audit show 7f3a9c12

Settings, exit codes and all else: docs/reference
"""

app = group(
    "oms-bot",
    "Pause Huawei Cloud object storage migrations from Slack: as the person who asks, once, and telling the truth.",
    epilog=_EXAMPLES,
    completion=True,
)


def main() -> None:
    """Run the command line."""
    # slack_bolt and slack_sdk ask for it when they are imported, and a container's user may have none.
    os.environ.setdefault("HOME", "/")
    # pydantic would look for plugins of its own in what is said of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    prepare_streams()
    app(prog_name="oms-bot")


def _print_version(wanted: bool) -> None:  # typer's signature
    if wanted:
        print(f"oms-bot {__version__}")
        raise typer.Exit(Exit.DONE)


@app.callback()
def begin(
    context: typer.Context,
    *,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show on stderr what the program logs while it works.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and end."),
    ] = False,
) -> None:
    """Send logs to stderr, redacted, whatever the command; results alone go to stdout."""
    if context.invoked_subcommand != "serve":  # whose settings say how much is logged
        from bot import logs

        logs.configure("DEBUG" if verbose else "WARNING")


@app.command(rich_help_panel=RUN)
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
    # Nearly all that is loaded now stays: to look for garbage is a twentieth of the start. `Bot.start` enables it.
    gc.disable()
    # httpx and structlog load rich wherever it is installed, for a command line and for tracebacks that are not used
    # here: 4 MiB, and a twentieth of the start. None tells Python, and so them, that there is none.
    sys.modules.update(dict.fromkeys(("rich", "httpx._main")))  # type: ignore[arg-type]  # typeshed knows modules only
    settings = load_or_exit()
    import structlog

    from bot import logs, serving
    from bot.preparation import bind, listen, prepare
    from bot.store.presence import executor_id
    from bot.web import create_app

    logs.configure(settings.log_level, settings.log_format, replica=executor_id())
    if settings.literal_secrets:
        log = structlog.get_logger(__name__)
        log.warning("secrets_in_the_file", said=settings.about_literals)
    host, port = host or settings.host, settings.port if port is None else port
    with refusing():
        sockets = bind(host, port)
        if settings.metrics_port:
            sockets += bind(host, settings.metrics_port, setting="METRICS_PORT")
        held = serving.interruptible(lambda: prepare(settings))
        listen(sockets)

    def refuse(sentence: str) -> None:
        print(sentence, file=sys.stderr)
        server.end(Exit.REFUSED)

    async def leave(within_seconds: float) -> None:
        await app.state.bot.leave(within_seconds)

    app = create_app(settings, held, refuse=refuse)
    server = serving.new_server(app, host, port, leave=leave)
    server.run(sockets)
    raise typer.Exit(server.exit_code)


@app.command(rich_help_panel=RUN)
def demo(
    *,
    terminal: Annotated[bool, typer.Option(help="Play in the terminal instead of a web page.")] = False,
    once: Annotated[
        bool, typer.Option(help="Play the main job once in the terminal; exit 0 only if the task is paused.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port of the web page; 0 takes a free one.")
    ] = 0,
) -> None:
    """Try the bot with a Slack and a Huawei Cloud on this machine; no account is needed."""
    if terminal or once:
        from bot.sandbox.terminal.play import play

        raise typer.Exit(play(once=once))
    from bot.sandbox.page.serve import run_page

    run_page(port=port)


@app.command(rich_help_panel=RUN)
def check(
    *,
    as_json: AsJson = False,
    blocks: Annotated[
        bool, typer.Option(help="Also ask Slack whether it takes every message, modal and view of the bot.")
    ] = False,
) -> None:
    """Check settings, database, Slack, IAM and OMS; exit 1 if anything is wrong. Nothing is changed."""
    import asyncio

    from bot.cli.check import check as look

    async def run() -> bool:
        found = []
        async for line in look(with_blocks=blocks):
            found.append(line)
            if not as_json:
                print(line, flush=True)
        fine = all(line.ok for line in found)
        if as_json:
            print_json({"ok": fine, "found": found})
        return fine

    raise typer.Exit(Exit.DONE if asyncio.run(run()) else Exit.WRONG)


task.register(app)
setting_up.register(app)
app.add_typer(setting_up.users, name="users", rich_help_panel=SET_UP)
app.add_typer(records.operations, name="operations", rich_help_panel=RECORDS)
app.add_typer(records.audit, name="audit", rich_help_panel=RECORDS)
