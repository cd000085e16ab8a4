"""What is wrong with the file, in sentences: the key by its path, the fault, the remedy; never a secret."""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.settings.sections import File
from bot.spelling import closest_names

_UNIONS_BY_NAME: Final = ("outcomes",)  # the same, after the name that the operator chose
_UNIONS: Final = (
    "credential",
    "service_account",
    "reads_as",
)  # whose kind pydantic puts into the path of what is inside
# Whose values are shown by a fault of TOML: what else stands there may be a secret.
_HARMLESS: Final = frozenset(
    {"id", "region", "name", "channels", "approvers", "approvals", "notify", "domain", "username", "type"}
)
_VALUE: Final = re.compile(r"""\s*([\w.-]+|"[^"]*"|'[^']*')\s*=\s*(.*)""")


def of_validation(name: str, error: ValidationError) -> list[str]:
    """Return a sentence for each fault in the content of the file called *name*."""
    return [sentence(f"{name}: {dotted(fault['loc'])}", fault) for fault in errors(error)]


def errors(error: ValidationError) -> list[Any]:
    """Return pydantic's faults, less the input, which may be a secret."""
    return list(error.errors(include_input=False, include_url=False))


def dotted(loc: tuple[int | str, ...]) -> str:
    """Return the path of a key, less what pydantic adds: the discriminator's value in a union of kinds."""
    return ".".join(
        str(part)
        for i, part in enumerate(loc)
        if not (i > 0 and loc[i - 1] in _UNIONS) and not (i > 1 and loc[i - 2] in _UNIONS_BY_NAME)
    )


def sentence(where: str, fault: Any) -> str:  # noqa: ANN401  # pydantic's ErrorDetails is a TypedDict of Any
    """Return what is wrong at *where*, and the remedy."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return f"{where} is missing; add it"
        case "extra_forbidden":
            return f"{where} {_unknown(fault['loc'])}"
        case "value_error":
            return f"{where} {context['error']}"
        case "union_tag_invalid" | "union_tag_not_found":
            return f"{where}.type {_no_kind(context)}"
        case "frozen_set_type" | "tuple_type":
            return f'{where} must be a list of texts; write it in brackets: ["…"]'
        case "string_pattern_mismatch":
            return f"{where} has characters that can't be in it; it must match {context['pattern']}"
        case _:
            message = str(fault["msg"])
            return f"{where} is not valid: {message[:1].lower()}{message[1:]}; correct it"


def _unknown(loc: tuple[int | str, ...]) -> str:
    """Say that there is no such key, and which of its section may be meant; else where it belongs, or what there is."""
    key, known = str(loc[-1]), keys_at(loc[:-1])
    if close := closest_names(key, known, limit=1):
        return f"is not a setting; did you mean {close[0]}?"
    if elsewhere := [name for name, section in _sections() if key in section.model_fields]:
        return f"is not a setting there; put it in [{elsewhere[0]}]"
    what = "setting" if len(loc) > 1 else "section"
    return f"is not a {what}; use one of these: {', '.join(known)}"


def _no_kind(context: dict[str, Any]) -> str:
    """Say that a credential is of no kind; what was written instead is repeated if it is near one."""
    kinds = re.findall(r"'(\w+)'", str(context.get("expected_tags", ""))) or [
        "password",
        "access_key",
        "agency",
    ]
    written = str(context.get("tag", ""))
    said = "is missing" if not written else "is no kind of credential"
    if written and closest_names(written, kinds, limit=1):
        said = f'is "{written}"'
    return f"{said}; write {', '.join(kinds[:-1])} or {kinds[-1]}"


def keys_at(path: tuple[int | str, ...]) -> list[str]:
    """Return the keys that may stand at *path*, as pydantic names it."""
    sections: list[type[BaseModel]] = [File]
    parts = iter(path)
    for part in parts:
        fields = [
            section.model_fields[str(part)] for section in sections if str(part) in section.model_fields
        ]
        annotations = [field.annotation for field in fields]
        sections = [model for annotation in annotations for model in _models_in(annotation)]
        if any(get_origin(annotation) is dict for annotation in annotations):
            next(parts, None)  # the name that the operator chose
        if part in _UNIONS or part in _UNIONS_BY_NAME:
            kind = next(parts, None)
            sections = [
                model for model in sections if kind in get_args(model.model_fields["type"].annotation)
            ]
    return sorted({key for section in sections for key in section.model_fields} - {"alias"})


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the sections that have one name, such as [timing]."""
    for name, field in File.model_fields.items():
        if get_origin(field.annotation) is not dict and name not in _UNIONS:
            yield from ((name, model) for model in _models_in(field.annotation))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  # any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (dict, Union, types.UnionType, Annotated):
        for part in get_args(annotation):
            yield from _models_in(part)


def of_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> str:
    """Return what is wrong with the line that is no TOML, and the line, but for what may be a secret."""
    found = re.search(r"\(at line (\d+), column \d+\)", str(error))
    lines = text.splitlines()
    if found is None or not 0 < int(found[1]) <= len(lines):
        return f"OMS_BOT_CONFIG: {path} can't be read: {error}; fix the file"
    line = lines[int(found[1]) - 1].strip()
    where = f"OMS_BOT_CONFIG: {path} can't be read, line {found[1]}: {_shown(line)}"
    said = str(error).partition(" (at line")[0]
    if (assigned := _VALUE.fullmatch(line)) and _lacks_quotes(assigned[2]):
        return f'{where}  texts stand in quotes; write {assigned[1]} = "…"'
    return f"{where}  {said[:1].lower()}{said[1:]}; fix the line"


def _lacks_quotes(value: str) -> bool:
    bare = value.partition("#")[0].strip()
    return bool(bare) and bare[0] not in "\"'[{" and not re.fullmatch(r"[\d._+-]+|true|false", bare)


def _shown(line: str) -> str:
    if assigned := _VALUE.fullmatch(line):
        value = assigned[2] if assigned[1] in _HARMLESS else "…"
        return f"{assigned[1]} = {value[:40]}"
    return line[:40] if line.startswith(("[", "#")) else "…"
