"""What a person does on the page, carried out on the stage."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nicegui import ui

from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.objects import ImpossibleError, Json, Message, View, interactive_elements
from bot.sandbox.stage.bot import BotError
from bot.sandbox.stage.scene import ALIAS, INCIDENT, TASK, WORKFLOWS
from bot.sandbox.stage.situations import SITUATIONS
from bot.sandbox.stage.stage import Trouble
from bot.slack.manifest import STEP

if TYPE_CHECKING:
    from bot.sandbox.page.window import Window

_SLACK_SAYS = {
    "operation_timeout": "This app is taking too long to answer. Try again.",
    "dispatch_failed": "This app responded with an error, or is not running. Try again.",
}


@dataclass(frozen=True)
class Pending:
    """A click that waits for its confirmation."""

    told: dict[str, Any]
    confirm: Json


class Actions:
    """One person's hands, in one tab. `do` takes what page.js tells: `{"do": what, …}`."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.pending: Pending | None = None
        self._typed: dict[str, str] = {}
        self._typed_into = ""  # which modal

    def typed_into(self, view: View) -> dict[str, str]:
        """Return what stands in a modal's inputs, as far as the page has told."""
        return self._typed if self._typed_into == view.id else {}

    async def do(self, told: dict[str, Any]) -> None:
        """Do one thing; what Slack would not let the person do is said, and that is all."""
        deed = self._deeds().get(str(told.get("do")))
        if deed is None:
            return
        try:
            await deed(told)
        except (ImpossibleError, BotError, TimeoutError) as refused:
            ui.notify(str(refused), position="top", type="warning")

    def _deeds(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[None]]]:
        return {
            "as": self._become,
            "channel": self._go,
            "send": self._send,
            "reply": self._reply,
            "click": self._click,
            "change": self._click,
            "confirm": self._confirmed,
            "deny": lambda _: self.deny(),
            "submit": self._submit,
            "close": lambda _: self.close_modal(),
            "home": self._open_home,
            "close-home": lambda _: self.close_home(),
            "shortcut": self._shortcut,
            "workflow": self._workflow,
            "theme": self._theme,
            "trouble": self._trouble,
            "expire": self._expire,
            "kill": self._kill,
            "revive": self._revive,
            "situation": self._situation,
            "step": self._step,
            "leave": self._leave_tour,
            "reset": self._reset,
            "hide": self._hide,
            "guide": self._show_guide,
            "again": self._again,
        }

    # --- in Slack -----------------------------------------------------------------------------------------

    async def _become(self, told: dict[str, Any]) -> None:
        self._window.go(name=str(told["value"]))

    async def _go(self, told: dict[str, Any]) -> None:
        self._window.go(place=str(told["value"]))

    async def _send(self, told: dict[str, Any]) -> None:
        text = str(told["values"].get("text", "")).strip()
        command, _, rest = text.partition(" ")
        if command.startswith("/") and command.lower() != "/oms":
            self._window.refused(text, f"{command} is not a command here. Try /oms help")
            return
        self._window.sent()
        try:
            await self._say(text, rest.strip())
        except ImpossibleError as impossible:
            self._window.refused(text, str(impossible))

    async def _reply(self, told: dict[str, Any]) -> None:
        text, root = str(told["values"].get("text", "")).strip(), self._message(str(told["ts"]))
        if text.startswith("/"):
            raise ImpossibleError("Slash commands don't work in threads. Mention @oms-bot instead.")
        await self._write(text, thread_ts=root.ts)

    async def _say(self, text: str, rest: str) -> None:
        if text.startswith("/"):
            workspace, me, channel = self._window.stage.workspace, self._window.me, self._window.channel
            await workspace.slash(me, channel, "/oms", rest)
        else:
            await self._write(text)

    async def _write(self, text: str, *, thread_ts: str | None = None) -> None:
        """Write a message; one that begins by mentioning the bot is heard by it."""
        workspace, me, channel = self._window.stage.workspace, self._window.me, self._window.channel
        mention = f"@{workspace.bot.name}"
        if text.startswith(mention):
            await workspace.mention(me, channel, text.removeprefix(mention).strip(), thread_ts=thread_ts)
        elif text:
            workspace.say(me, channel, text, thread_ts=thread_ts)

    async def _click(self, told: dict[str, Any], *, confirmed: bool = False) -> None:
        workspace, me = self._window.stage.workspace, self._window.me
        action, value = str(told["action"]), told.get("value")
        view = None if told.get("ts") else workspace.modal(me) or workspace.home(me)
        if view is not None:
            self._typed, self._typed_into = told.get("values") or {}, view.id
            await workspace.click_view(me, view, action, value=value)
            return
        message = self._message(str(told["ts"]))
        if (confirm := _confirm_of(message, action)) and not confirmed:
            self.pending = Pending(told, confirm)
            return
        delivery = await self._window.stage.click(me.name, action, message, value=value)
        self._complain(message, delivery)

    def _message(self, ts: str) -> Message:
        found = next((one for one in self._window.stage.workspace.world.log if one.ts == ts), None)
        if found is None:
            raise ImpossibleError("That message is gone.")
        return found

    def _complain(self, message: Message, delivery: Delivery) -> None:
        """Say beside the message what Slack says when the app does not answer a click."""
        self._window.failures.pop(message.ts, None)
        if delivery.error:
            self._window.failures[message.ts] = _SLACK_SAYS.get(delivery.error, delivery.error)

    async def _confirmed(self, _: dict[str, Any]) -> None:
        if pending := self.pending:
            self.pending = None
            await self._click(pending.told, confirmed=True)

    async def deny(self) -> None:
        """Forget the click that waits for its confirmation."""
        self.pending = None
        self._window.redraw_soon()

    async def _submit(self, told: dict[str, Any]) -> None:
        workspace, me = self._window.stage.workspace, self._window.me
        if view := workspace.modal(me):
            self._typed, self._typed_into = told["values"], view.id
            values = {key: value or None for key, value in self._typed.items()}
            await workspace.submit(me, view, values | await self._looked_up(view))

    async def _looked_up(self, view: View) -> dict[str, str]:
        """Return what is chosen in the menus that ask the bot: what has the value, or the name, that was typed."""
        found = {}
        for _, element in interactive_elements(view.definition["blocks"]):
            action = element["action_id"]
            if element["type"] == "external_select" and (typed := self._typed.get(action, "").strip()):
                offered = await self._window.stage.workspace.options(self._window.me, view, action, typed)
                by_name = next((value for value, name in offered.items() if name == typed), typed)
                found[action] = by_name
        return found

    async def close_modal(self) -> None:
        """Close the modal that is on top."""
        workspace, me = self._window.stage.workspace, self._window.me
        if view := workspace.modal(me):
            await workspace.close_view(me, view)

    async def _open_home(self, _: dict[str, Any]) -> None:
        self._window.home_open = True
        await self._window.stage.workspace.open_home(self._window.me)

    async def close_home(self) -> None:
        """Close the App Home."""
        self._window.home_open = False
        self._window.redraw_soon()

    async def _shortcut(self, told: dict[str, Any]) -> None:
        message = self._message(str(told["ts"])) if told.get("ts") else None
        await self._window.stage.workspace.shortcut(self._window.me, str(told["value"]), message)

    async def _workflow(self, told: dict[str, Any]) -> None:
        chosen = next(one for one in WORKFLOWS if one.key == told["value"])
        channel = self._window.channel
        inputs = {"project": ALIAS, "task": TASK, "reason": "uplink is full", "channel": channel.id}
        person = self._window.me if chosen.by_hand else None
        await self._window.stage.workspace.run_step(STEP, inputs, person=person, place=channel)

    async def _theme(self, _: dict[str, Any]) -> None:
        self._window.toggle_theme()

    # --- behind Slack -------------------------------------------------------------------------------------

    async def _trouble(self, told: dict[str, Any]) -> None:
        trouble = Trouble[str(told["value"])]
        self._window.stage.switch(trouble, on=trouble not in self._window.stage.troubles)

    async def _expire(self, _: dict[str, Any]) -> None:
        self._window.stage.expire_tokens()
        ui.notify("Every IAM token has expired; the next call with one is refused.", position="top")

    async def _kill(self, _: dict[str, Any]) -> None:
        await self._window.stage.kill()

    async def _revive(self, _: dict[str, Any]) -> None:
        await self._window.stage.restart()

    # --- the tour -----------------------------------------------------------------------------------------

    async def _situation(self, told: dict[str, Any]) -> None:
        chosen = next(one for one in SITUATIONS if one.key == told["value"])
        self._window.lead(name="alice", place=INCIDENT)
        if not self._window.tour.busy:
            await self._window.tour.start(chosen)

    async def _step(self, _: dict[str, Any]) -> None:
        step = self._window.tour.next_step()
        if step and step.deed:
            await step.deed(self._window.stage)

    async def _leave_tour(self, _: dict[str, Any]) -> None:
        if not self._window.tour.busy:
            await self._window.tour.leave()

    async def _reset(self, _: dict[str, Any]) -> None:
        if not self._window.tour.busy:
            await self._window.tour.forget()

    async def _hide(self, _: dict[str, Any]) -> None:
        self._window.coach_hidden = True

    async def _show_guide(self, _: dict[str, Any]) -> None:
        self._window.coach_hidden = False

    async def _again(self, _: dict[str, Any]) -> None:
        self._window.stage.put_back()


def _confirm_of(message: Message, action: str) -> Json | None:
    for _, element in message.elements():
        if element["action_id"] == action and "confirm" in element:
            confirm: Json = element["confirm"]
            return confirm
    return None
