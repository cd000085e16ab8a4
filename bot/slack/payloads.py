"""What Slack delivers, reduced to what matters."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from bot.conversation.runs import PROPOSAL
from bot.conversation.verdicts import Click, ClickKind

_REVIEWS = re.compile(f"{PROPOSAL}[0-9a-f]{{32}}")  # the block with the button of a proposal
_MOST_TEXTS = 500  # in which one looks for what a message speaks of
_READ = (
    *("text", "blocks", "elements", "fields", "value", "title", "title_link", "url", "pretext", "fallback"),
    *("from_url", "footer"),
)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Who said something, where. `workspace` is where it was said.

    `named` are the workspaces that Slack names beside it as the speaker's or the place's. Within an organisation these
    may differ without meaning anything; `users.info` knows who is a stranger.

    `thread_ts` names the thread in which it was said, if any: what is answered belongs there. `trigger` opens a modal,
    once, within three seconds; a mention has none. `awaited_by` is what waits for the end, as in a `Request`.
    """

    delivery: str
    workspace: str
    user_id: str
    channel_id: str
    named: tuple[str, ...] = ()
    response_url: str = ""
    thread_ts: str | None = None
    trigger: str = ""
    awaited_by: str = ""

    @property
    def key(self) -> str:
        """Return what the response_url is remembered under."""
        return f"click:{self.delivery}"

    @property
    def team_id(self) -> str:
        """Return under which workspace the speaker's own link is kept."""
        return self.workspace

    @property
    def is_plain(self) -> bool:
        """Whether Slack names one workspace only, so that whoever speaks is certainly at home in it."""
        return set(self.named) <= {self.workspace}


def name_of_delivery(body: dict[str, Any]) -> str:
    """Return what names a command or click: its trigger id. One without is a wish of its own, no repeat of another."""
    return body.get("trigger_id") or uuid.uuid4().hex


def named_in(*ids: object, enterprise: object = None) -> tuple[str, ...]:
    """Return those of *ids* that name a workspace: not what is missing, nor the delivery's own organisation."""
    found = {id_ for id_ in ids if isinstance(id_, str) and id_ and id_ != enterprise}
    return tuple(sorted(found))


def _where_in(body: dict[str, Any], *also: object) -> tuple[str, str, tuple[str, ...]]:
    """Return the workspace of an interaction, the one that is named as the person's own, and all that are named.

    In an organisation `team` may be null, and any of them may name the organisation instead; *also* may help then.
    """
    enterprise = (body.get("enterprise") or {}).get("id")
    place, own = (body.get("team") or {}).get("id"), (body.get("user") or {}).get("team_id")
    known = [named_in(id_, enterprise=enterprise) for id_ in (place, own, *also)]
    workspace = next((found for (found,) in filter(None, known)), str(enterprise or ""))
    team_id = own if isinstance(own, str) and own else workspace
    return workspace, team_id, named_in(place, own, enterprise=enterprise)


class Pressed:
    """The parts of a ``block_actions`` payload that matter. `workspace` and `named` are as in `Heard`.

    `value` is what the button stands for: an operation, or the words of a command. `reviews` is the proposal that it is
    on, if it is on one.
    """

    def __init__(self, body: dict[str, Any]) -> None:
        action = body["actions"][0]
        container = body.get("container") or {}
        message = body.get("message") or {}
        self.user_id: str = body["user"]["id"]
        self.workspace, self.team_id, self.named = _where_in(body, message.get("team"))
        self.channel_id: str = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        self.message_ts: str = container.get("message_ts") or message.get("ts") or ""
        self.thread_ts = thread_of({"ts": self.message_ts, **message, **container})
        self.in_home: bool = container.get("type") == "view"
        self.value: str = action.get("value") or ""
        block = action.get("block_id") or ""
        self.reviews: str = block if _REVIEWS.fullmatch(block) else ""
        self.id = name_of_delivery(body)
        self.trigger: str = body.get("trigger_id") or ""
        self.response_url: str = body.get("response_url") or ""

    @property
    def same_wish(self) -> tuple[str, ...]:
        """Return what two taps on one button have in common."""
        return (self.workspace, self.user_id, self.message_ts, self.value)

    def heard(self) -> Heard:
        """Return who pressed it, where."""
        return Heard(
            delivery=self.id,
            workspace=self.workspace,
            user_id=self.user_id,
            channel_id=self.channel_id,
            named=self.named,
            response_url=self.response_url,
            thread_ts=self.thread_ts,
            trigger=self.trigger,
            awaited_by=self.reviews,
        )

    def click(self, kind: ClickKind, at: float) -> Click:
        """Return the click on a card that this is."""
        return Click(
            operation_id=self.value,
            workspace=self.workspace,
            team_id=self.team_id,
            user_id=self.user_id,
            channel_id=self.channel_id,
            message_ts=self.message_ts,
            named=self.named,
            kind=kind,
            click_id=self.id,
            at=at,
            thread_ts=self.thread_ts,
        )


class Interaction:
    """Who did something, where, in a payload of a modal, a shortcut or a menu. As in `Heard`, `named` proves nothing.

    `trigger` opens a modal, within three seconds, once.
    """

    def __init__(self, body: dict[str, Any]) -> None:
        user = body.get("user") or {}
        self.user_id = str(user.get("id") or "")
        self.workspace, self.team_id, self.named = _where_in(body)
        self.trigger = str(body.get("trigger_id") or "")
        self.id = name_of_delivery(body)
        self.response_url = str(body.get("response_url") or "")

    def heard(self, channel_id: str = "", thread_ts: str = "") -> Heard:
        """Return who did it, for which place."""
        return Heard(
            delivery=self.id,
            workspace=self.workspace,
            user_id=self.user_id,
            channel_id=channel_id,
            named=self.named,
            response_url=self.response_url,
            thread_ts=thread_ts or None,
            trigger=self.trigger,
        )


class Submitted(Interaction):
    """The parts of a ``view_submission``, or of whatever else comes out of a view, that matter.

    `metadata` is what the view carried; like what was typed, it is whatever somebody sent.
    """

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body)
        view = body.get("view") or {}
        self.view_id = str(view.get("id") or "")
        # One modal is one wish, however often its submission is delivered; and nobody uses up what is another's.
        self.id = f"view:{self.view_id or self.id}:{self.user_id}"
        self.metadata = str(view.get("private_metadata") or "")
        blocks = view.get("blocks")
        self.blocks = [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []
        state = view.get("state")
        values = state.get("values") if isinstance(state, dict) else None
        self._values: dict[str, Any] = values if isinstance(values, dict) else {}

    def text_in(self, name: str) -> str:
        """Return what was typed into the input of that name, which is its block's and its own."""
        block = self._values.get(name)
        element = block.get(name) if isinstance(block, dict) else None
        return _chosen_in(element)

    def chosen(self, action_id: str) -> str:
        """Return what stands in the element of that name, whatever its block is called; the last such block counts."""
        found = [
            block[action_id]
            for block in self._values.values()
            if isinstance(block, dict) and action_id in block
        ]
        return _chosen_in(found[-1]) if found else ""


class Executed:
    """The parts of a ``function_executed`` event that matter. `run` is Slack's *function execution id*.

    Only Slack says who runs it, in an input of a kind of its own; in any other a workflow may name anybody. `user_id`
    is empty if nobody does, as with a workflow that begins on a schedule.
    """

    def __init__(self, event: dict[str, Any]) -> None:
        self.run: str = event["function_execution_id"]
        self._inputs = _object(event.get("inputs"))
        interactor = _object(_object(self._inputs.get("interactivity")).get("interactor"))
        self.user_id = _text(interactor.get("id"))
        self.channel_id = self._given("channel")
        self.project, self.task, self.reason = map(self._given, ("project", "task", "reason"))

    def _given(self, name: str) -> str:
        return _text(self._inputs.get(name)).strip()


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _chosen_in(element: object) -> str:
    """Return the text, the option's value or the conversation that an element holds."""
    if not isinstance(element, dict):
        return ""
    option = element.get("selected_option")
    of_option = option.get("value") if isinstance(option, dict) else None
    found = next(
        (one for one in (element.get("value"), of_option, element.get("selected_conversation")) if one), ""
    )
    return found if isinstance(found, str) else ""


def texts_of(message: dict[str, Any]) -> str:
    """Return all that can be read in a message: its text, its blocks, and what alerts attach to it."""
    texts: list[str] = []
    waiting: list[Any] = [message.get("text"), message.get("blocks"), message.get("attachments")]
    while waiting and len(texts) < _MOST_TEXTS:
        part = waiting.pop(0)
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, dict):
            waiting += [part.get(key) for key in _READ]
        elif isinstance(part, list):
            waiting += part
    return "\n".join(dict.fromkeys(texts))


def thread_of(message: dict[str, Any]) -> str | None:
    """Return the thread that a message was written in; one that began a thread stands in the channel itself."""
    thread_ts = message.get("thread_ts")
    return thread_ts if isinstance(thread_ts, str) and thread_ts and thread_ts != message.get("ts") else None


def bot_ids(body: dict[str, Any], known: str | None) -> set[str]:
    """Return the user ids under which an event may mention the bot: those it was delivered for, and the *known* one."""
    authorizations = body.get("authorizations") or []
    ids = {one.get("user_id") for one in authorizations if one.get("is_bot", True)}
    return {user_id for user_id in {*ids, known} if user_id}


def accounts_of(user: dict[str, Any], body: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the workspaces and ids under which a person of ``user_change`` may be known.

    In an organisation that is each of its workspaces and the organisation itself, with the id they have there.
    """
    member = user.get("enterprise_user")
    member = member if isinstance(member, dict) else {}
    teams = member.get("teams")
    places = {
        user.get("team_id"),
        body.get("team_id"),
        body.get("enterprise_id"),
        member.get("enterprise_id"),
    }
    places.update(teams if isinstance(teams, list) else ())
    ids = {user.get("id"), member.get("id")}
    return {
        (team, id_)
        for team in places
        for id_ in ids
        if isinstance(team, str) and isinstance(id_, str) and team
    }
