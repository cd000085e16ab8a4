"""What OMS, or something on the way to it, makes of the one call that changes something."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.huawei.cloud import Fault, error_body
from tests.faults.row import EVERY, GROUP, PAUSE, RESUME, SYNC, THROTTLE, AtTheCall

_TEST: Final = "tests/faults/test_at_the_call.py::test_what_becomes_of_the_call_is_told_truly"
_TASKS: Final = (PAUSE, RESUME, THROTTLE)


def _says(status: int, code: str = "", message: str = "as it is", **more: Any) -> tuple[Fault, ...]:
    return (
        Fault(kind="status", status=status, body=error_body("oms", code, message) if code else "", **more),
    )


def _refused(name: str, fault: str, does: tuple[Fault, ...], words: str, **more: Any) -> AtTheCall:
    """One after which it is known that nothing was changed."""
    row: dict[str, Any] = {
        "reads": f"thread: {words}, “{{stays}}”",
        "ending": "failed",
        "statuses": (does[0].status,),
        "calls": "1",
    }
    return AtTheCall(name=name, fault=fault, does=does, test=_TEST, audit="called ended", **row | more)


def _doubtful(name: str, fault: str, *does: Fault, words: str, status: int, **more: Any) -> AtTheCall:
    """One after which OMS may have done it: the task is read, and it has not."""
    return AtTheCall(
        name=name,
        fault=fault,
        does=does,
        reads=f"thread: {words}, “Whether OMS got the request isn't known. Read afterwards, it was {{was}}”",
        calls="1, which OMS may have carried out: never repeated by itself",
        ending="unknown",
        audit="called ended",
        statuses=(status,),
        test=_TEST,
        **more,
    )


def _done(name: str, fault: str, *does: Fault, **more: Any) -> AtTheCall:
    """One that changes nothing of it: OMS had taken the request, or takes it the second time."""
    return AtTheCall(
        name=name,
        fault=fault,
        does=does,
        reads="thread: “{seen}”",
        ending="{done}",
        audit="called ended",
        test=_TEST,
        **{"calls": "1", "statuses": (200,)} | more,
    )


_OWN: Final = "“OMS has a fault of its own.”"
_LOST: Final = "“OMS didn't answer after the request was sent.”"
_ELSE: Final = "“Something other than OMS answered: a proxy, perhaps, or a login page.”"
_DEAD: Final = "token expires, expires_at:2026-11-26T03:14:15.000000Z"
_NOT_THE_TOKEN: Final = "“OMS doesn't accept the token of IAM user alice, not even a new one.”"

AT_THE_CALL: Final = (
    # OMS refuses
    _refused("400", "400, OMS.1002: the request is wrong", _says(400, "OMS.1002"), "“OMS refused the request.”", of=EVERY),
    _refused("new-code", "400, with a code that nobody knows", _says(400, "OMS-Workflow.0023"),
             "“OMS refused the request. It said: \"as it is\"”, “OMS-Workflow.0023”"),
    _done("token-dies", "401, the token died since the last look", *_says(401, "APIGW.0301", _DEAD, times=1), of=EVERY,
          statuses=(401, 200), calls="2: the first was refused with 401, and is sent again with a new token"),
    _refused("0072", "400, OMS.0072: no permission", _says(400, "OMS.0072"), "“IAM user alice lacks `{right}` in prod-sg.”", of=EVERY),
    _refused("403", "403, APIGW.0302 or OMS.0206", _says(403, "OMS.0206"), "“IAM user alice lacks `{right}` in prod-sg.”", of=(PAUSE, GROUP, SYNC)),
    _refused("0202", "400, OMS.0202: the account is frozen", _says(400, "OMS.0202"), "“The Huawei Cloud account is restricted or frozen.”"),
    _refused("404", "404, or OMS.1009, of what can be read all the same", _says(404), "“OMS refused the request. It said: \"Not Found\"”", of=_TASKS),
    _refused("409", "409: not as the task stands", _says(409), "“The task's status doesn't permit it.”", of=_TASKS),
    _refused("0066", "400, OMS.0066, 0063, 0065, 0070, 1036, 1038, 1039, 1040: not as the task stands", _says(400, "OMS.0066"),
             "“The task's status doesn't permit it. It said: \"as it is\"”", of=(PAUSE, GROUP)),
    _refused("429", "429, APIGW.0308", _says(429, "APIGW.0308"), "“OMS gets too many requests.”", of=EVERY),
    # OMS fails
    _doubtful("1001", "400, OMS.1001: internal error", *_says(400, "OMS.1001"), words=_OWN, status=400),
    _doubtful("500", "500", *_says(500), words=_OWN, status=500),
    _doubtful("502", "502", *_says(502), words=_OWN, status=502, of=EVERY),
    _doubtful("503", "503", *_says(503), words=_OWN, status=503),
    _doubtful("504", "504", *_says(504), words=_OWN, status=504),
    # the way there
    _doubtful("cut-before", "cut before OMS has read it", Fault(kind="cut"), words=_LOST, status=0, of=EVERY),
    _done("cut-after", "cut after OMS has read it", Fault(kind="cut", when="after"), of=EVERY),
    _done("late", "the answer comes too late", Fault(kind="latency", when="after", seconds=20)),
    _done("drip", "the answer drips in and never ends", Fault(kind="drip", when="after", seconds=0.1)),
    _done("broken-off", "the answer is broken off", Fault(kind="truncated", when="after"), of=(PAUSE, RESUME)),
    _doubtful("html", "a web page, with 200", Fault(kind="html"), words=_ELSE, status=200, of=_TASKS),
    _doubtful("redirect", "a redirect", Fault(kind="redirect"), words=_ELSE, status=302),
    AtTheCall(name="no-effect", fault="200, and nothing comes of it", does=(Fault(kind="empty"),), of=(RESUME, THROTTLE, GROUP, SYNC),
              reads="thread: “{accepted}”, “I keep checking, and will post here when ”", calls="1", ending="still_{moving}",
              audit="called ended", statuses=(200,), test=_TEST),
    # last, since another new token is not fetched so soon
    _refused("401", "401, or OMS.0068: the token is not accepted", _says(401), _NOT_THE_TOKEN, statuses=(401, 401),
             calls="2, both refused: a new token is tried once"),
    _doubtful("204", "another success than 200", Fault(kind="empty", status=204), words=_ELSE, status=204),
)  # fmt: skip  # a row each
