"""What people read about linking: complete, and with everything from outside made harmless."""

import inspect

import pytest

from bot.huawei import errors
from bot.huawei.fault import Fault, FaultKind, Source
from bot.text import say_linking, say_page
from bot.text.languages import Language

KINDS = [
    name
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.HuaweiError) and kind is not errors.HuaweiError
]
EN = Language.EN
NASTY = "<!channel> *bold* <https://evil.example|here>\n@here"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", ["iam", "oms"])
def test_every_error_has_a_cause_in_words(kind: str, source: Source) -> None:
    """Of a credential and of a project, with the code and the request id to ask about."""
    fault = Fault(kind=FaultKind(kind), source=source, code="OMS.0072", request_id="abc123", status=400)
    for text in (say_page.link_cause(EN, fault), say_page.project_cause(EN, fault)):
        assert text.endswith((".", "?"))
        assert "(OMS.0072 · request abc123)" in text


def test_names_from_outside_are_inert_in_slack() -> None:
    """A label that somebody gave their key, or a user name at IAM."""
    texts = [
        say_linking.linked(EN, NASTY, ("sg",), replaced=True, named_by_iam=False),
        say_linking.unlinked(EN, removed=True, still=NASTY),
        *(
            say_linking.whoami(
                EN,
                origin=origin,
                principal=NASTY,
                kind="password",
                projects=("sg",),
                verified_at=1.0,
                disabled=disabled,
            )
            for origin in ("own", "operator")
            for disabled in (None, "slack_user_deleted")
        ),
    ]
    for text in texts:
        assert "<!channel>" not in text
        assert "<https" not in text
        assert "\n" not in text


@pytest.mark.parametrize("kind", ["password", "access_key", "agency"])
def test_whoami_names_the_kind(kind: str) -> None:
    """In the words that people use."""
    text = say_linking.whoami(
        EN,
        origin="operator",
        principal="IAM user alice",
        kind=kind,
        projects=None,
        verified_at=None,
        disabled=None,
    )
    assert f"({kind.replace('_', ' ')})" in text
