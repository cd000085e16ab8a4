"""What is said of what Huawei Cloud, Slack or the way to them refused."""

from __future__ import annotations

from typing import Any

import pytest

from bot.huawei import errors
from bot.huawei.errors import HuaweiError
from bot.huawei.fault import Fault, FaultKind, fault_of
from bot.text.languages import Language
from bot.text.say_faults import fault_text

EN, ZH = Language.EN, Language.ZH
ERRORS: list[type[HuaweiError]] = [
    value for value in vars(errors).values() if isinstance(value, type) and value.__name__ in set(FaultKind)
]


@pytest.mark.parametrize("code", ["OMS-Workflow.0023", "OMS.01001", "MGC.00001234"])
def test_codes_of_families_that_are_not_known_read_well(code: str) -> None:
    """They are said as they are, with what was said beside them."""
    fault = Fault(kind=FaultKind.BAD_REQUEST, code=code, request_id="8f3c01", message="Said so.", status=400)
    said = fault_text(EN, fault, project="prod-sg", principal="a")
    assert said == f'OMS refused the request. It said: "Said so." ({code} · request 8f3c01)'


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("source", ["oms", "iam"])
def test_every_error_names_its_code_its_request_and_a_cause(error: type[HuaweiError], source: Any) -> None:
    """What Huawei's support asks for is always there, whichever service said it."""
    fault = fault_of(error("Said so.", code="OMS.0001", request_id="8f3c01", status=400, source=source))
    said = fault_text(EN, fault, project="prod-sg", principal="IAM user alice")
    assert "(OMS.0001 · request 8f3c01)" in said
    assert said.endswith(")")
    assert len(said) > 40


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_without_a_code_names_the_http_status(error: type[HuaweiError]) -> None:
    """Something has to be looked up by."""
    fault = fault_of(error(status=418))
    assert "(HTTP 418)" in fault_text(EN, fault, project="prod-sg", principal="alice")
    bare = fault_text(EN, fault_of(error()), project="prod-sg", principal="alice")
    assert "()" not in bare
    assert '""' not in bare


@pytest.mark.parametrize("kind", ["NotFound", "PermissionDenied"])
def test_what_iam_refuses_is_not_told_as_a_refusal_of_oms(kind: str) -> None:
    """No project or agency at IAM is no missing task, and no OMS permission would help."""
    fault = Fault(
        kind=FaultKind(kind), source="iam", code="IAM.0004", request_id="8f3c01", message="Said so."
    )
    said = fault_text(EN, fault, project="prod-sg", principal="IAM user alice")
    assert "IAM" in said
    assert "no such task" not in said
    assert "oms:task" not in said
    assert "(IAM.0004 · request 8f3c01)" in said


def test_a_refused_credential_is_not_asked_to_be_tried_again() -> None:
    """IAM locks a user after a few failures."""
    for error in (
        errors.CredentialRejected,
        errors.TokenExpired,
        errors.AccountLocked,
        errors.SignatureExpired,
    ):
        said = fault_text(EN, fault_of(error(code="X.1")), project="prod-sg", principal="alice").lower()
        assert "try again" not in said


def test_slack_names_what_it_refuses_in_chinese_too() -> None:
    """Who must do something, and what."""
    fault = Fault(kind=FaultKind.SLACK_REFUSED, source="slack", code="missing_scope", message="users:read")
    assert fault_text(ZH, fault, project="prod-sg", principal="") == (
        "Slack 不允许我查询您是谁：应用缺少权限 `users:read` 。因此我没有继续。重试无济于事，请联系机器人的运维人员。"
        "（missing_scope）"
    )


def test_listing_takes_another_permission_than_pausing() -> None:
    """Whoever may not list is told what that takes."""
    fault = Fault(kind=FaultKind.PERMISSION_DENIED, code="OMS.0072")
    said = fault_text(EN, fault, verb="list", project="prod-sg", principal="IAM user alice")
    assert "lacks `oms:task:list` in prod-sg" in said
