"""What a terminal shows, or a script reads: answers, previews, endings."""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, assert_never

from bot.cli.ends import Exit, exit_of
from bot.cli.printing import print_json
from bot.cli.terminal.live import show_table
from bot.conversation import answers, outcomes
from bot.conversation.answers import Answer
from bot.conversation.names import ending_name
from bot.conversation.outcomes import OfOne, Outcome
from bot.conversation.ports import Verb
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Card
from bot.text import (
    say,
    say_endings,
    say_freezes,
    say_lists,
    say_many,
    say_planned,
    say_status,
    say_targets,
    say_terminal,
    say_watching,
)
from bot.text.languages import Language
from bot.text.say_endings import About, Told
from bot.text.say_refusals import refusal
from bot.verbs.registry import REGISTRY


@dataclass(frozen=True)
class Screen:
    """What is shown to whoever reads *language*; *as_json*, one JSON document is all that goes to stdout."""

    language: Language
    as_json: bool

    def say(self, *lines: str) -> None:
        """Show lines that belong to the result; to a script's reader beside it."""
        for line in filter(None, lines):
            print(self.shown(line), file=sys.stderr if self.as_json else sys.stdout)

    def remark(self, *lines: str) -> None:
        """Show lines that are not the result."""
        for line in filter(None, lines):
            print(self.shown(line), file=sys.stderr)

    def going_on(self, task: Snapshot) -> tuple[str, str]:
        """Return what stands before and behind the bar of a task."""
        name, said = say_terminal.going_on(self.language, task)
        return self.shown(name), self.shown(said)

    def progress(self, verb: Verb, task: Snapshot) -> tuple[str, str]:
        """Return the same while it is acted on."""
        return self.shown(say_terminal.acting(self.language, verb.name, task)), self.going_on(task)[1]

    def sighting(self, task: Snapshot) -> None:
        """Show one reading of a task that is watched, where no bar does."""
        if self.as_json:
            print(json.dumps(dataclasses.asdict(task)), flush=True)
        elif not sys.stderr.isatty():
            print(*self.going_on(task), sep=" · ", flush=True)

    def watched(self, task: Snapshot) -> None:
        """Show how a task stood when it was watched last, where a bar has gone."""
        if not self.as_json and sys.stderr.isatty():
            print(*self.going_on(task), sep=" · ")

    def preview(self, card: Card, *small: str) -> None:
        """Show what would be done."""
        self.say(*say_terminal.preview(self.language, card), *small)

    def question(self, card: Card) -> str:
        """Return what is asked then."""
        return f"{self.shown(say_terminal.question(self.language, card))} [y/N] "

    def answer(self, answer: Answer, about: About) -> Exit:
        """Show what a verb found; return what the command ends with."""
        code = _exit_of(answer)
        if self.as_json:
            text = " ".join(map(self.shown, self._said(answer, about)))
            print_json(
                {
                    "verb": about.verb,
                    "project": about.project,
                    "text": text,
                    "exit": code,
                    "answer": answers.dump(answer),
                }
            )
            return code
        if isinstance(answer, answers.TaskList) and answer.tasks:
            head = say_terminal.table_head(self.language)
            show_table(head, [say_terminal.table_row(self.language, task) for task in answer.tasks])
        self.say(*self._said(answer, about))
        return code

    def ending(self, outcome: Outcome, about: About, card: Card, **more: Any) -> Exit:
        """Show how it ended; return what the command ends with. *more* stands in the JSON document."""
        told, code = self._told(outcome, about, card), exit_of(outcome)
        if self.as_json:
            print_json(
                {
                    "verb": about.verb,
                    "project": about.project,
                    "target": card.task.task_id,
                    "name": card.task.name,
                    "principal": about.principal,
                    "ending": ending_name(outcome, REGISTRY.verbs[about.verb]),
                    "text": self.shown("\n".join(one.text for one in told)),
                    "exit": code,
                    "outcome": outcomes.dump(outcome),
                    **more,
                }
            )
        else:
            for one in told:
                self.say(*_lines(one))
        return code

    def _said(self, answer: Answer, about: About) -> list[str]:
        language = self.language
        match answer:
            case answers.NoCard(outcome=outcomes.Refused(reason=reason, freeze=freeze)):
                return [refusal(language, reason, verb=about.verb, project=about.project, freeze=freeze)]
            case answers.NoCard(outcome=outcomes.Failed(fault=fault)):
                told = say_endings.unread(language, fault, about)
                return _lines(say_terminal.own_key(language, told, fault, about.principal))
            case answers.NoCard(outcome=outcome):
                return _lines(self._told_of_one(outcome, about))
            case answers.NoSuchTask(project=project, task=task, closest=closest):
                return [say.no_such_task(language, task, project, closest)]
            case answers.AmbiguousTask(project=project, task=task, ids=ids):
                return [say.ambiguous_task(language, task, project, ids, verb=about.verb)]
            case answers.TaskList(tasks=tasks):
                head = say_lists.head(language, answer, len(tasks))
                freeze = answer.freeze
                return [head, say_freezes.since_when(language, freeze, answer.project) if freeze else ""]
            case answers.NoKeys():
                return _lines(say_planned.no_keys(language, answer))
            case answers.TaskReport() as report:
                parts = (say_status.stakes(language, report), say_status.circumstances(language, report))
                return [say_status.headline(language, report), *parts[0], *parts[1]]
            case answers.Driven(wish=wish):
                return [say_targets.driven(language, answer, say.command("list", wish.project))]
            case answers.NotWatched():
                return [say_watching.not_watched(language, answer)]
            # What Slack's side and the bot's own records answer, and no reading of tasks does.
            case answers.AskedBefore() | answers.OwnFault() | answers.Said() | answers.Watched():
                return [say.own_fault(language)]
            case (
                answers.DecidedBefore()
                | answers.Frozen()
                | answers.Unfrozen()
                | answers.NotFrozen()
                | answers.StaysFrozen()
                | answers.History()
            ):
                return [say.own_fault(language)]
            case _:
                assert_never(answer)

    def _told(self, outcome: Outcome, about: About, card: Card) -> list[Told]:
        if isinstance(outcome, outcomes.Several):
            return say_many.ending_of_all(self.language, card, outcome, at=about.at)
        return [self._told_of_one(outcome, about)]

    def _told_of_one(self, outcome: OfOne, about: About) -> Told:
        told = say_endings.ending(self.language, outcome, about)
        fault = getattr(outcome, "fault", None)
        return say_terminal.own_key(self.language, told, fault, about.principal) if fault else told

    def shown(self, text: str) -> str:
        """Return *text* as it is shown here."""
        return say_terminal.at_terminal(text, REGISTRY.readings, local_zone())

    def as_in_slack(self, text: str) -> str:
        """Return *text* as it is shown here where it says what to type there."""
        return say_terminal.at_terminal(text, (), local_zone())


def _lines(told: Told) -> list[str]:
    return [told.title, *told.lines, told.next, told.codes]


def _exit_of(answer: Answer) -> Exit:
    match answer:
        case answers.NoCard(outcome=outcome):
            return exit_of(outcome)
        case answers.TaskList() | answers.TaskReport():
            return Exit.DONE
        case _:
            return Exit.WRONG


def local_zone() -> tzinfo:
    """Return the time zone of this machine."""
    zone = datetime.now(UTC).astimezone().tzinfo
    assert zone  # noqa: S101  # astimezone has seen to it
    return zone


def help_lines(screen: Screen) -> list[str]:
    """Explain what can be typed at a terminal, as it is shown there."""
    return [screen.shown(line) for line in say_terminal.help_lines(screen.language, REGISTRY.readings)]
