"""What a bot is put together from, each part whole: what is kept, the way to Slack, who acts as whom, the conversation.

`bot.app` holds them for as long as the process lives.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

import httpx

from bot.audit import Audit
from bot.conversation.acting import Pausing
from bot.conversation.authority import Permissions
from bot.conversation.decided import Decisions
from bot.conversation.failover import Failover
from bot.conversation.intake import Intake
from bot.conversation.operations import Operations
from bot.conversation.pace import Pace
from bot.conversation.preview import Preview
from bot.conversation.running import Running
from bot.conversation.workflows import Conversation
from bot.huawei.iam.rejections import REMEMBERED_FOR
from bot.identity.directory import Directory
from bot.identity.invitations import Invitations
from bot.identity.keyring import KeyRing
from bot.identity.linking import Linking
from bot.identity.opening import open_store
from bot.identity.proving import Prover
from bot.identity.seals import Seals
from bot.identity.tries import RunningTries, open_tries
from bot.metrics import Metrics
from bot.rejected_requests import RejectedRequests
from bot.settings.load import Settings
from bot.slack.chat import Chat, OneWorkspace, ResponseUrls, Workspaces
from bot.slack.client import new_client, new_slack_session
from bot.slack.links import LinkCommands, LinkNews
from bot.slack.listeners import Listeners
from bot.slack.manifest import SCOPES
from bot.slack.people import People
from bot.slack.sign_in import sign_in_with
from bot.slack.sweep import Sweep
from bot.slack.telling import Telling
from bot.store import database
from bot.store.presence import Presence, executor_id
from bot.text.languages import Language
from bot.verbs.tasks import Tasks

if TYPE_CHECKING:
    from bot.slack.workspaces.installations import Installations


class Foundation:
    """What everything stands on: the settings, the clock, the database and what is kept in it, the counts.

    `language` is the one that everybody reads; None where each reads their own.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.clock = clock
        self.language = Language(settings.texts.language) if settings.texts.language else None
        self.metrics = Metrics()
        self.engine = database.create_engine(settings.database_url.get_secret_value())
        self.ring = KeyRing.parse(settings.secret_keys)
        self.seals = Seals(self.ring)
        self.operations = Operations(self.engine, self.seals)
        self.audit = Audit(self.engine, clock)
        self.rejected = RejectedRequests(self.audit, self.metrics)


class SlackSide:
    """The way to Slack: with the one token there is, or with those of the workspaces that installed the bot.

    `left` is told of workspaces that have removed it.
    """

    def __init__(self, base: Foundation, left: Callable[[Collection[str]], Awaitable[None]]) -> None:
        settings, metrics = base.settings, base.metrics
        self.session = new_slack_session()
        self.client = new_client(
            self.session, settings.slack_api_url, settings.slack_bot_token.get_secret_value()
        )
        self.response_urls = ResponseUrls(settings.slack_api_url, foreign=metrics.foreign_urls.inc)
        observe = metrics.observe("slack")
        self.chat = Chat(self.client, response_urls=self.response_urls, observe=observe)
        self.installations: Installations | None = None
        self.workspaces: Workspaces = OneWorkspace(self.chat)
        if settings.many_workspaces:
            from bot.slack.workspaces.many import ManyWorkspaces  # noqa: PLC0415  # slow to import, seldom needed

            self.installations = self._installations(base, left)
            self.workspaces = ManyWorkspaces(
                self.installations, response_urls=self.response_urls, observe=observe
            )
        self.people = People(self.workspaces)

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
            observe=base.metrics.observe("iam"),
        )
        news = LinkNews(slack.workspaces)
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
            linking=self.linking, directory=self.directory, workspaces=slack.workspaces, audit=base.audit
        )
        self.sign_in = sign_in_with(settings, slack.session, clock)
        self.sweep = Sweep(
            store=self.vault,
            linking=self.linking,
            workspaces=slack.workspaces,
            departures=slack.installations.departures if slack.installations else None,
        )


class Core:
    """The conversation: what listens, what is recorded, what is done, and by which right this process does it."""

    def __init__(
        self,
        base: Foundation,
        slack: SlackSide,
        identities: Identities,
        http: httpx.AsyncClient,
        held: Presence,
    ) -> None:
        pace, running, decisions = Pace(), Running(), Decisions()
        self.failover = Failover(base.engine, held, running, executor_id())
        telling = Telling(
            workspaces=slack.workspaces,
            operations=base.operations,
            audit=base.audit,
            metrics=base.metrics,
            clock=base.clock,
        )
        permissions = Permissions(
            projects=base.settings.projects,
            people=slack.people,
            directory=identities.directory,
            seals=base.seals,
        )
        tasks = Tasks(http, identities.directory, clock=base.clock, observe=base.metrics.observe("oms"))
        self.conversation = Conversation(
            preview=_preview(base, permissions, tasks),
            permissions=permissions,
            pausing=_pausing(base, permissions, tasks, self.failover),
            telling=telling,
            operations=base.operations,
            audit=base.audit,
            pace=pace,
            decisions=decisions,
            clock=base.clock,
            running=running,
            seals=base.seals,
        )
        sync_to_disk = functools.partial(database.sync_to_disk, base.engine)
        self.intake = Intake(self.conversation, pace, running, sync_to_disk)
        self.listeners = Listeners(
            projects=base.settings.projects,
            intake=self.intake,
            operations=base.operations,
            workspaces=slack.workspaces,
            people=slack.people,
            response_urls=slack.response_urls,
            links=identities.commands,
            telling=telling,
            decisions=decisions,
            rejected=base.rejected,
            metrics=base.metrics,
            clock=base.clock,
            seals=base.seals,
        )


def _preview(base: Foundation, permissions: Permissions, tasks: Tasks) -> Preview:
    return Preview(
        timing=base.settings.timing,
        permissions=permissions,
        tasks=tasks,
        operations=base.operations,
        limits=base.settings.limits,
        seals=base.seals,
        clock=base.clock,
    )


def _pausing(base: Foundation, permissions: Permissions, tasks: Tasks, failover: Failover) -> Pausing:
    return Pausing(
        timing=base.settings.timing,
        permissions=permissions,
        operations=base.operations,
        seals=base.seals,
        tasks=tasks,
        audit=base.audit,
        prove_ownership=failover.prove_ownership,
        clock=base.clock,
    )
