"""What stands in the inputs of a view: what it begins with, what a person has chosen since, what they type now.

A block that keeps its id keeps what stands in it when the view is updated; another one begins anew, as in Slack.
"""

from typing import Any

from bot.sandbox.slack.objects import ImpossibleError, Json, View, interactive_elements

_HELD = {
    "conversations_select": "selected_conversation",
    "external_select": "selected_option",
    "static_select": "selected_option",
}
_NO_INPUT = ("button", "overflow")


def state_of(view: View, given: Json) -> Json:
    """Return `state.values` by block_id and action_id; what is *given*, by action_id, is kept in the view.

    Raises:
        ImpossibleError: the view has no such input, or it offers no such option.
    """
    state: dict[str, Json] = {}
    unused = dict(given)
    for block_id, element in interactive_elements(view.definition["blocks"]):
        if element["type"] in _NO_INPUT:
            continue
        name = element["action_id"]
        if name in unused:
            view.inputs[block_id, name] = _chosen(view, block_id, element, unused.pop(name))
        held = _HELD.get(element["type"], "value")
        value = view.inputs.get((block_id, name), _initial(element))
        state.setdefault(block_id, {})[name] = {"type": element["type"], held: value}
    if unused:
        raise ImpossibleError(f"the view has no input {', '.join(unused)}")
    return state


def choice(view: View, block_id: str, element: Json, value: str | None) -> Json:
    """Return what a block_actions payload says of a menu in which *value* was chosen."""
    return {_HELD[element["type"]]: _chosen(view, block_id, element, value)}


def is_menu(element: Json) -> bool:
    """Tell whether one of several things is chosen in it."""
    return element["type"] in _HELD


def _initial(element: Json) -> Any:  # noqa: ANN401  # JSON
    found = [value for key, value in element.items() if key.startswith("initial_")]
    return found[0] if found else None


def _chosen(view: View, block_id: str, element: Json, given: Any) -> Any:  # noqa: ANN401  # JSON
    if _HELD.get(element["type"]) != "selected_option" or not isinstance(given, str):
        return given
    offered = element.get("options") or view.offered.get((block_id, element["action_id"]), [])
    for option in [*offered, *filter(None, [element.get("initial_option")])]:
        if option["value"] == given:
            return option
    raise ImpossibleError(f"{element['action_id']} offers no {given}")
