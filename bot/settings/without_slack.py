"""What it takes of the settings to act with one's own keys, where no Slack is asked."""

from __future__ import annotations

import os
from typing import Final

from pydantic import ValidationError

from bot.settings.faults import of_validation
from bot.settings.kinds import Surroundings
from bot.settings.load import (
    Read,
    Settings,
    SettingsError,
    file_of,
    outgoing_of,
    read_content,
    read_environment,
    settings_of,
)
from bot.settings.reading import tidy
from bot.settings.rules import contradictions
from bot.settings.sections import BucketCredential, File, Project

_WITHOUT_SLACK: Final = frozenset({"projects", "timing", "network", "texts"})
"""The sections that count where somebody acts with keys of their own, and no Slack is asked."""


def load_without_slack(given: Project | None = None) -> tuple[Settings, list[str]]:
    """Read and check what it takes to act with one's own keys: the projects, and how others are reached.

    *given* is the one project that counts, whether there is a file or not. Keys of buckets count as far as they can be
    had here; the sentences returned say why others can't.

    Raises:
        SettingsError: as `load`.
    """
    faults: list[str] = []
    environ = {name: tidy(value) for name, value in os.environ.items()}
    env = read_environment(environ, faults)
    file, there, left_out = File(), env.oms_bot_config.exists(), list[str]()
    if not given and not there:
        faults.append(
            f"OMS_BOT_CONFIG: there is no file {env.oms_bot_config}; "
            "`oms-bot init` writes one, or name a project with --project-id and --region"
        )
    if there:
        surroundings = Surroundings(os.environ, env.oms_bot_config.absolute().parent)
        content = read_content(env.oms_bot_config, faults)
        file, _ = file_of(
            content,
            env.oms_bot_config,
            surroundings,
            faults,
            only=_WITHOUT_SLACK - ({"projects"} if given else set()),
        )
        keys = _keys_here((content or {}).get("bucket_credentials"), surroundings, left_out)
        file = file.model_copy(update={"bucket_credentials": keys})
    if given:
        file = file.model_copy(update={"projects": {given.alias: given}})
    file = file.model_copy(update={"bucket_credentials": _of_use(file)})
    outgoing = outgoing_of(file.network, environ, faults)
    faults += contradictions(file)
    if faults:
        raise SettingsError(faults)
    return settings_of(Read(env, file, env.oms_bot_config, (), outgoing)), left_out


def _keys_here(
    sections: object, surroundings: Surroundings, left_out: list[str]
) -> dict[str, BucketCredential]:
    """Return the keys of buckets that can be had on this machine, where others' variables are not set."""
    found = {}
    for name, content in sections.items() if isinstance(sections, dict) else ():
        try:
            found[name] = BucketCredential.model_validate(content, context=surroundings)
        except ValidationError as error:
            left_out += of_validation(f"bucket_credentials.{name}", error)
    return found


def _of_use(file: File) -> dict[str, BucketCredential]:
    """Return the keys of buckets that may be of use to who acts with keys of their own, and so through no agency."""
    return {
        name: keys
        for name, keys in file.bucket_credentials.items()
        if not keys.agency and (not keys.projects or keys.projects & {*file.projects})
    }
