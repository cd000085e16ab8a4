"""What a bot is put together from, each part whole: what is kept, the way to Slack, who acts as whom, the conversation.

`bot.app` holds them for as long as the process lives.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

import httpx

from bot.conversation import reminding
from bot.conversation.acting import Acting
from bot.conversation.asking import Asking
from bot.conversation.authority import Authority
from bot.conversation.consent import Consent
from bot.conversation.decided import Verdicts
from bot.conversation.due import Due, Sweeper
from bot.conversation.durable import Durable
from bot.conversation.failover import Failover
from bot.conversation.intake import Intake
from bot.conversation.many import Many
from bot.conversation.pace import Pace
from bot.conversation.planned import Planned
from bot.conversation.preview import Preview
from bot.conversation.publishing import Publications
from bot.conversation.records import OwnRecords
from bot.conversation.reporting import Reporting
from bot.conversation.running import Running
from bot.conversation.settling import Settling
from bot.conversation.slots import Slots
from bot.conversation.verifying import Verifying
from bot.conversation.workflows import Conversation, bind, start_settle
from bot.foundation import Foundation
from bot.huawei.iam.rejections import REMEMBERED_FOR
from bot.identity.directory import Directory
from bot.identity.invitations import Invitations
from bot.identity.linking import Linking
from bot.identity.opening import open_store
from bot.identity.proving import Prover
from bot.identity.tries import RunningTries, open_tries
from bot.showing import Showing
from bot.slack.chat import Chat, OneWorkspace, Workspaces
from bot.slack.client import new_client, new_slack_session
from bot.slack.home_news import HomeNews
from bot.slack.link_news import LinkNews
from bot.slack.listeners.links import LinkCommands
from bot.slack.manifest import SCOPES
from bot.slack.newer_blocks import NewerBlocks
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.reminding import Reminders
from bot.slack.response_urls import ResponseUrls
from bot.slack.sign_in import sign_in_with
from bot.slack.sweep import Sweep
from bot.slack.telling import Telling
from bot.slack.telling_many import TellingMany
from bot.store import database
from bot.store.presence import Presence, executor_id
from bot.verbs.registry import Registry
from bot.verbs.tasks import Oms

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


class Core:
    """The conversation: what listens, what is recorded, what is done, and by which right this process does it."""

    def __init__(
        self,
        base: Foundation,
        slack: SlackSide,
        identities: Identities,
        *,
        http: httpx.AsyncClient,
        held: Presence,
        registry: Registry,
    ) -> None:
        self.running, self.pace, self.verdicts = Running(), Pace(), Verdicts()
        self.failover = Failover(base.engine, held, self.running, executor_id())
        self.durable = Durable(self.running, base.traces)
        self.telling = Telling(
            workspaces=slack.workspaces,
            people=slack.people,
            readers=slack.readers,
            operations=base.operations,
            audit=base.audit,
            metrics=base.metrics,
            traces=base.traces,
            home_news=slack.home_news,
            verbs=registry.verbs,
            clock=base.clock,
        )
        self.authority = Authority(
            projects=base.settings.projects,
            people=slack.people,
            directory=identities.directory,
            freezes=base.freezes,
            seals=base.seals,
        )
        cloud = self.cloud = Oms(
            http,
            identities.directory,
            bucket_credentials=base.settings.bucket_credentials,
            clock=base.clock,
            observe=base.observe("oms"),
        )
        showing = Showing(
            base, slack, authority=self.authority, cloud=cloud, teller=self.telling, durable=self.durable
        )
        self.watching, slots = showing.watching, showing.slots
        acting = self._acting(base, cloud, registry)
        planned, consent = self._planned(base, slack, cloud, acting), self._consent(base, slack)
        reminding.bind(reminding.Means(planned, consent, self.durable))
        self.sweeper = Sweeper(Due(base.engine), begin=planned.begin, clock=base.clock)
        verifying = Verifying(
            timing=base.settings.timing, verbs=registry.verbs, read=acting.read_anew, clock=base.clock
        )
        bind(
            Conversation(
                asking=self._asking(base, cloud, registry),
                settling=self._settling(base, acting, verifying, planned, slots),
                many=Many(
                    acting=acting,
                    verifying=verifying,
                    teller=TellingMany(
                        workspaces=slack.workspaces,
                        readers=slack.readers,
                        audit=base.audit,
                        metrics=base.metrics,
                        verbs=registry.verbs,
                    ),
                    audit=base.audit,
                    durable=self.durable,
                    projects=base.settings.projects,
                    clock=base.clock,
                ),
                publications=self._publications(base, http, registry),
                operations=base.operations,
                consent=consent,
                teller=self.telling,
                verdicts=self.verdicts,
                durable=self.durable,
                running=self.running,
                pace=self.pace,
                clock=base.clock,
            )
        )
        self.intake = Intake(self.pace, self.running, functools.partial(database.sync_to_disk, base.engine))

    def _publications(
        self, base: Foundation, http: httpx.AsyncClient, registry: Registry
    ) -> Publications | None:
        if not base.settings.outcomes:
            return None
        from bot.publishing.setting_up import publications  # noqa: PLC0415  # seldom needed

        return publications(
            base.settings,
            operations=base.operations,
            durable=self.durable,
            http=http,
            verbs=registry.verbs,
            audit=base.audit,
            metrics=base.metrics,
            clock=base.clock,
        )

    def _asking(self, base: Foundation, cloud: Oms, registry: Registry) -> Asking:
        preview = Preview(
            timing=base.settings.timing,
            authority=self.authority,
            verbs={**registry.readings, **registry.keepings},
            records=OwnRecords(base.freezes, base.history, self.authority, base.audit),
            cloud=cloud,
            operations=base.operations,
            reporting=Reporting(verbs=registry.words, operations=base.operations, watches=base.watches),
            limits=base.settings.limits,
            seals=base.seals,
            clock=base.clock,
        )
        return Asking(
            preview=preview,
            teller=self.telling,
            operations=base.operations,
            due=Due(base.engine),
            audit=base.audit,
            authority=self.authority,
            cloud=cloud,
        )

    def _acting(self, base: Foundation, cloud: Oms, registry: Registry) -> Acting:
        return Acting(
            timing=base.settings.timing,
            authority=self.authority,
            operations=base.operations,
            seals=base.seals,
            verbs=registry.verbs,
            cloud=cloud,
            audit=base.audit,
            prove_ownership=self.failover.prove_ownership,
            clock=base.clock,
        )

    def _planned(self, base: Foundation, slack: SlackSide, cloud: Oms, acting: Acting) -> Planned:
        return Planned(
            due=Due(base.engine),
            operations=base.operations,
            acting=acting,
            authority=self.authority,
            cloud=cloud,
            reminder=Reminders(slack.workspaces, slack.readers, base.audit),
            audit=base.audit,
            seals=base.seals,
            settle=start_settle,
            remind=reminding.start_remind,
            clock=base.clock,
        )

    def _settling(
        self, base: Foundation, acting: Acting, verifying: Verifying, planned: Planned, slots: Slots
    ) -> Settling:
        return Settling(
            acting=acting,
            verifying=verifying,
            planned=planned,
            slots=slots,
            teller=self.telling,
            operations=base.operations,
            durable=self.durable,
        )

    def _consent(self, base: Foundation, slack: SlackSide) -> Consent:
        return Consent(
            authority=self.authority,
            teller=self.telling,
            reminder=Reminders(slack.workspaces, slack.readers, base.audit),
            operations=base.operations,
            audit=base.audit,
            verdicts=self.verdicts,
            durable=self.durable,
            settle=start_settle,
            seals=base.seals,
        )
