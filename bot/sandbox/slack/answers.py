"""What people see of a bot's answers: replies to commands, modals that react, Slack's own complaints."""

from bot.sandbox.slack.chat import content_of
from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.methods import push_view, replace_view
from bot.sandbox.slack.objects import Json, Message, SlackError, View
from bot.sandbox.slack.world import World


def show(world: World, delivery: Delivery) -> None:
    """Show people what came of a delivery: a failed click, for one, leaves only `delivery.error`."""
    payload = delivery.payload
    if payload.kind == "slash_commands":
        _show_reply(world, delivery)
    elif payload.data.get("type") == "view_submission" and payload.view:
        _react(world, delivery, payload.view)
    world.emit("delivery", delivery)


def close_view(world: World, view: View) -> None:
    """Close a modal."""
    view.open = False
    world.emit("view.closed", view)


def _show_reply(world: World, delivery: Delivery) -> None:
    """Show what a slash command was answered: to everybody, or to the person who typed it."""
    data = delivery.payload.data
    if not delivery.ok:
        _post(world, data, _complaint(data, str(delivery.error)), source="slack", public=False)
    elif delivery.body:
        said: Json = delivery.json or {"text": delivery.body}
        try:
            content = content_of(lambda name, _: said.get(name), said, unknown=world.unknown_blocks)
        except SlackError as refused:
            content = _complaint(data, refused.code)
        _post(world, data, content, source="ack", public=said.get("response_type") == "in_channel")


def _post(world: World, data: Json, content: Json, *, source: str, public: bool) -> None:
    by_bot = source == "ack"
    world.post(
        Message(
            data["channel_id"],
            world.next_ts(),
            world.bot.id if by_bot else "USLACKBOT",
            bot_id=world.bot_id if by_bot else None,
            ephemeral_to=None if public else data["user_id"],
            source=source,
            **content,
        )
    )


def _react(world: World, delivery: Delivery, view: View) -> None:
    """Do what a submission's answer asks for (response_action)."""
    if not delivery.ok:
        view.errors = {"": str(delivery.error)}
        world.emit("view.refused", view)
        return
    match delivery.json:
        case {"response_action": "errors", "errors": dict(errors)}:
            view.errors = errors
            world.emit("view.refused", view)
        case {"response_action": "update", "view": dict(definition)}:
            replace_view(world, view, definition)
        case {"response_action": "push", "view": dict(definition)}:
            push_view(world, view.user, definition, previous=view)
        case {"response_action": "clear"}:
            for stacked in [one for one in world.views if one.root_id == view.root_id]:
                close_view(world, stacked)
        case _:
            close_view(world, view)


def _complaint(data: Json, error: str) -> Json:
    return {"text": f'{data["command"]} failed with the error "{error}"'}
