"""What OMS, IAM, or something on the way to them makes of what is only read: before the card, at the click, after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.sandbox.huawei.cloud import Fault, error_body
from tests import plain_http
from tests.faults.row import GROUP, PAUSE, RESUME, SYNC, THROTTLE, Row
from tests.scenario.conftest import World

_TEST: Final = "tests/faults/test_readings.py::test_what_can_not_be_read_is_told_truly"
Happens = Callable[[World, str], Awaitable[object] | None]


@dataclass(frozen=True, kw_only=True)
class AtAReading(Row):
    """One that befalls a reading: of the command ("asked"), of the click ("clicked"), or after the call ("called").

    `happens` is done then, with the target's id; `does` strikes what is read of it, or the operation that it names.
    `typed` is the command, `deed` what it is to do; `about` is what the audit has in place of the target's id.
    """

    name: str
    when: Literal["asked", "clicked", "called"]
    does: tuple[Fault, ...] = ()
    happens: Happens | None = None
    who: str = "alice"
    project: str = "prod-sg"
    deed: str = PAUSE
    typed: str = ""
    about: str = ""
    statuses: tuple[int, ...] = ()


def _asked(name: str, fault: str, words: str, *does: Fault, **more: Any) -> AtAReading:
    row: dict[str, Any] = {
        "reads": f"asker alone: {words}, “Nothing was changed.”",
        "audit": "answered",
        "does": does,
    }
    return AtAReading(name=name, fault=fault, when="asked", test=_TEST, **row | more)


def _clicked(name: str, fault: str, words: str, *does: Fault, **more: Any) -> AtAReading:
    row: dict[str, Any] = {"reads": f"thread: {words}", "ending": "failed", "audit": "decided ended"}
    return AtAReading(name=name, fault=fault, when="clicked", does=does, test=_TEST, **row | more)


def _called(name: str, fault: str, words: str, *does: Fault, **more: Any) -> AtAReading:
    row: dict[str, Any] = {
        "reads": f"thread: {words}",
        "calls": "1",
        "statuses": (200,),
        "audit": "called ended",
    }
    return AtAReading(name=name, fault=fault, when="called", does=does, test=_TEST, **row | more)


def _says(status: int, code: str = "", message: str = "as it is", **more: Any) -> Fault:
    return Fault(kind="status", status=status, body=error_body("oms", code, message) if code else "", **more)


def _iam(status: int, code: str = "", message: str = "as it is") -> Fault:
    body = error_body("oms", code, message) if code else ""
    return Fault(kind="status", operation="create_token", status=status, body=body)


def _fails(world: World, target: str) -> None:
    world.cloud.fail_task(int(target), "TRF.0012", "source gone")


def _is_gone(world: World, target: str) -> None:
    task = world.cloud.tasks[int(target)]
    del world.cloud._board.tasks[task.project_id, task.id]  # as somebody does in the console


async def _is_tried_elsewhere(world: World, _: str) -> None:
    """Somebody types a wrong password five times, wherever that is."""
    user = {"name": "locked", "password": "wrong", "domain": {"name": "acme"}}
    auth = {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"domain": user["domain"]},
    }
    [endpoint] = {
        project.iam_endpoint for project in world.bot.settings.projects.values() if project.alias == "prod-sg"
    }
    async with plain_http.async_client() as http:
        for _try in range(5):
            await http.post(f"{endpoint}/v3/auth/tokens", json={"auth": auth})


_OWN: Final = "“OMS has a fault of its own.”"
_LOST: Final = "“OMS didn't answer after the request was sent.”"
_ELSE: Final = "“Something other than OMS answered: a proxy, perhaps, or a login page.”"
_UNSEEN: Final = "“OMS accepted the pause”, “Whether it is paused can't be read: {}”, “I keep checking, and will post here when it is paused.”"

BEFORE_THE_CARD: Final = (
    _asked("400", "400, OMS.1002: the request is wrong", "“OMS refused the request.”", _says(400, "OMS.1002")),
    _asked("401", "401, or OMS.0068: the token is not accepted", "“OMS doesn't accept the token of IAM user alice, not even a new one.”", _says(401)),
    _asked("0072", "400, OMS.0072: no permission", "“IAM user alice lacks `oms:task:get` in prod-sg.”", _says(400, "OMS.0072")),
    _asked("403", "403", "“IAM user alice lacks `oms:task:get` in prod-sg.”", _says(403)),
    _asked("404", "404, or OMS.1009: there is no such task", "“There is no such task in prod-sg.”", _says(404)),
    _asked("409", "409", "“The task's status doesn't permit it.”", _says(409)),
    _asked("429", "429, APIGW.0308; asked three times", "“OMS gets too many requests.”", Fault(kind="throttled", retry_after=None)),
    *(_asked(str(status), f"{status}; asked three times", _OWN, _says(status)) for status in (500, 502, 503, 504)),
    _asked("refused", "the connection is refused", "“OMS can't be reached, so it was asked nothing.”", project="no-oms"),
    _asked("untrusted", "TLS: the certificate is of an authority that nobody knows", "“OMS can't be reached, so it was asked nothing.”", project="untrusted"),
    _asked("cut", "the connection is cut; asked three times", _LOST, Fault(kind="cut")),
    _asked("late", "no answer in time; asked three times", _LOST, Fault(kind="latency", seconds=20)),
    _asked("drip", "the answer drips in and never ends; asked three times", _LOST, Fault(kind="drip", seconds=0.1)),
    _asked("broken-off", "the answer is broken off; asked three times", _LOST, Fault(kind="truncated")),
    _asked("half", "half the JSON, and nothing after it", _ELSE, Fault(kind="status", status=200, body='{"id": 191297407')),
    _asked("html", "a web page, with 200", _ELSE, Fault(kind="html")),
    _asked("redirect", "a redirect", _ELSE, Fault(kind="redirect")),
    _asked("elsewhere", "the project is not in the region that the settings name", "“IAM knows no such project or agency.”", project="elsewhere"),
    # other verbs, and other targets
    _asked("resume", "resume: 503; asked three times", f"{_OWN}, “I can't show what would be resumed.”", _says(503), deed=RESUME),
    _asked("throttle", "throttle: 503; asked three times", f"{_OWN}, “I can't show what would be limited.”", _says(503), deed=THROTTLE),
    _asked("group", "group: 403", "“IAM user alice lacks `oms:taskgroup:get` in prod-sg.”", _says(403), deed=GROUP),
    _asked("sync", "sync: the connection is cut; asked three times", _LOST, Fault(kind="cut"), deed=SYNC),
    _asked("all", "all: the list can't be read: 503; asked three times", _OWN,
           Fault(kind="status", operation="list_tasks", status=503), typed="pause many all", about="all"),
    _asked("name", "a name is looked for, and the list can't be read: 429", "“OMS gets too many requests.”",
           Fault(kind="throttled", operation="list_tasks", retry_after=None), typed="pause prod-sg asked-name", about="asked-name"),
    _asked("status", "status: half the JSON", _ELSE, Fault(kind="status", status=200, body='{"id": 191297407'), typed="status prod-sg {target}"),
)  # fmt: skip  # a row each

AT_THE_CLICK: Final = (
    _clicked("gone", "the task was deleted since the card", "“There is no such task in prod-sg.”, “Nothing was changed.”", happens=_is_gone),
    _clicked("503", "503 when the task is read again", f"{_OWN}, “It keeps migrating”", _says(503)),
    _clicked("half", "half the JSON when the task is read again", f"{_ELSE}, “It keeps migrating”",
             Fault(kind="status", status=200, body='{"id": 191297407')),
)  # fmt: skip  # a row each

AFTER_THE_CALL: Final = (
    _called("never", "200, and it never pauses", "“OMS accepted the pause”, “has not confirmed it yet.”, “I keep checking, and will post here when it is paused.”",
            ending="still_pausing"),
    _called("fails", "200, and then it fails", "“OMS accepted the pause, but the task failed (TRF.0012) before it took effect.”",
            happens=_fails, ending="ended_instead"),
    _called("finishes", "it finishes while pausing", "“OMS accepted the pause, but the task finished before it took effect.”",
            happens=lambda world, target: world.cloud.finish_task(int(target)), ending="ended_instead"),
    _called("gone", "it is deleted while pausing", _UNSEEN.format("There is no such task in prod-sg."), happens=_is_gone, ending="still_pausing"),
    _called("503-once", "503 while it is watched, for a while", "“OMS confirmed it at”", _says(503, times=2), ending="paused"),
    _called("503", "503 while it is watched, for good", _UNSEEN.format("OMS has a fault of its own."), _says(503), ending="still_pausing"),
    _called("half", "half the JSON while it is watched", _UNSEEN.format("Something other than OMS answered: a proxy, perhaps, or a login page."),
            Fault(kind="status", status=200, body='{"id": 191297407'), ending="still_pausing"),
)  # fmt: skip  # a row each


def _turns(seconds: float) -> Happens:
    def turn(world: World, _: str) -> None:
        world.cloud.ahead = seconds

    return turn


_IAM_REFUSES: Final = "“IAM doesn't accept the credential of IAM user {who}. I won't send it again, since IAM locks a user after a few failures.”"
_KEY: Final = "“OMS doesn't accept the credential of the access key of {who}. I won't send it again for an hour, since Huawei locks it after a few failures.”"
_OFF: Final = "“The clock of the bot's server is off by more than 15 min.”"


def _of(who: str, words: str) -> dict[str, str]:
    return {"who": who, "words": words.format(who=who)}


OF_THE_CREDENTIAL: Final = (
    _asked("password", "the password is wrong", **_of("wrong", _IAM_REFUSES),
           happens=lambda world, _: world.cloud.change_password("wrong", "another")),
    _asked("locked", "the IAM user is locked, after wrong passwords somewhere else", **_of("locked", "“IAM has locked IAM user locked after too many failures.”"),
           happens=_is_tried_elsewhere),
    _asked("disabled", "the IAM user was disabled or deleted", **_of("disabled", _IAM_REFUSES),
           happens=lambda world, _: world.cloud.disable_user("disabled")),
    _clicked("leaving", "the IAM user is disabled or deleted between card and click", **_of("leaving", _IAM_REFUSES),
             happens=lambda world, _: world.cloud.disable_user("leaving")),
    _clicked("expired", "the token expires between card and click", **_of("expired", "“OMS confirmed it at”"),
             happens=lambda world, _: world.cloud.kill_tokens("expired"),
             calls="1, with a new token", statuses=(200,), ending="paused", audit="called ended"),
    _asked("rotated", "the access key was rotated: the old one is gone", **_of("rotated", _KEY),
           happens=lambda world, _: world.cloud.delete_key("rotated")),
    _asked("iam-429", "IAM says 429", does=(_iam(429, "IAM.0012"),), **_of("busy", "“IAM gets too many requests.”")),
    _asked("iam-403", "IAM says 403", does=(_iam(403),), **_of("denied", "“IAM doesn't let IAM user {who} act in prod-sg.”")),
    _asked("iam-503", "IAM says 503", does=(_iam(503),), **_of("unheard", "“IAM has a fault of its own.”")),
    _asked("iam-cut", "IAM cuts the connection", does=(Fault(kind="cut", operation="create_token"),), **_of("lost", "“IAM can't be reached, so it was asked nothing.”")),
    _asked("iam-html", "a web page instead of IAM", does=(Fault(kind="html", operation="create_token"),), **_of("portal", "“Something other than IAM answered: a proxy, perhaps, or a login page.”")),
    _asked("iam-refused", "IAM's connection is refused", "“IAM can't be reached, so it was asked nothing.”", project="no-iam"),
    _clicked("10-ahead", "the clocks are 10 min apart, Huawei's ahead", **_of("late", "“OMS confirmed it at”"), happens=_turns(600),
             calls="1", statuses=(200,), ending="paused", audit="called ended"),
    _clicked("10-behind", "the clocks are 10 min apart, Huawei's behind", **_of("early", "“OMS confirmed it at”"), happens=_turns(-600),
             calls="1", statuses=(200,), ending="paused", audit="called ended"),
    _asked("20-ahead", "the clocks are 20 min apart", **_of("far", _OFF), happens=_turns(1200)),
)  # fmt: skip  # a row each
