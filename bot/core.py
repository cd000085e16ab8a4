"""The conversation, put together from its parts: `bot.app` holds it for as long as the process lives."""

from __future__ import annotations

import functools

import httpx

from bot.conversation import completing, reminding
from bot.conversation.acting import Acting
from bot.conversation.allowance import Allowance
from bot.conversation.asking import Asking
from bot.conversation.authority import Authority
from bot.conversation.completing import Completions, Propose
from bot.conversation.consent import Consent
from bot.conversation.decided import Verdicts
from bot.conversation.due import Sweeper
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
from bot.conversation.reviews import Reviews
from bot.conversation.running import Running
from bot.conversation.settling import Settling
from bot.conversation.slots import Slots
from bot.conversation.verifying import Verifying
from bot.conversation.workflows import Conversation, bind, start_settle
from bot.foundation import Foundation
from bot.parts import Identities, SlackSide
from bot.showing import Showing
from bot.slack.completing import Completing
from bot.slack.reminding import Reminders
from bot.slack.telling import Telling
from bot.slack.telling_many import TellingMany
from bot.store import database
from bot.store.presence import Presence, executor_id
from bot.verbs.registry import Registry
from bot.verbs.tasks import Oms


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
        propose: Propose,
    ) -> None:
        self.running, self.pace, self.verdicts = Running(), Pace(), Verdicts()
        self.failover = Failover(base.engine, held, self.running, executor_id())
        self.durable = Durable(self.running, base.traces, base.clock)
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
            permit=self.failover.permit_call,
        )
        self.reminders = Reminders(slack.workspaces, slack.readers, base.audit)
        showing = Showing(
            base, slack, authority=self.authority, cloud=cloud, teller=self.telling, durable=self.durable
        )
        self.watching, slots = showing.watching, showing.slots
        acting = self._acting(base, cloud, registry)
        completions = self._completions(base, slack, registry, propose)
        planned, consent = self._planned(base, cloud, acting, completions), self._consent(base)
        reminding.bind(reminding.Means(planned, consent, self.durable))
        self.sweeper = Sweeper(base.due, begin=planned.begin, clock=base.clock)
        verifying = Verifying(
            timing=base.settings.timing, verbs=registry.verbs, read=acting.read_anew, clock=base.clock
        )
        bind(
            Conversation(
                asking=self._asking(base, cloud, registry),
                settling=self._settling(base, acting, verifying, planned, slots),
                many=self._many(base, slack, acting, verifying, registry),
                publications=self._publications(base, http, registry),
                completions=completions,
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
        self.intake = Intake(
            self.pace,
            self.running,
            sync_to_disk=functools.partial(database.sync_to_disk, base.engine),
            prove=functools.partial(database.prove, base.engine),
        )

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

    def _completions(
        self, base: Foundation, slack: SlackSide, registry: Registry, propose: Propose
    ) -> Completions:
        made = Completions(
            completer=Completing(
                workspaces=slack.workspaces,
                people=slack.people,
                readers=slack.readers,
                verbs=registry.verbs,
                audit=base.audit,
                metrics=base.metrics,
                clock=base.clock,
            ),
            propose=propose,
            reviews=Reviews(base.engine),
            operations=base.operations,
            due=base.due,
            durable=self.durable,
            review_within=base.settings.timing.review_within,
            clock=base.clock,
        )
        completing.bind(made)
        return made

    def _asking(self, base: Foundation, cloud: Oms, registry: Registry) -> Asking:
        preview = Preview(
            timing=base.settings.timing,
            authority=self.authority,
            verbs={**registry.readings, **registry.keepings},
            records=OwnRecords(base.freezes, base.history, self.authority, base.audit),
            cloud=cloud,
            operations=base.operations,
            reporting=Reporting(verbs=registry.words, operations=base.operations, watches=base.watches),
            allowance=Allowance(base.engine, base.settings.limits.cards_per_minute),
            seals=base.seals,
            clock=base.clock,
        )
        return Asking(
            preview=preview,
            teller=self.telling,
            operations=base.operations,
            due=base.due,
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

    def _planned(self, base: Foundation, cloud: Oms, acting: Acting, completions: Completions) -> Planned:
        return Planned(
            due=base.due,
            operations=base.operations,
            acting=acting,
            authority=self.authority,
            cloud=cloud,
            reminder=self.reminders,
            audit=base.audit,
            seals=base.seals,
            settle=start_settle,
            remind=reminding.start_remind,
            unreviewed=completions.unreviewed,
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

    def _many(
        self, base: Foundation, slack: SlackSide, acting: Acting, verifying: Verifying, registry: Registry
    ) -> Many:
        teller = TellingMany(
            workspaces=slack.workspaces,
            readers=slack.readers,
            audit=base.audit,
            metrics=base.metrics,
            verbs=registry.verbs,
        )
        return Many(
            acting=acting,
            verifying=verifying,
            teller=teller,
            audit=base.audit,
            durable=self.durable,
            projects=base.settings.projects,
            clock=base.clock,
        )

    def _consent(self, base: Foundation) -> Consent:
        return Consent(
            authority=self.authority,
            teller=self.telling,
            reminder=self.reminders,
            operations=base.operations,
            audit=base.audit,
            verdicts=self.verdicts,
            durable=self.durable,
            settle=start_settle,
            seals=base.seals,
        )
