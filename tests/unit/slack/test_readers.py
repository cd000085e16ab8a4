"""Who reads which language."""

from __future__ import annotations

import pytest

from bot.conversation.policy import Person
from bot.settings.sections import Texts
from bot.slack.readers import Readers
from bot.text.languages import Language

ALICE = Person("U0ALICE", "T0", locale="zh-CN")


def test_somebody_reads_english_until_slack_says_otherwise() -> None:
    """And what it said is remembered."""
    readers = Readers()
    assert (readers.knows("U0ALICE"), readers.language("U0ALICE")) == (False, Language.EN)
    assert readers.meet(ALICE) is Language.ZH
    assert (readers.knows("U0ALICE"), readers.language("U0ALICE")) == (True, Language.ZH)
    assert readers.language("U0BOB") is Language.EN


@pytest.mark.parametrize("code", ["en", "zh"])
def test_one_language_may_be_fixed_for_all(code: str) -> None:
    """The operator's settings come before what people use Slack in."""
    fixed = Language(Texts.model_validate({"language": code}).language or "")
    readers = Readers(fixed)
    assert (
        readers.meet(ALICE)
        is readers.language("U0BOB")
        is readers.of("zh-TW")
        is readers.of("en-US")
        is fixed
    )
    assert readers.knows("U0BOB")


def test_every_language_can_be_set_and_none_is_by_default() -> None:
    """The settings name those that there are."""
    assert Texts().language is None
    assert {Texts.model_validate({"language": language.value}).language for language in Language} == set(
        Language
    )
