"""Causes that no fault of a sandbox leads to, or only by way of a restart: what each is told as, wherever it is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.huawei.fault import Fault, FaultKind, own_fault
from tests.faults.row import Row

_TEST: Final = "tests/faults/test_codes.py::test_every_cause_reads_well_and_says_what_to_do"


@dataclass(frozen=True, kw_only=True)
class OfCause(Row):
    """A cause as it is stored; `words` are what is told of it, and of what to do."""

    cause: Fault


def _of(fault: str, cause: Fault, what: str, then: str) -> OfCause:
    return OfCause(
        fault=fault,
        cause=cause,
        reads=f"thread, or asker alone: “{what}”, “{then}”",
        ending="failed",
        audit="ended",
        test=_TEST,
    )


_SAID: Final = Fault(kind=FaultKind.ANSWER_TOO_LONG, message="it has 11000000 bytes")

OF_CAUSES: Final = (
    _of("a fault of the bot's own program, before anything is called", own_fault(FaultKind.OWN_FAULT), "Something broke inside the bot.", "Tell its operator, with the id below."),
    _of("the database fails when it is read whose credential to use", own_fault(FaultKind.DATABASE_FAULT), "The bot's database can't be used right now, so OMS was asked nothing.", "Try again in a minute."),
    _of("the project was taken out of the settings", own_fault(FaultKind.PROJECT_GONE), "prod-sg is no longer one of my projects.", "Tell the bot's operator."),
    _of("Slack is down when it is asked who may approve", own_fault(FaultKind.GROUP_FAULT), "Slack didn't tell me who may approve, so I didn't go on.", "Try again in a minute."),
    _of("the credential was refused before, perhaps at another replica", Fault(kind=FaultKind.NOT_SENT_AGAIN, source="iam"),
        "The credential of alice was refused before, so I didn't send it again: Huawei locks whoever fails a few times.", "Update it with `/oms link`."),
    _of("too many wrong secrets were tried, by whomever", Fault(kind=FaultKind.TRIES_USED_UP, source="iam"),
        "Too many wrong secrets of alice were tried within 15 min, so I didn't send this one: IAM would lock the user.", "Try again in 15 min."),
    _of("an answer that is longer than any of OMS's", _SAID, "The answer is longer than any of OMS's: it has 11000000 bytes.", "Tell the bot's operator to check the endpoint."),
    _of("IAM knows no such project or agency", Fault(kind=FaultKind.NOT_FOUND, source="iam"), "IAM knows no such project or agency.", "Tell the bot's operator to check prod-sg in the settings."),
)  # fmt: skip  # a row each
