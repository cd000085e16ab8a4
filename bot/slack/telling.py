"""The Slack side of an operation: its card, what only the requester is told, and the ending in the thread."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.audit import Audit, Event
from bot.conversation import outcomes
from bot.conversation.asked import NotAsked, Owed, Waiting
from bot.conversation.names import ending_name
from bot.conversation.operations import Operations
from bot.conversation.outcomes import Outcome
from bot.conversation.policy import went_alone
from bot.conversation.ports import Objection, Verb
from bot.conversation.values import Operation, Request, card_from
from bot.conversation.verdicts import Click, TooLate, Verdict
from bot.conversation.waiting import DAY, time_left
from bot.metrics import Metrics
from bot.slack import cards, cards_of_many
from bot.slack.answering import Answering, not_taken
from bot.slack.answers import name_of, objected
from bot.slack.cards import Message
from bot.slack.courtesies import PROMPT_SECONDS, Courtesies
from bot.slack.delivery import MENDED_BY_INSTALLING, CannotDeliver, Doubtful, SlackError, Unavailable, deliver
from bot.slack.home_news import HomeNews
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.threads import Threads
from bot.slack.workspaces.one import Workspaces
from bot.text import say, say_cards
from bot.text.languages import Language
from bot.text.say_refusals import too_late
from bot.tracing import Traces

COURTESY_SECONDS = 0.05  # that the call has first: it is what was asked for
DOUBT_SECONDS = 4.0  # until somebody who has asked and sees no card is told why

NOT_POSTED = "not_posted"  # the ending of what was never asked, since Slack took no card

log = structlog.get_logger(__name__)


class Telling:
    """What people are shown. Each step is safe to run again. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        people: People,
        readers: Readers,
        operations: Operations,
        audit: Audit,
        metrics: Metrics,
        traces: Traces,
        home_news: HomeNews,
        verbs: Mapping[str, Verb],
        clock: Callable[[], float],
    ) -> None:
        self._answering = Answering(
            workspaces=workspaces, people=people, audit=audit, home_news=home_news, clock=clock
        )
        self.whisper, self.announce = self._answering.whisper, self._answering.announce
        self._threads = Threads(workspaces, audit)
        self._courtesies = Courtesies(workspaces, readers)
        self.working, self.show_details = self._courtesies.working, self._courtesies.show_details
        self._home_news = home_news
        self._verbs = verbs
        self._workspaces = workspaces
        self._people = people
        self._readers = readers
        self._operations = operations
        self._audit = audit
        self._metrics = metrics
        self._traces = traces
        self._clock = clock

    async def post_card(
        self, request: Request, operation: Operation, *, patient: bool = False
    ) -> Waiting | Owed | NotAsked:
        """Post the card. It is owed if Slack takes it later only; *patient*, wait for that while it is of use."""
        posting = asyncio.create_task(self._deliver_card(operation, patient=patient))
        try:
            ts = await self._telling_of_doubt(request, operation, posting)
        except (CannotDeliver, Unavailable) as error:
            if isinstance(error, Unavailable) and not patient:
                return Owed()
            await self._not_posted(
                request, operation, error, within_seconds=DAY if patient else PROMPT_SECONDS
            )
            return NotAsked()
        finally:
            posting.cancel()  # if this is stopped, it may be another replica's to post
        channel, card = operation.channel_id, operation.card
        shown = self._audit.entry(Event.SHOWN, operation.id, channel=channel, message=ts, card=card)
        await self._operations.place(operation.id, ts, shown)
        self._home_news.of_operation(operation)
        if ts and say_cards.has_more(card_from(card)):
            self._courtesies.note_posted(operation, ts)
        return Waiting.at(ts, operation)

    async def _deliver_card(self, operation: Operation, *, patient: bool) -> str:
        card = card_from(operation.card)
        message = cards.asked(self._readers.of(card.locale), card)
        channel, thread_ts = operation.channel_id, operation.thread_ts
        tries = itertools.count()

        async def post() -> str:
            if next(tries):
                await self._operations.repeat(operation.id)
            return await self._post(operation.team_id, channel, message, thread_ts=thread_ts)

        left = time_left(operation.expires_at, self._clock(), at_most=operation.confirm_within)
        within_seconds = max(1.0, left) if patient else PROMPT_SECONDS
        return await deliver(post, within_seconds=within_seconds, repeatable=False)

    async def _telling_of_doubt(
        self, request: Request, operation: Operation, posting: asyncio.Task[str]
    ) -> str | None:
        """Return where *posting* put the card; None if it may stand anywhere or nowhere: a click on it will say where.

        The asker is told of that doubt, also when Slack takes long to say.
        """
        done, _ = await asyncio.wait([posting], timeout=DOUBT_SECONDS)
        if not done or isinstance(posting.exception(), Doubtful):
            card = card_from(operation.card)
            language = self._readers.of(card.locale)
            doubt = say.card_in_doubt(language, say_cards.called(language, card), verb=card.verb)
            # Briefly: meanwhile a turn is taken, which others wait for.
            note = cards.note(doubt, cards.try_again(language, card.wish))
            await self._answering.say(request, note, within_seconds=PROMPT_SECONDS)
        try:
            return await posting
        except Doubtful:
            return None

    async def _not_posted(
        self, request: Request, asked: Operation, error: SlackError, *, within_seconds: float
    ) -> None:
        operation = await self._operations.get(asked.id)
        if operation and operation.ending:
            return  # Slack had taken a card that it did not own up to, and it was answered
        card = card_from(asked.card)
        lasts, language = error.for_operator, self._readers.of(card.locale)
        text = not_taken(language, say_cards.called(language, card), error)
        retry = None if lasts else cards.try_again(language, card.wish)
        await self._answering.say(request, cards.note(text, retry), within_seconds=within_seconds)
        await self._record(asked, NOT_POSTED, error=error.error)

    async def show_acting(self, operation: Operation, verdict: Verdict) -> None:
        """Show on the card who confirmed. Only a courtesy, so it is tried once and the call goes before it."""
        await asyncio.sleep(COURTESY_SECONDS)
        self._home_news.of_operation(operation)
        card = card_from(operation.card)
        message = cards.acting(self._readers.of(card.locale), card, verdict.user_id, verdict.at)
        try:
            for place in _places(operation, verdict.message_ts):
                await self._update(operation, place, message)
        except SlackError as error:
            log.info("acting_not_shown", error=error.error)

    async def show_agreed(
        self, operation: Operation, ts: str, agreed: Sequence[str], *, needed: int, alone: bool
    ) -> None:
        """Show on the waiting card who has agreed, how many are *needed* by now, and the way to go ahead *alone*."""
        card = replace(card_from(operation.card), approvals=needed)
        self._home_news.of_operation(operation)
        message = cards.asked(self._readers.of(card.locale), card, agreed, alone=alone)
        await self._update_cards(operation, ts, message)

    async def close_stale(self, operation: Operation, click: Click, won: Verdict) -> None:
        """Take the buttons off a card that was clicked after *won* decided, unless it shows how that goes."""
        if click.message_ts not in _places(operation, won.message_ts):
            card = card_from(operation.card)
            language = self._readers.of(card.locale)
            message = cards.stale(language, card, too_late(language, TooLate.after(won)))
            await self._update_card(operation, click.message_ts, message)

    async def refuse(self, operation: Operation | None, click: Click, objection: Objection) -> None:
        """Tell somebody alone why their click does not count, and record it."""
        await self._record_refused(operation, click, name_of(objection))
        chat = await self._workspaces.chat(click.workspace)
        language = await self._people.language(click.workspace, click.user_id)
        message = objected(language, objection, operation)
        await chat.whisper(click.key, click.channel_id, click.user_id, message, thread_ts=click.thread_ts)

    async def _record_refused(self, operation: Operation | None, click: Click, reason: str) -> None:
        self._metrics.refusals.labels(reason).inc()
        try:
            await self._audit.append(
                Event.REFUSED_CLICK,
                operation.id if operation else click.operation_id or "unknown",
                once=click.click_id,
                reason=reason,
                team=click.team_id,
                user=click.user_id,
                channel=click.channel_id,
            )
        except SQLAlchemyError as error:  # who clicked must not believe that it counted
            log.warning("refusal_not_recorded", reason=reason, error=type(error).__name__)

    async def record_ending(self, operation: Operation, outcome: Outcome, *, once: str = "") -> None:
        """Record how an operation ended, before it is told; *once* sets a later, better ending apart."""
        ending = ending_name(outcome, self._verbs[operation.verb])
        await self._record(operation, ending, once=once, **outcomes.dump(outcome))

    async def _record(self, operation: Operation, ending: str, *, once: str = "", **details: Any) -> None:
        verb = operation.verb
        ended = self._audit.entry(Event.ENDED, operation.id, once=once, ending=ending, verb=verb, **details)
        await self._operations.close(
            operation.id, ending, self._clock(), ended, found_at=operation.message_ts
        )
        self._home_news.of_operation(operation)
        self._metrics.operations.labels(verb, ending).inc()
        self._traces.ended(verb, ending)
        log.info("ended", verb=verb, ending=ending)

    async def write_ending(
        self, operation: Operation, verdict: Verdict, outcome: Outcome, *, patient: bool = False
    ) -> bool:
        """Write the ending on the card and into its thread; if that can't be done, tell the requester directly.

        Return False if Slack refuses the bot's token, or a scope is missing: then it is still owed. *patient*: wait
        until the app is installed anew.
        """
        card = card_from(operation.card)
        language = self._readers.of(card.locale)
        ending = cards_of_many.ending_of(
            language,
            card,
            outcome,
            at=verdict.at,
            confirm_within=operation.confirm_within,
            newer=await self._link_to(verdict.newer),
            alone=verdict.reason if went_alone(verdict) else "",
        )
        ts = verdict.message_ts
        try:
            if ts is None:
                raise CannotDeliver("chat.postMessage", "card_not_found")
            # Together: whoever looks at the card, or into the thread, waits for one of them only.
            await _both(
                self._update_cards(operation, ts, ending.card, patient=patient),
                self._post_ending(operation, ending.note, operation.thread_ts or ts, patient=patient),
            )
        except SlackError as error:
            log.warning("thread_not_written", error=error.error)
            if error.error in MENDED_BY_INSTALLING and not patient:
                await self._tell_without_token(language, operation, verdict, ending.text, error)
                return False
            note = _lost(language, operation, ending.text, doubtful=isinstance(error, Doubtful))
            await self._threads.tell_directly(operation, note)
        return True

    async def _link_to(self, operation_id: str) -> str:
        """Return a link to the card of an operation, if there is one and Slack gives it."""
        newer = await self._operations.get(operation_id) if operation_id else None
        return (
            await self._answering.link_to(newer.team_id, newer.channel_id, newer.message_ts) if newer else ""
        )

    async def _post_ending(
        self, operation: Operation, note: Message, thread_ts: str, *, patient: bool
    ) -> None:
        await deliver(
            lambda: self._post(operation.team_id, operation.channel_id, note, thread_ts=thread_ts),
            within_seconds=DAY,
            repeatable=False,
            patient=patient,
        )

    async def _update_cards(
        self, operation: Operation, ts: str, message: Message, *, patient: bool = False
    ) -> None:
        """Write on the card; there may be two, and neither may say something else."""
        for place in _places(operation, ts):
            await self._update_card(operation, place, message, patient=patient)

    async def _tell_without_token(
        self, language: Language, operation: Operation, verdict: Verdict, ending: str, error: SlackError
    ) -> None:
        """Slack takes no message of ours: the click's own response_url may still carry the ending."""
        await self._audit.append(Event.UNDELIVERED, operation.id, text=ending, error=error.error)
        try:
            chat = await self._workspaces.chat(operation.team_id)
            cause = say.refused_post(language, error.error, error.needed)
            note = _lost(language, operation, ending, cause=cause)
            await chat.respond(f"click:{verdict.click_id}", note, thread_ts=operation.thread_ts)
        except SlackError as failure:
            log.info("response_url_failed", error=failure.error)

    async def _update_card(
        self, operation: Operation, ts: str, message: Message, *, patient: bool = False
    ) -> None:
        """Write the ending on the card; that it can't be changed any more must not keep the thread from being told."""
        try:
            await deliver(
                lambda: self._update(operation, ts, message),
                within_seconds=DAY,
                repeatable=True,
                patient=patient,
            )
        except SlackError as error:
            log.warning("card_not_updated", error=error.error)

    async def _post(
        self, team_id: str, channel: str, message: Message, *, thread_ts: str | None = None
    ) -> str:
        return await (await self._workspaces.chat(team_id)).post(channel, message, thread_ts=thread_ts)

    async def _update(self, operation: Operation, ts: str, message: Message) -> None:
        await (await self._workspaces.chat(operation.team_id)).update(operation.channel_id, ts, message)


def _lost(
    language: Language, operation: Operation, ending: str, *, cause: str = "", doubtful: bool = False
) -> Message:
    channel, project = operation.channel_id, operation.project
    return cards.note(
        say.lost_thread(language, ending, channel=channel, project=project, cause=cause, doubtful=doubtful)
    )


def _places(operation: Operation, ts: str | None) -> set[str]:
    """Return where cards of an operation are known to stand: one was clicked, one is what Slack said was posted."""
    return {place for place in (ts, operation.message_ts) if place}


async def _both(*works: Awaitable[None]) -> None:
    """Do them at the same time, each to its end; then raise what one of them raised."""
    for failed in await asyncio.gather(*works, return_exceptions=True):
        if failed:
            raise failed
