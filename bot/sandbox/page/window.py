"""One browser tab: whose part it plays and where it looks are its own; everything else is the stage's."""

import asyncio
import json
import time
from datetime import datetime
from typing import Any

from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.sandbox.page import coach as page_coach
from bot.sandbox.page import dialogs as page_dialogs
from bot.sandbox.page import frame as page_frame
from bot.sandbox.page.actions import Actions
from bot.sandbox.page.dialogs import Dialog
from bot.sandbox.page.messages import arranged, message_html
from bot.sandbox.page.meter import EVERY, Meter
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.page.oms import MiniBar, OmsSide
from bot.sandbox.page.region import Region
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.stage.scene import CAST, INCIDENT
from bot.sandbox.stage.stage import Stage
from bot.sandbox.stage.tour import Tour

_REDRAW = 0.03  # seconds in which changes that come together are drawn together
_TRANSIT = (
    0.35  # seconds that a card stays as it is after a click, as with a real Slack: time for a double click
)
_TICK = 0.5  # seconds between two looks at the OMS side, which moves without telling


class Window:
    """Builds the page in the current client and keeps it up to date. `name` and `place` are in its address."""

    def __init__(self, stage: Stage, tour: Tour, meter: Meter, *, name: str, place: str) -> None:
        self.stage, self.tour, self.name, self.place = stage, tour, name, place
        self.failures: dict[str, str] = {}
        self.coach_hidden = self.home_open = False
        self._client = ui.context.client
        self._due: asyncio.TimerHandle | None = None
        self._still_until = 0.0
        self._messages: dict[str, Region] = {}
        self._shown_place: tuple[int, str] | None = None
        self._actions, self._dark = Actions(self), ui.dark_mode(None)
        self._build(meter)
        self._unsubscribe = stage.subscribe(self.redraw_soon)
        self._client.on_delete(self._leave)
        ui.timer(_TICK, self._tick)
        ui.timer(EVERY, self._oms.plot)
        self.redraw()

    # --- who and where ------------------------------------------------------------------------------------

    @property
    def me(self) -> User:
        """The person this tab plays."""
        return self.stage.workspace.world.user(self.name)

    @property
    def channel(self) -> Channel:
        """The channel this tab looks at; one that the person is not in is exchanged for the incident's."""
        world = self.stage.workspace.world
        found = next((one for one in world.channels.values() if self.place in (one.id, one.name)), None)
        if found is None or self.me.id not in found.members:
            found = world.channel(INCIDENT)
        return found

    @property
    def reader(self) -> Reader:
        """How mrkdwn reads to this person."""
        world = self.stage.workspace.world
        return Reader(
            users={user.id: user.name for user in world.users.values()},
            channels={one.id: one.name for one in world.channels.values()},
            me=self.me.id,
            zone=datetime.now().astimezone().tzinfo or Reader().zone,
            now=time.time(),
        )

    def go(self, *, name: str | None = None, place: str | None = None) -> None:
        """Become somebody, or go somewhere; the address says so already (see page.js)."""
        self.name, self.place = name or self.name, place or self.place
        self.redraw()

    def lead(self, *, name: str, place: str) -> None:
        """Let the person be somebody, somewhere; the address says so, and Back undoes it."""
        self.go(name=name, place=place)
        self._client.run_javascript(f"sandbox.visit({json.dumps({'as_': name, 'in_': place})})")

    def toggle_theme(self) -> None:
        """Change from what the system prefers to dark, then to light, then back to dark."""
        self._dark.value = not self._dark.value

    # --- building -----------------------------------------------------------------------------------------

    def _build(self, meter: Meter) -> None:
        with ui.element("div").classes("frame") as frame:
            ui.html("oms-bot in a sandbox Slack", sanitize=False, tag="h1").classes("sr")
            ui.html(page_frame.RAIL, sanitize=False).classes("rail-cell")
            with ui.element("div").classes("side"):
                self._side = _keeps_focus(Region())
                self._tour = _keeps_focus(Region())
            with ui.element("div").classes("chat"):
                self._head = Region().classes("chat-head")
                self._coach = _keeps_focus(Region())
                self._mini = MiniBar()
                with (
                    ui.element("div").classes("scroll").props('tabindex=0 role="region" aria-label="Channel"')
                ):
                    self._log = ui.element("div").classes("log-list").props('role="log" aria-live="polite"')
                with ui.element("div").classes("foot"):
                    self._verdict = _keeps_focus(Region())
                    self._refusal = Region().props('role="alert"').classes("refusal")
                    ui.html(page_frame.HINTS, sanitize=False)
                    self._composer = Region()
            self._oms = OmsSide(self.stage, meter)
            ui.html(page_frame.TABS, sanitize=False).classes("tabs-cell")
        self._listen(frame)
        frame.on("wander", self._wandered, js_handler="(e) => emit(e.detail)")
        self._confirm, self._modal, self._home = (
            Dialog("Confirmation", on_close=self._actions.deny),
            Dialog("Modal", on_close=self._actions.close_modal),
            Dialog("App Home", on_close=self._actions.close_home),
        )
        for dialog in (self._confirm, self._modal, self._home):
            self._listen(dialog.root)

    def _listen(self, root: ui.element) -> None:
        """Let what is operated inside `root` reach the actions; see page.js."""
        for event in ("click", "change", "submit"):
            told = f"(e) => {{ const told = sandbox.{event}(e); if (told) emit(told); }}"
            root.on(event, self._operated, js_handler=told)

    async def _operated(self, event: GenericEventArguments) -> None:
        told: dict[str, Any] = event.args
        if told.get("do") == "click":
            self._still_until = asyncio.get_running_loop().time() + _TRANSIT
        await self._actions.do(told)
        self.redraw_soon()

    def _wandered(self, event: GenericEventArguments) -> None:
        """Follow Back and Forward."""
        self.name, self.place = playable(event.args["as"]), event.args["in"] or INCIDENT
        self.redraw()

    def sent(self) -> None:
        """Empty the composer: what was written in it has arrived."""
        self._refusal.show(page_frame.EMPTY)
        self._client.run_javascript("sandbox.sent()")

    def refused(self, text: str, why: str) -> None:
        """Say beside the composer why Slack does not take a text, and leave it there."""
        self._refusal.show(Markup("<p>{}</p>").format(why))
        self._client.run_javascript(f"sandbox.refused({json.dumps(text)})")

    # --- drawing ------------------------------------------------------------------------------------------

    def redraw_soon(self) -> None:
        """Draw again in a moment, once for all changes until then."""
        if self._due is None:
            loop = asyncio.get_running_loop()
            self._due = loop.call_later(max(_REDRAW, self._still_until - loop.time()), self.redraw)

    def redraw(self) -> None:
        """Bring everything but the curve up to date."""
        self._due = None
        world, channel, reader = self.stage.workspace.world, self.channel, self.reader
        people = dict(world.users)
        self._side.show(page_frame.sidebar(list(world.channels.values()), people, self.me, channel.id))
        guided = self.tour.current is not None or not self.coach_hidden
        self._head.show(page_frame.channel_head(channel, guided=guided))
        self._composer.show(page_frame.composer(channel))
        self._draw_messages(channel, people, reader)
        self._tick()
        pending = self._actions.pending
        self._confirm.show(page_dialogs.confirm_html(pending.confirm, reader) if pending else None)
        modal = self.stage.workspace.modal(self.me)
        self._modal.show(
            page_dialogs.modal_html(modal, reader, self._actions.typed_into(modal)) if modal else None
        )
        home = self.stage.workspace.home(self.me)
        self._home.show(page_dialogs.home_html(home, reader) if self.home_open else None)

    def _draw_messages(self, channel: Channel, people: dict[str, User], reader: Reader) -> None:
        if self._shown_place != (self.stage.scene, channel.id + self.name):
            self._shown_place = (self.stage.scene, channel.id + self.name)
            self._log.clear()
            self._messages.clear()
            self._log.props(f'aria-label="Messages in {channel.name or "the chat with oms-bot"}"')
        workspace = self.stage.workspace
        seen = [*workspace.messages(channel), *workspace.ephemerals(self.me, channel)]
        shown = {one.root.ts: one for one in arranged(seen, self.failures)}
        for gone in set(self._messages) - set(shown):
            self._messages.pop(gone).delete()
        for ts, one in shown.items():
            if ts not in self._messages:
                with self._log:
                    self._messages[ts] = Region().classes("msg-cell").props('tabindex="-1" data-home')
            self._messages[ts].show(message_html(one, people, reader, writable=True))

    def _tick(self) -> None:
        self._oms.show()
        self._mini.show(self.stage)
        begun = self.stage.card() is not None
        self._coach.show(page_coach.coach(self.tour, self.reader, hidden=self.coach_hidden, begun=begun))
        self._verdict.show(page_coach.verdict(self.tour, self.reader))
        self._tour.show(page_coach.situations(self.tour))
        self._composer.props(f"aria-busy={'true' if self.tour.busy else 'false'}")

    def _leave(self) -> None:
        self._unsubscribe()
        if self._due:
            self._due.cancel()


def playable(name: str) -> str:
    """Return whose part a name in the address means: alice's, where there is no such person."""
    return name if name in {person.name for person in CAST} else CAST[0].name


def _keeps_focus(region: Region) -> Region:
    """Mark a part of the page as where the focus stays when what had it is redrawn."""
    region.props('tabindex="-1" data-home')
    return region
