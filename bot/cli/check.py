"""``oms-bot check``: what is right and what is wrong, before anybody needs the bot at night.

It tries what `serve` does. Nothing is changed, but that a database that is there remembers which logins IAM refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.cli.checks.buckets import buckets
from bot.cli.checks.ground import ground
from bot.cli.checks.huawei import huawei
from bot.cli.checks.line import Line
from bot.cli.checks.slack import slack
from bot.cli.printing import counted
from bot.huawei.transport import new_http_client
from bot.settings.load import Settings, SettingsError, load


async def check(*, with_blocks: bool = False) -> AsyncIterator[Line]:
    """Yield a line for each thing looked at, as soon as it is known.

    *with_blocks* asks Slack about everything that the bot can show, too: some 300 calls.
    Faults of the settings do not hide what can be looked at without them.
    """
    settings: Settings | None
    try:
        settings = load()
    except SettingsError as error:
        for fault in error.faults:
            yield Line(False, fault)
        settings = error.settings
    else:
        projects, users = counted(len(settings.projects), "project"), counted(len(settings.users), "user")
        yield Line(True, f"settings: {projects}, {users}")
    if settings is None:
        return
    if settings.literal_secrets:
        yield Line(True, f"settings: {settings.about_literals}")
    async for line in ground(settings):
        yield line
    for line in buckets(settings):
        yield line
    yield Line(True, f"network: {settings.outgoing}")
    async with new_http_client(settings.timing.request_timeout, settings.outgoing) as http:
        async for line in slack(settings, http, with_blocks=with_blocks):
            yield line
        async for line in huawei(settings, http):
            yield line
