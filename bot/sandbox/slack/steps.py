"""Steps of the app in workflows: what a run of one is told to the app as, and how the app ends it.

Outputs are checked against the step's definition in the app's manifest (platforms.md, Slack: workflow steps).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.slack.chat import ApiCall
from bot.sandbox.slack.objects import Channel, ImpossibleError, Json, Message, SlackError, User
from bot.sandbox.slack.world import World

_TEXTS = ("string", "slack#/types/channel_id", "slack#/types/user_id")


@dataclass
class StepRun:
    """One run of a step. `lent` is the token that Slack lends for it; `place` is where the workflow tells what follows.

    Attributes:
        ended: How the app has ended it; None while the workflow waits.
        outputs: What the app gave, if that was a success.
        error: What the app said, if it was none.
    """

    id: str
    definition: Json
    lent: str = field(repr=False)
    place: Channel | None = None
    ended: Literal["success", "error"] | None = None
    outputs: Json = field(default_factory=dict)
    error: str = ""


def begin(
    world: World, callback_id: str, definition: Json, inputs: Mapping[str, str], person: User | None
) -> tuple[StepRun, Json]:
    """Begin a run; return it, and the event that tells the app of it. A *person* stands behind it, or nobody does.

    Raises:
        ImpossibleError: Workflow Builder would not save a step whose required inputs are empty.
    """
    wanted: Json = definition["input_parameters"]
    missing = [name for name, about in wanted.items() if about.get("is_required") and name not in inputs]
    if missing or set(inputs) - set(wanted):
        raise ImpossibleError(f"the step takes {', '.join(wanted)}; missing: {', '.join(missing) or 'none'}")
    run = StepRun(world.next_id("Fx"), definition, f"xwfp-sandbox-{secrets.token_hex(12)}")
    world.runs[run.id] = run
    given: Json = {**inputs, **(_interactivity(world, person) if person else {})}
    about: Json = {
        "id": f"Fn{callback_id}",
        "callback_id": callback_id,
        "type": "app",
        "app_id": world.app_id,
    }
    about |= {"title": definition["title"], "description": definition["description"]}
    for key in ("input_parameters", "output_parameters"):
        about[key] = [{"name": name, **described} for name, described in definition[key].items()]
    event: Json = {
        "type": "function_executed",
        "function": about,
        "inputs": given,
        "function_execution_id": run.id,
        "workflow_execution_id": world.next_id("Wx"),
        "bot_access_token": run.lent,
    }
    return run, event


def _interactivity(world: World, person: User) -> Json:
    """Return what Slack says of the person, and lends: once as objects, and once flat."""
    pointer = world.new_trigger(person.id)
    who: Json = {"id": person.id, "secret": f"sandbox-secret-{secrets.token_hex(12)}"}
    return {
        "interactivity": {"interactor": who, "interactivity_pointer": pointer},
        "interactivity.interactor": who,
        "interactivity.interactor.id": who["id"],
        "interactivity.interactor.secret": who["secret"],
        "interactivity.interactivity_pointer": pointer,
    }


def complete_success(call: ApiCall) -> Json:
    """Answer functions.completeSuccess."""
    run = _running(call)
    outputs = call.json("outputs", "invalid_arguments")
    if not isinstance(outputs, dict):
        raise SlackError("invalid_arguments")
    known: Json = run.definition["output_parameters"]
    wrong = [name for name, value in outputs.items() if not _fits(known.get(name), value)]
    missing = [name for name, about in known.items() if about.get("is_required") and name not in outputs]
    if wrong or missing:
        messages = [f"[ERROR] {name}" for name in wrong + missing]
        raise SlackError("parameter_validation_failed", response_metadata={"messages": messages})
    run.ended, run.outputs = "success", outputs
    _go_on(call.world, run, f"*The workflow goes on:* {outputs.get('ending')}. {outputs.get('summary')}")
    return {}


def complete_error(call: ApiCall) -> Json:
    """Answer functions.completeError."""
    run, error = _running(call), call.need("error")
    run.ended, run.error = "error", error
    _go_on(call.world, run, f"*The workflow has stopped:* {error}")
    return {}


def _running(call: ApiCall) -> StepRun:
    run: StepRun | None = call.world.runs.get(call.need("function_execution_id"))
    if run is None:
        raise SlackError("function_execution_not_found")
    if run.ended:
        raise SlackError("execution_not_in_running_state")
    return run


def _fits(about: Json | None, value: object) -> bool:
    return about is not None and (about["type"] not in _TEXTS or isinstance(value, str))


def _go_on(world: World, run: StepRun, text: str) -> None:
    """Let the workflow do what follows: say it, if it was told where."""
    world.emit("step.ended", run)
    if run.place:
        world.post(Message(run.place.id, world.next_ts(), "USLACKBOT", text=text, source="slack"))
