"""Values as they were stored: read by whichever version runs, also by one that is older than the one that wrote them.

In a rolling deploy both run side by side. What a newer one has added is not known here, and is left out; a seal covers
it, so where there are keys, a decision or an agreement of which a part is not known does not count. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value = TypeVar("Value", bound="DataclassInstance")


def known(kind: type[Value], record: Mapping[str, Any]) -> Value:
    """Return the value that *record* was stored of, less the fields that this version does not know."""
    names = {field.name for field in fields(kind)}
    return kind(**{name: part for name, part in record.items() if name in names})
