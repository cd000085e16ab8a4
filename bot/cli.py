"""The command line: ``oms-bot serve | demo | check | manifest | users | audit``.

Each command imports what it needs when it runs, so that ``--help`` and ``serve`` start fast.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.settings import Settings, SettingsError, load

app = typer.Typer(
    name="oms-bot", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)


def main() -> None:
    """Run the command line."""
    app()


def load_or_exit() -> Settings:
    """Return the settings, or end with exit code 2 and a sentence for each fault."""
    try:
        return load()
    except SettingsError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(2) from None


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; PORT, else 3000.")] = None,
) -> None:
    """Run the bot: over HTTP, and in Socket Mode too when SLACK_APP_TOKEN is set."""
    settings = load_or_exit()
    import uvicorn

    from bot import logs
    from bot.app import create_app

    logs.configure(settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=host or settings.host,
        port=settings.port if port is None else port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
