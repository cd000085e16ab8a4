"""Every way in which Huawei Cloud refuses is a value that can be stored, and told."""

from __future__ import annotations

import pytest

from bot.huawei.errors import HuaweiError
from bot.huawei.fault import FaultKind, fault_of
from bot.huawei.iam import rejections


def _kinds_of(error: type[HuaweiError]) -> list[type[HuaweiError]]:
    return [kind for child in error.__subclasses__() for kind in (child, *_kinds_of(child))]


ERRORS = _kinds_of(HuaweiError)


def test_the_errors_of_the_ledger_are_among_them() -> None:
    """They stand in a module of their own, which must have been imported for this test to see them."""
    assert {rejections.NotSentAgain, rejections.TriesUsedUp} <= set(ERRORS)


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_told_as_a_kind_of_fault(error: type[HuaweiError]) -> None:
    """By the name of its class, which is what is stored."""
    assert fault_of(error("Said so.", code="OMS.0001")).kind == error.__name__


def test_every_kind_of_fault_is_an_error_or_the_bots_own() -> None:
    """A class that was renamed would leave its old name behind."""
    own = {kind for kind in FaultKind if kind not in {error.__name__ for error in ERRORS}}
    assert own == {
        FaultKind.SLACK_FAULT, FaultKind.SLACK_REFUSED, FaultKind.GROUP_FAULT, FaultKind.GROUP_REFUSED,
        FaultKind.DATABASE_FAULT, FaultKind.VAULT_FAULT, FaultKind.LINK_FAULT, FaultKind.PROJECT_GONE,
        FaultKind.UNLINKED, FaultKind.INTERRUPTED, FaultKind.OWN_FAULT,
    }  # fmt: skip
