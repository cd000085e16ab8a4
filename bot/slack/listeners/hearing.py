"""Commands, however they come: typed, said by mention, or pressed. Understand them, record them, answer the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Protocol

from bot.conversation.intake import Start
from bot.conversation.values import PAUSE, CannotTell, Request, Wish
from bot.metrics import Metrics
from bot.rejected_requests import RejectedRequests
from bot.settings.sections import Project
from bot.slack import cards
from bot.slack.answers import objected, problem
from bot.slack.ask_modal import Draft
from bot.slack.cards import Message
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.payloads import Heard
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.text import say
from bot.text.languages import Language
from bot.verbs.grammar import is_alone, parse
from bot.verbs.help import Help
from bot.verbs.linking import Link, Unlink, WhoAmI
from bot.verbs.parsing import BadLimit, MissingProject, Problem, UnknownProject, UnknownVerb
from bot.verbs.registry import Command, Registry

# What may only be answered to members, since the answer names projects.
_NAMING_PROJECTS = (Help, WhoAmI, UnknownProject, MissingProject, BadLimit)
AboutLink = Link | Unlink | WhoAmI
Spoken = Help | AboutLink | Problem


class Links(Protocol):
    """What is needed of linking."""

    async def answer(self, command: AboutLink, heard: Heard) -> str:
        """Do what is asked and return the words for it."""


class Modal(Protocol):
    """What is needed of the modal that puts a command together."""

    def open_later(self, heard: Heard, draft: Draft) -> None:
        """Open it for whoever was heard, after the acknowledgement."""


class Helper(Protocol):
    """What is needed of the help."""

    async def help(self, heard: Heard) -> Message:
        """Return the help for a member who was heard, where they were."""


class Hearing:
    """Hears commands. `clock` gives Unix seconds."""

    def __init__(
        self,
        door: Door,
        *,
        registry: Registry,
        projects: Mapping[str, Project],
        people: People,
        readers: Readers,
        links: Links,
        modal: Modal,
        helper: Helper,
        rejected: RejectedRequests,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._door = door
        self._registry = registry
        self._projects = projects
        self._people = people
        self._readers = readers
        self._links = links
        self._modal = modal
        self._helper = helper
        self._rejected = rejected
        self._metrics = metrics
        self._clock = clock

    def understands(self, text: str) -> bool:
        """Tell whether *text* begins with a command."""
        return not isinstance(parse(text, self._projects, self._registry), UnknownVerb)

    async def hear_and_whisper(self, ack: Ack, text: str, heard: Heard) -> None:
        """As `hear`; what is to be said at once is said after the acknowledgement."""
        answer = await self.hear(text, heard)
        await ack()
        if answer:
            self._door.later(self._door.whisper(heard, answer))

    async def submit(self, text: str, heard: Heard) -> Message | BadLimit | None:
        """As `hear`, where what is wrong with a limit is to be said beside what was typed."""
        command = parse(text, self._projects, self._registry)
        return command if isinstance(command, BadLimit) else await self.hear(text, heard)

    async def hear(self, text: str, heard: Heard) -> Message | None:
        """Understand *text*; record what is asked for; return what to say at once, to this person alone."""
        if heard.trigger and is_alone(text, PAUSE):
            self._metrics.commands.labels(PAUSE).inc()
            self._modal.open_later(heard, Draft(channel=heard.channel_id, thread=heard.thread_ts or ""))
            return None
        command = parse(text, self._projects, self._registry)
        self._door.remember(heard.key, heard.response_url)
        self._metrics.commands.labels(_name_of(command)).inc()
        if isinstance(command, Wish):
            return await self._ask(command, heard)
        # As far as it is known: nothing is asked before the answer.
        language = self._readers.language(heard.user_id)
        if heard.is_plain and not isinstance(command, _NAMING_PROJECTS):
            return self._answer(language, command, heard)
        self._door.later(self._answer_member(command, heard))
        return None

    async def _answer_member(self, command: Spoken, heard: Heard) -> None:
        """Answer somebody once Slack has said that they belong here: guests and strangers hear no project's name."""
        try:
            reason = await self._people.may_not_join(heard.workspace, heard.user_id, heard.named)
        except CannotTell as error:
            language = self._readers.language(heard.user_id)
            await self._door.whisper(heard, objected(language, error.fault, None))
            return
        language = self._readers.language(heard.user_id)
        if reason:
            self._rejected.count("command", reason)
            await self._door.whisper(heard, objected(language, reason, None))
        elif answer := self._answer(language, command, heard):
            await self._door.whisper(heard, answer)

    def _answer(self, language: Language, command: Spoken, heard: Heard) -> Message | None:
        """Return the answer to a command that is no wish; None if it comes later."""
        match command:
            case Help():
                self._door.later(self._help(heard))
                return None
            case Link() | Unlink() | WhoAmI():
                self._door.later(self._answer_about_link(command, heard))
                return None
            case _:
                return problem(language, command)

    async def _help(self, heard: Heard) -> None:
        await self._door.whisper(heard, await self._helper.help(heard))

    async def _answer_about_link(self, command: AboutLink, heard: Heard) -> None:
        await self._door.whisper(heard, cards.note(await self._links.answer(command, heard)))

    async def _ask(self, wish: Wish, heard: Heard) -> Message | None:
        if await self.ask(wish, heard):
            return None
        return cards.note(say.busy(self._readers.language(heard.user_id)))

    async def ask(self, wish: Wish, heard: Heard) -> bool:
        """Record that somebody wishes for something; False if that could not be done in time."""
        request = Request(
            id=operation_id(heard.workspace, heard.delivery),
            team_id=heard.workspace,
            user_id=heard.user_id,
            channel_id=heard.channel_id,
            project=wish.project,
            task=next(iter(wish.targets), None),
            reason=wish.reason,
            at=self._clock(),
            thread_ts=heard.thread_ts,
            named=heard.named,
            verb=wish.verb,
            targets=wish.targets,
            anyway=wish.anyway,
            over=wish.over,
            terms=wish.terms,
            awaited_by=heard.awaited_by,
        )
        self._door.remember(request.id, heard.response_url)
        return await self._door.record(Start("ask", request.id, vars(request)), self._door.deadline())


def _name_of(command: Command | Problem) -> str:
    """Return what is counted: the verb, or what could not be understood."""
    match command:
        case Wish(verb=verb):
            return verb
        case Help() | Link() | Unlink() | WhoAmI():
            return command.name
        case _:
            return type(command).__name__


def operation_id(team: str, delivery: str) -> str:
    """Name an operation after its delivery, so that a delivery repeated is the same operation."""
    return hashlib.blake2b(f"{team}:{delivery}".encode(), digest_size=12).hexdigest()
