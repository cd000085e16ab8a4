"""Whatever stands in the file or the environment: it is loaded, or told in sentences; never a traceback."""

from __future__ import annotations

from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.settings import faults
from bot.settings import kinds as setting_types
from bot.settings import load as settings
from bot.settings import sections as setting_sections
from bot.settings.load import SettingsError
from tests.unit.setting_examples import ALICE, MINIMAL, Write

leaves = st.one_of(
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.sampled_from(["env:PATH", "file:/", "file:\x00"]),
)
keys = st.sampled_from(
    [
        "projects",
        "users",
        "timing",
        "service_account",
        "id",
        "region",
        "type",
        "password",
        "credential",
        "U1",
        "a",
    ]
)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=4), max_leaves=8
)


@given(st.dictionaries(keys, trees, max_size=4))
def test_no_content_of_the_file_raises_anything_but_faults(content: dict[str, object]) -> None:
    """Each is a sentence; a traceback is never the answer to a file."""
    try:
        setting_sections.File.model_validate(content, context=setting_types.Surroundings({}, Path()))
    except ValidationError as error:
        for found in faults.errors(error):
            assert faults.sentence("x: " + faults.dotted(found["loc"]), found).startswith("x: ")


VARIABLES = sorted(name.upper() for name in settings.Environment.model_fields if name != "oms_bot_config")
VALUES = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12) | st.sampled_from(
    [
        "sqlite:///x",
        "postgresql://",
        "https://",
        "http://[",
        "xoxb-1",
        "xapp-1",
        "1",
        "debug",
        '"',
        "\ufeff",
        "'1'",
    ]
)


@given(st.dictionaries(st.sampled_from([*VARIABLES, "ALICE_IAM_PASSWORD"]), VALUES))
@hypothesis.settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_environment_raises_anything_but_faults(configure: Write, environment: dict[str, str]) -> None:
    """Each is one line that begins with the setting."""
    configure(MINIMAL + ALICE, **dict.fromkeys(VARIABLES, "") | environment)
    try:
        settings.load()
    except SettingsError as error:
        for sentence in error.faults:
            assert sentence.startswith((*VARIABLES, "oms-bot.toml: ", "users.U0ALICE"))
            assert "\n" not in sentence
