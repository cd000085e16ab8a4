"""``oms-bot task``, from what was typed to the exit code: parse, look, ask, act, tell."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import httpx

from bot.cli.ends import Exit, refuse
from bot.cli.terminal import live
from bot.cli.terminal.acting import Acting, act_on_many
from bot.cli.terminal.record import Record, record_of
from bot.cli.terminal.showing import Screen, help_lines
from bot.cli.terminal.watching import watch
from bot.cli.terminal.whom import identity_or_exit, local_user
from bot.conversation import outcomes
from bot.conversation.answers import Answer, NoCard, NoKeys, TaskList, TaskReport, Watched
from bot.conversation.calling import Call
from bot.conversation.ports import Reading, Replacing, Tasks, Verb
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Freeze, Snapshot
from bot.conversation.values import PAUSE, Card, Question, Wish
from bot.huawei.errors import HuaweiError
from bot.huawei.fault import fault_of
from bot.huawei.transport import new_http_client
from bot.identity.directory import Directory, Identity
from bot.settings.load import Settings, SettingsError
from bot.settings.options import project_of
from bot.settings.sections import Project
from bot.settings.without_slack import load_without_slack
from bot.spelling import quote
from bot.text import say, say_limits, say_planned, say_terminal
from bot.text.languages import Language, language_of
from bot.text.say_endings import About
from bot.text.say_targets import with_kind
from bot.verbs import grammar
from bot.verbs.help import Help
from bot.verbs.linking import Link, Unlink, WhoAmI
from bot.verbs.parsing import BadLimit, MissingProject, UnclearTime, UnknownProject, UnknownVerb
from bot.verbs.registry import REGISTRY
from bot.verbs.tasks import Oms

_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as everywhere


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was given beside the words."""

    project_id: str = ""
    region: str = ""
    oms_endpoint: str = ""
    iam_endpoint: str = ""
    user: str = ""
    language: str | None = None
    yes: bool = False
    as_json: bool = False


def run(words: Sequence[str], options: Options) -> Exit:
    """Do what the words say, as whoever's keys these are; return what the command ends with."""
    if isinstance(grammar.parse(words[0], {}), Help):
        print("\n".join(help_lines(Screen(_language(options), options.as_json))))
        return Exit.DONE
    settings, left_out = _settings_or_exit(options)
    screen = Screen(_language(options, settings.texts.language), options.as_json)
    wish = _understood(words, options, settings, screen)
    verb = REGISTRY.readings[wish.verb]
    if isinstance(verb, Verb):
        _may_act_here(wish, options, settings, screen)
    identity = identity_or_exit(options.user)
    audited = bool(os.environ.get("DATABASE_URL"))
    with (
        record_of(settings, local_user(), audited=audited) as record,
        asyncio.Runner() as runner,
        _http(settings, runner) as http,
    ):
        directory = Directory({}, http=http, service_account=None, clock=time.time)
        oms = Oms(
            http,
            directory,
            bucket_credentials=settings.bucket_credentials,
            clock=time.time,
            observe=lambda *_: None,
        )
        tasks = oms.seen_by(identity, settings.projects[wish.project])
        errand = Errand(wish, verb, tasks, identity, settings, left_out, screen, record, runner)
        return errand.run(ask=not options.yes)


@dataclass(frozen=True)
class Errand:
    """One wish, from the first reading to its end."""

    wish: Wish
    verb: Reading
    tasks: Tasks
    identity: Identity
    settings: Settings
    keys_left_out: Sequence[str]
    screen: Screen
    record: Record
    runner: asyncio.Runner

    def run(self, *, ask: bool) -> Exit:
        """Answer; or ask, unless not to, then act and tell."""
        found = self.runner.run(self._look())
        if isinstance(found, Watched):
            return self.runner.run(
                watch(found.task, self.tasks, self.screen, self._about(found.task), self._every)
            )
        if isinstance(found, NoKeys):
            self.screen.remark(*self.keys_left_out)
        if not isinstance(found, Card):
            return self.screen.answer(
                found, About.wish(self.screen.language, self.wish, self.identity.principal)
            )
        assert isinstance(self.verb, Verb)  # noqa: S101  # who only answers has nothing to ask
        return self._act(self.verb, found, ask=ask)

    @property
    def _project(self) -> Project:
        return self.settings.projects[self.wish.project]

    @property
    def _every(self) -> float:
        return self.settings.timing.verify_every

    def _about(self, task: Snapshot) -> About:
        return About(
            verb=self.wish.verb,
            project=self.wish.project,
            principal=self.identity.principal,
            name=with_kind(self.screen.language, task.kind, task.name),
            kind=task.kind,
            requester=local_user(),
            last=task,
            at=time.time(),
        )

    async def _look(self) -> Card | Answer:
        principal = self.identity.principal
        try:
            found = self._reverted(await self.verb.look(self.tasks, self.wish))
        except HuaweiError as error:
            outcome = outcomes.Failed(fault=fault_of(error))
            return NoCard(wish=self.wish, outcome=outcome, principal=principal)
        freeze = await self.record.freeze_of(self._project.id)
        match found:
            case Question() if freeze and self._loosens(found):
                refused = outcomes.Refused(reason=Reason.FROZEN, freeze=freeze)
                return NoCard(wish=self.wish, outcome=refused, principal=principal)
            case Question():
                return self._card(found, freeze)
            case TaskList() | TaskReport():
                return replace(found, freeze=freeze)
            case answer:
                return answer

    def _reverted(self, found: Question | Answer) -> Question | Answer:
        """Return what was found; where something is to be put back, by what is known here of it: nothing."""
        if isinstance(self.verb, Replacing) and isinstance(found, Question) and self.verb.reverts(self.wish):
            return self.verb.revert(self.wish, found.task, None)
        return found

    def _loosens(self, found: Question) -> bool:
        wish = replace(self.wish, terms=found.terms or self.wish.terms)
        return isinstance(self.verb, Verb) and self.verb.loosens(found.task, wish)

    def _card(self, question: Question, freeze: Freeze | None) -> Card:
        return Card(
            operation_id=self.record.id,
            task=question.task,
            project=self._project.alias,
            region=self._project.region,
            user_id=local_user(),
            principal=self.identity.principal,
            reason=self.wish.reason,
            expires_at=0,
            project_id=self._project.id,
            verb=self.wish.verb,
            targets=question.targets,
            terms=question.terms or self.wish.terms,
            freeze=freeze,
            many=question.many,
            left_out=question.left_out,
            keys=question.keys,
        )

    def _act(self, verb: Verb, card: Card, *, ask: bool) -> Exit:
        unaudited = "" if self.record.audited else say_terminal.not_audited(self.screen.language)
        self.screen.preview(card, unaudited)
        self.runner.run(self._record_asked(card))
        agreed = not ask or _agrees(self.screen.question(card))
        outcome = self.runner.run(self._carried_out(verb, card, agreed=agreed))
        operation = self.record.id if self.record.audited else None
        return self.screen.ending(outcome, self._about(card.task), card, operation=operation)

    async def _record_asked(self, card: Card) -> None:
        await self.record.asked(self.wish)
        await self.record.shown(card)

    async def _carried_out(self, verb: Verb, card: Card, *, agreed: bool) -> outcomes.Outcome:
        await self.record.decided("confirm" if agreed else "cancel", time.time())
        outcome: outcomes.Outcome = outcomes.Cancelled(by=card.user_id)
        if agreed:
            with live.bars(lambda task: self.screen.progress(verb, task)) as seen:
                outcome = await self._acted(verb, card, seen)
        await self.record.ended(outcome, verb)
        return outcome

    async def _acted(self, verb: Verb, card: Card, seen: live.Seen) -> outcomes.Outcome:
        def acting(task: Snapshot) -> Acting:
            call = Call(verb, self.tasks, task.task_id, card.wish)
            return Acting(call, card, self.record, self.settings.timing, seen)

        if card.many:
            deeds = ((task, acting(task)) for task in card.many)
            return await act_on_many(deeds, at_once=self._project.max_at_once)
        return await acting(card.task).act()


def _settings_or_exit(options: Options) -> tuple[Settings, list[str]]:
    """Return the settings and which keys of buckets can't be had here, or end with a sentence for each fault."""
    try:
        return load_without_slack(
            project_of(options.project_id, options.region, options.oms_endpoint, options.iam_endpoint)
        )
    except SettingsError as error:
        refuse(error.faults)


def _language(options: Options, configured: str | None = None) -> Language:
    locale = next(filter(None, map(os.environ.get, _LOCALE)), "")
    return language_of(options.language or configured or locale)


def _understood(words: Sequence[str], options: Options, settings: Settings, screen: Screen) -> Wish:
    """Return what is wished for, or end with what is wrong with the words."""
    verb, *rest = words
    typed = (quote(word) if any(map(str.isspace, word)) else word for word in rest)
    line = " ".join(filter(None, (verb, options.project_id, *typed)))
    parsed = grammar.parse(line, settings.projects)
    match parsed:
        case Wish(verb=name) if name not in REGISTRY.readings:
            refuse(_for_slack(name))
        case Help() | Link() | Unlink() | WhoAmI():
            refuse(_for_slack(parsed.name))
        case BadLimit():
            refuse(screen.shown(say_limits.bad_limit(screen.language, parsed)))
        case UnclearTime():
            refuse(screen.shown(say_planned.unclear_time(screen.language, parsed)))
        case UnknownVerb() | UnknownProject() | MissingProject():
            refuse(screen.shown(say.problem(screen.language, parsed)))
    return parsed


def _for_slack(name: str) -> str:
    return f"{name} is for Slack: /oms {name}; `oms-bot task help` says what can be done here"


def _may_act_here(wish: Wish, options: Options, settings: Settings, screen: Screen) -> None:
    """End if it takes others, who are not here, or somebody to ask, and there is no terminal to ask at."""
    typed = (wish.verb, wish.project, *wish.targets, *filter(None, (wish.terms,)))
    if wish.verb == PAUSE and wish.terms:
        refuse(screen.as_in_slack(say_terminal.ends_by_itself(screen.language, *typed)))
    if settings.projects[wish.project].approvals:
        refuse(screen.as_in_slack(say_terminal.needs_approval(screen.language, wish.project, *typed)))
    if not options.yes and not sys.stdin.isatty():
        refuse("there is no terminal to ask at; --yes acts without asking")


def _agrees(question: str) -> bool:
    """Ask, on the terminal and not where a result goes; only a yes is one, and Ctrl-C is a no."""
    print(question, end="", file=sys.stderr, flush=True)
    try:
        return sys.stdin.readline().strip().casefold() in ("y", "yes")
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return False


@contextlib.contextmanager
def _http(settings: Settings, runner: asyncio.Runner) -> Iterator[httpx.AsyncClient]:
    client = new_http_client(settings.timing.request_timeout, settings.outgoing)
    try:
        yield client
    finally:
        runner.run(client.aclose())
