"""Slack's way in, put together: one listener a surface."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.core import Core
from bot.foundation import Foundation
from bot.parts import Identities, SlackSide
from bot.slack.listeners import actions, commands, events, mentions, messages
from bot.slack.listeners.acknowledge import Door
from bot.slack.listeners.deciding import Deciding
from bot.slack.listeners.functions import Functions
from bot.slack.listeners.hearing import Hearing
from bot.slack.listeners.helping import Helping
from bot.slack.listeners.home import Homes
from bot.slack.listeners.modal import AskModal
from bot.slack.listeners.reasons import Reasons
from bot.slack.listeners.shortcuts import Shortcuts
from bot.slack.listeners.views import Views
from bot.slack.listeners.watches import WatchButtons
from bot.slack.task_menu import TaskMenu
from bot.verbs.registry import Registry


class Listeners:
    """Slack's way in: one listener a surface."""

    def __init__(
        self, base: Foundation, slack: SlackSide, identities: Identities, core: Core, registry: Registry
    ) -> None:
        self._registry = registry
        self._repeated = base.repeated
        self._links = identities.commands
        self._one_workspace = slack.installations is None
        self.door = Door(
            intake=core.intake,
            workspaces=slack.workspaces,
            response_urls=slack.response_urls,
            traces=base.traces,
        )
        menu = TaskMenu(
            authority=core.authority,
            cloud=core.cloud,
            verbs=registry.verbs,
            projects=base.settings.projects,
        )
        helper = Helping(
            authority=core.authority,
            readers=slack.readers,
            menu=menu,
            bucket_credentials=base.settings.bucket_credentials,
        )
        self._modal = AskModal(
            self.door,
            authority=core.authority,
            workspaces=slack.workspaces,
            readers=slack.readers,
            menu=menu,
            registry=registry,
            projects=base.settings.projects,
        )
        self._hearing = Hearing(
            self.door,
            registry=registry,
            projects=base.settings.projects,
            people=slack.people,
            readers=slack.readers,
            links=identities.commands,
            modal=self._modal,
            helper=helper,
            rejected=base.rejected,
            metrics=base.metrics,
            clock=base.clock,
        )
        self._shortcuts = Shortcuts(
            self.door,
            hearing=self._hearing,
            modal=self._modal,
            menu=menu,
            projects=base.settings.projects,
        )
        self._deciding = Deciding(
            self.door,
            projects=base.settings.projects,
            verbs=registry.verbs,
            operations=base.operations,
            people=slack.people,
            readers=slack.readers,
            telling=core.telling,
            verdicts=core.verdicts,
            seals=base.seals,
            clock=base.clock,
        )
        self._views = Views(
            self.door,
            hearing=self._hearing,
            operations=base.operations,
            readers=slack.readers,
        )
        self._reasons = Reasons(
            self.door,
            deciding=self._deciding,
            readers=slack.readers,
            clock=base.clock,
        )
        self._watches = WatchButtons(
            self.door,
            watches=base.watches,
            watching=core.watching,
            people=slack.people,
            readers=slack.readers,
        )

        self._functions = Functions(
            self.door,
            hearing=self._hearing,
            projects=base.settings.projects,
            registry=registry,
            readers=slack.readers,
            metrics=base.metrics,
            clock=base.clock,
        )
        self._homes = Homes(
            self.door,
            slack.home_news,
            authority=core.authority,
            people=slack.people,
            readers=slack.readers,
            workspaces=slack.workspaces,
            linking=identities.linking,
            operations=base.operations,
            verdicts=core.verdicts,
            history=base.history,
            menu=menu,
            helper=helper,
            clock=base.clock,
        )

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what is listened to, what is hurried first: it asks each in turn whether it is meant."""
        actions.register(app, self._hearing, self._deciding, self._repeated)
        self._reasons.register(app)
        self._views.register(app)
        self._watches.register(app)
        self._modal.register(app, self._hearing)
        self._shortcuts.register(app)
        self._homes.register(app)
        commands.register(app, self._hearing)
        self._functions.register(app)
        mentions.register(app, self.door, self._hearing, self._registry, self._repeated)
        messages.register(app, self.door, self._hearing)
        events.register(app, self.door, self._links)
        if self._one_workspace:
            events.register_uninstalled(app, self._links)
