"""What a bot is put together from, each part whole: what is kept, the way to Slack, who acts as whom, the conversation.

`bot.app` holds them for as long as the process lives.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

import httpx

from bot.foundation import Foundation
from bot.huawei.iam.rejections import REMEMBERED_FOR
from bot.identity.directory import Directory
from bot.identity.invitations import Invitations
from bot.identity.linking import Linking
from bot.identity.opening import open_store
from bot.identity.proving import Prover
from bot.identity.tries import RunningTries, open_tries
from bot.slack.chat import Chat
from bot.slack.client import new_client, new_slack_session
from bot.slack.home_news import HomeNews
from bot.slack.link_news import LinkNews
from bot.slack.listeners.links import LinkCommands
from bot.slack.manifest import SCOPES
from bot.slack.newer_blocks import NewerBlocks
from bot.slack.people import People
from bot.slack.rate_limits import RateLimits
from bot.slack.readers import Readers
from bot.slack.response_urls import ResponseUrls
from bot.slack.sign_in import sign_in_with
from bot.slack.sweep import Sweep
from bot.slack.workspaces.one import OneWorkspace, Workspaces

if TYPE_CHECKING:
    from bot.slack.workspaces.installations import Installations


class SlackSide:
    """The way to Slack: with the one token there is, or with those of the workspaces that installed the bot.

    `left` is told of workspaces that have removed it.
    """

    def __init__(self, base: Foundation, left: Callable[[Collection[str]], Awaitable[None]]) -> None:
        settings, metrics = base.settings, base.metrics
        self.session = new_slack_session(settings.outgoing)
        self.client = new_client(
            self.session, settings.slack_api_url, settings.slack_bot_token.get_secret_value()
        )
        self.response_urls = ResponseUrls(settings.slack_api_url, foreign=metrics.foreign_urls.inc)
        make_chat = functools.partial(
            Chat,
            response_urls=self.response_urls,
            newer_blocks=NewerBlocks(lambda block: metrics.plain_messages.labels(block).inc()),
            rate_limits=RateLimits(),
            observe=base.observe("slack"),
        )
        self.chat = make_chat(self.client)
        self.installations: Installations | None = None
        self.workspaces: Workspaces = OneWorkspace(self.chat)
        if settings.many_workspaces:
            from bot.slack.workspaces.many import ManyWorkspaces  # noqa: PLC0415  # slow to import, seldom needed

            self.installations = self._installations(base, left)
            self.workspaces = ManyWorkspaces(self.installations, make_chat)
        self.readers, self.home_news = Readers(base.language), HomeNews()
        self.people = People(self.workspaces, self.readers)

    def _installations(
        self, base: Foundation, left: Callable[[Collection[str]], Awaitable[None]]
    ) -> Installations:
        from bot.slack.workspaces.installations import Installations  # noqa: PLC0415  # as above

        settings = base.settings
        assert settings.public_url  # noqa: S101  # the settings demand it
        return Installations(
            base.engine,
            base.ring,
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret,
            slack_api_url=settings.slack_api_url,
            public_url=settings.public_url,
            scopes=SCOPES,
            language=base.language,
            session=self.session,
            is_slacks=self.response_urls.is_slacks,
            may_install=settings.installs.allow if settings.installs else None,
            left=left,
            clock=base.clock,
            audit=base.audit,
        )


class Identities:
    """Who acts as whom: what people linked, what the settings say, and the ways to link."""

    def __init__(self, base: Foundation, slack: SlackSide, http: httpx.AsyncClient) -> None:
        settings, clock, engine = base.settings, base.clock, base.engine
        self.vault = open_store(settings, engine)
        self.directory = Directory(
            settings.users,
            http=http,
            service_account=settings.service_account,
            clock=clock,
            # Without a key nothing can be linked, so nothing need be looked up: `prepare` has made sure of it.
            vault=self.vault if self.vault.writable else None,
            ledger=RunningTries(open_tries(settings, engine, clock=clock, remembered=REMEMBERED_FOR)),
            observe=base.observe("iam"),
        )
        news = LinkNews(slack.workspaces, slack.people, slack.home_news)
        self.linking = Linking(
            store=self.vault,
            invitations=Invitations(engine, clock=clock),
            prover=Prover(
                http, settings.projects, tries=open_tries(settings, engine, clock=clock), clock=clock
            ),
            directory=self.directory,
            public_url=settings.public_url,
            audit=base.audit,
            on_linked=news.linked,
            on_tried=news.tried,
            clock=clock,
        )
        self.commands = LinkCommands(
            linking=self.linking,
            directory=self.directory,
            workspaces=slack.workspaces,
            people=slack.people,
            readers=slack.readers,
            audit=base.audit,
            home_news=slack.home_news,
        )
        self.sign_in = sign_in_with(settings, slack.session, clock)
        self.sweep = Sweep(
            store=self.vault,
            linking=self.linking,
            workspaces=slack.workspaces,
            departures=slack.installations.departures if slack.installations else None,
        )
