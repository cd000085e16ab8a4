"""The sandbox as a web page on loopback: a Slack to type in, the real bot, and the OMS side to watch.

    run_page(port=8080)     # what `oms-bot demo` does

NiceGUI is imported here and in modules named page_… only; it comes with the extra `sandbox`.
"""

import asyncio
import contextlib
import importlib.util
import signal
import socket
import webbrowser

import uvicorn

from bot.sandbox.stage import forked
from bot.sandbox.stage.stage import Stage

MISSING = (
    "The web page needs NiceGUI, which is not installed. Install it with: pip install '.[sandbox]', "
    "or play in the terminal: oms-bot demo --terminal"
)


def run_page(port: int = 0, *, open_browser: bool = True, host: str = "127.0.0.1") -> None:
    """Serve the page until Ctrl+C, and print where it is. Port 0 takes a free one.

    Raises:
        SystemExit: NiceGUI is not installed.
        ValueError: `host` is not loopback: whoever reaches the page rules everything behind it.
    """
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError(f"the sandbox listens on loopback only, not on {host!r}")
    if importlib.util.find_spec("nicegui") is None:
        raise SystemExit(MISSING)
    signal.signal(signal.SIGTERM, _leave)  # so that the stage is cleared on the way out
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(host, port, open_browser=open_browser))


async def _run(host: str, port: int, *, open_browser: bool) -> None:
    forked.ready()  # another process imports the bot while this one imports NiceGUI
    from bot.sandbox.page.app import create_app  # noqa: PLC0415  # NiceGUI is an optional extra

    print("Setting the stage: a Slack, a Huawei Cloud, and the bot…", flush=True)  # noqa: T201  # a command's output
    with _listen(host, port) as listener:
        async with Stage() as stage:
            config = uvicorn.Config(create_app(stage), log_level="warning", timeout_graceful_shutdown=1)
            url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
            print(f"The sandbox is at {url} (Ctrl+C ends it). The bot logs to {stage.bot.log}", flush=True)  # noqa: T201  # as above
            if open_browser:
                await asyncio.to_thread(webbrowser.open, url)
            await uvicorn.Server(config).serve(sockets=[listener])


def _leave(*_: object) -> None:
    raise SystemExit(143)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen()  # the address is told before it is served: whoever comes so early waits
    return listener
