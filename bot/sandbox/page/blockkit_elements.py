"""Block Kit's elements as HTML: buttons, menus and inputs. Pure; see `blockkit` for the attributes they carry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from bot.sandbox.page.blockkit_text import image, text, unknown
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Json

_EMPTY = Markup()
_TYPED = {
    "datepicker": ("date", "initial_date"),
    "datetimepicker": ("datetime-local", "initial_date_time"),
    "email_text_input": ("email", "initial_value"),
    "number_input": ("number", "initial_value"),
    "timepicker": ("time", "initial_time"),
    "url_text_input": ("url", "initial_value"),
}


@dataclass(frozen=True)
class _Place:
    """Where an element stands: in which block, for whom, and whether it must be filled in."""

    block: str
    reader: Reader
    required: bool

    def marks(self, element: Json, do: str) -> Markup:
        """Return the attributes by which the page knows what was operated."""
        action = element.get("action_id", "")
        marks = Markup('data-do="{}" data-block="{}" data-action="{}"').format(do, self.block, action)
        return marks + Markup(' name="{}"').format(action)


def element(given: object, block_id: str, reader: Reader, *, required: bool = False) -> Markup:
    """Show an element; `required` is said by the input block around it."""
    if not isinstance(given, dict):
        return unknown("element", given)
    shown = _ELEMENTS.get(str(given.get("type")))
    if shown is None:
        return unknown("element", given.get("type"))
    return shown(given, _Place(block_id, reader, required))


def _button(given: Json, place: _Place) -> Markup:
    style = {"primary": " bk-primary", "danger": " bk-danger"}.get(str(given.get("style")), "")
    label = text(given["text"], place.reader)
    named = given.get("accessibility_label")
    spoken = Markup(' aria-label="{}"').format(named) if named else _EMPTY
    marks = place.marks(given, "click")
    url = str(given.get("url") or "")
    if urlsplit(url).scheme in ("http", "https"):
        opens = Markup('href="{}" target="_blank" rel="noopener noreferrer"').format(url)
        return Markup('<a class="bk-button{}" {} {}{}>{}</a>').format(style, opens, marks, spoken, label)
    return Markup('<button type="button" class="bk-button{}" {}{}>{}</button>').format(
        style, marks, spoken, label
    )


def _overflow(given: Json, place: _Place) -> Markup:
    marks = place.marks(given, "click")
    entry = Markup('<button type="button" role="menuitem" {} data-value="{}">{}</button>')
    entries = (entry.format(marks, one["value"], text(one["text"], place.reader)) for one in given["options"])
    more = Markup('<details class="bk-overflow"><summary aria-label="More actions">⋯</summary>')
    return more + Markup('<div role="menu">{}</div></details>').format(_EMPTY.join(entries))


def _select(given: Json, place: _Place) -> Markup:
    many = str(given["type"]).startswith("multi_")
    chosen = {one["value"] for one in [given.get("initial_option"), *given.get("initial_options", [])] if one}
    chosen |= {
        given[key] for key in ("initial_conversation", "initial_channel", "initial_user") if key in given
    }
    prompt = text(given["placeholder"], place.reader) if "placeholder" in given else "Choose…"
    first = _EMPTY if many else Markup('<option value="">{}</option>').format(prompt)
    groups = given.get("option_groups") or [{"options": given.get("options") or _people(given, place.reader)}]
    body = _EMPTY.join(_group(group, chosen, place.reader) for group in groups)
    told = Markup('aria-label="{}"{}').format(prompt, Markup(" multiple") if many else "")
    return Markup('<select class="bk-select" {} {}>{}{}</select>').format(
        place.marks(given, "change"), told, first, body
    )


def _people(given: Json, reader: Reader) -> Iterable[Json]:
    """Offer users or channels, for the menus that list them by themselves."""
    known = reader.users if "users" in given["type"] else reader.channels
    return [{"text": {"type": "plain_text", "text": name}, "value": key} for key, name in known.items()]


def _group(group: Json, chosen: set[str], reader: Reader) -> Markup:
    option = Markup('<option value="{}"{}>{}</option>')
    options = _EMPTY.join(
        option.format(
            one["value"],
            Markup(" selected") if one["value"] in chosen else "",
            text(one["text"], reader),
        )
        for one in group["options"]
    )
    if "label" not in group:
        return options
    return Markup('<optgroup label="{}">{}</optgroup>').format(text(group["label"], reader), options)


def _text_input(given: Json, place: _Place) -> Markup:
    start, limits = given.get("initial_value") or "", _limits(given, place)
    if given.get("multiline"):
        return Markup('<textarea class="bk-field" rows="4" {} {}>{}</textarea>').format(
            place.marks(given, ""), limits, start
        )
    return Markup('<input class="bk-field" type="text" {} {} value="{}">').format(
        place.marks(given, ""), limits, start
    )


def _asking(given: Json, place: _Place) -> Markup:
    """Show a menu that asks the bot as a field: what is typed is looked for when the modal is submitted."""
    start = (given.get("initial_option") or {}).get("value", "")
    return Markup('<input class="bk-field" type="text" {} {} value="{}">').format(
        place.marks(given, ""), _limits(given, place), start
    )


def _typed_input(given: Json, place: _Place) -> Markup:
    kind, initial = _TYPED[given["type"]]
    return Markup('<input class="bk-field" type="{}" {} {} value="{}">').format(
        kind, place.marks(given, "change"), _limits(given, place), given.get(initial) or ""
    )


def _limits(given: Json, place: _Place) -> Markup:
    found = {"minlength": given.get("min_length"), "maxlength": given.get("max_length")}
    if "placeholder" in given:
        found["placeholder"] = text(given["placeholder"], place.reader)
    limits = Markup(" ").join(
        Markup('{}="{}"').format(*pair) for pair in found.items() if pair[1] is not None
    )
    limits += Markup(" required") if place.required else ""
    return limits + (Markup(" autofocus") if given.get("focus_on_load") else "")


def _choices(given: Json, place: _Place) -> Markup:
    kind = "radio" if given["type"] == "radio_buttons" else "checkbox"
    chosen = [given.get("initial_option"), *given.get("initial_options", [])]
    choice = Markup('<label class="bk-choice"><input type="{}" {} value="{}"{}> {}</label>')
    shown = _EMPTY.join(
        choice.format(
            kind,
            place.marks(given, "change"),
            one["value"],
            Markup(" checked") if one in chosen else "",
            text(one["text"], place.reader),
        )
        for one in given["options"]
    )
    return Markup('<span role="group">{}</span>').format(shown)


def _image(given: Json, _: _Place) -> Markup:
    return image(given)


_SELECTS = ("channels_select", "conversations_select", "static_select", "users_select")
_ELEMENTS: dict[str, Callable[[Json, _Place], Markup]] = {
    "button": _button,
    "checkboxes": _choices,
    "external_select": _asking,
    "image": _image,
    "overflow": _overflow,
    "plain_text_input": _text_input,
    "radio_buttons": _choices,
    **dict.fromkeys(_TYPED, _typed_input),
    **dict.fromkeys(_SELECTS, _select),
    **dict.fromkeys([f"multi_{name}" for name in _SELECTS], _select),
}
