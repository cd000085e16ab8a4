"""A project that is given on the command line, in place of a section of the file."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from bot.settings.faults import errors, sentence
from bot.settings.load import SettingsError
from bot.settings.sections import Project

_OPTIONS: Final = {
    "id": "--project-id", "region": "--region", "oms_endpoint": "--oms-endpoint", "iam_endpoint": "--iam-endpoint",
}  # fmt: skip


def project_of(project_id: str, region: str, oms_endpoint: str, iam_endpoint: str) -> Project | None:
    """Return the project that the options describe, called by its id; None if there are none.

    Raises:
        SettingsError: with a sentence for each that can't be meant.
    """
    values = {"id": project_id, "region": region, "oms_endpoint": oms_endpoint, "iam_endpoint": iam_endpoint}
    given = {name: value for name, value in values.items() if value}
    if not given:
        return None
    try:
        return Project.model_validate({"alias": project_id, **given})
    except ValidationError as error:
        raise SettingsError(
            [sentence(_OPTIONS[str(fault["loc"][0])], fault) for fault in errors(error)]
        ) from None
