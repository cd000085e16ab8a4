"""Every sentence: it says the truth, in short lines and fixed words, and nothing foreign gets out of its place."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import outcomes
from bot.conversation.outcomes import Outcome
from bot.conversation.reasons import Reason
from bot.huawei import errors
from bot.huawei.errors import HuaweiError
from bot.huawei.fault import Fault, FaultKind, fault_of
from bot.slack import cards
from bot.text import en, en_endings
from bot.text.en_faults import fault_text
from bot.text.en_refusals import refusal
from bot.text.format import moment
from bot.verbs import parsing as commands
from tests.unit.examples import (
    BARE,
    DENIED,
    EVERY_OUTCOME,
    FAILED,
    HOSTILE,
    LOST,
    MIGRATING,
    NOW,
    PAUSED,
    TASK_ID,
    card,
    snapshots,
    texts,
)

TOKEN = re.compile(r"<@[UW][A-Z0-9]+>|<!date\^\d+\^\{time(_secs)?\}\|[\d:]+ UTC>")
ERRORS: list[type[HuaweiError]] = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, HuaweiError) and value is not HuaweiError
]


def ending(outcome: Outcome) -> str:
    """Return what the thread says."""
    return en_endings.ending(outcome, project="prod-sg", principal="IAM user alice")


def unquoted(text: str) -> str:
    """Return *text* without the tokens that Slack renders."""
    return TOKEN.sub("", text)


def sentences() -> dict[str, str]:
    """Return every sentence there is, with hostile text wherever text from outside can come in."""
    bad = replace(
        MIGRATING, name=HOSTILE, source=HOSTILE, destination=HOSTILE, error_code=HOSTILE, task_id=HOSTILE
    )
    fault = Fault(kind=FaultKind.BAD_REQUEST, code=HOSTILE, message=HOSTILE, request_id=HOSTILE)
    known = ("prod-sg", "lab")
    said = {
        "help": en.help_text(list(known)),
        "reading": en.reading(),
        "unknown verb": en.problem(commands.UnknownVerb(HOSTILE, None)),
        "unknown verb, pause": en.problem(commands.UnknownVerb(HOSTILE, "pause")),
        "unknown verb, help": en.problem(commands.UnknownVerb("halp", "help")),
        "unknown project": en.problem(commands.UnknownProject(HOSTILE, "lab", known, HOSTILE)),
        "unknown project, no task": en.problem(commands.UnknownProject(HOSTILE, "lab", known)),
        "unknown project, none close": en.problem(commands.UnknownProject(HOSTILE, None, known)),
        "missing project": en.problem(commands.MissingProject(known)),
        "no such task": en.no_such_task(HOSTILE, "prod-sg", [HOSTILE]),
        "no such task, none close": en.no_such_task(HOSTILE, "prod-sg", []),
        "ambiguous": en.ambiguous_task(HOSTILE, "prod-sg", [HOSTILE, "2"]),
        "nothing migrates": en.task_list("prod-sg", 0, 0),
        "one migrates": en.task_list("prod-sg", 1, 1),
        "many migrate": en.task_list("prod-sg", 10, 12),
        "task line": en.task_line(bad),
        "place": en.place(bad, "prod-sg", "r"),
        "warnings": en.warnings(replace(bad, restores_archives=True, group="sync task", waiting_tasks=1)),
        "who": en.who("U0ALICE", HOSTILE, HOSTILE),
        "answer by": en.answer_by(NOW),
        "pausing now": en.pausing_now("U0ALICE", NOW),
        "invite": en.not_posted(HOSTILE, "not_in_channel"),
        "archived": en.not_posted(HOSTILE, "is_archived"),
        "not let": en.not_posted(HOSTILE, HOSTILE),
        "no scope": en.not_posted(HOSTILE, "missing_scope", needed=HOSTILE, for_operator=True),
        "refused for good": en.refused_post(HOSTILE),
        "slack away": en.slack_unavailable(HOSTILE),
        "own fault": en.own_fault(),
        "lost thread": en.lost_thread("x"),
        "busy": en.busy(),
        "confirmed by another": en.too_late("confirm", "U0BOB"),
        "cancelled by another": en.too_late("cancel", "U0BOB"),
        "too late": en.too_late("expire", ""),
    }
    said |= {
        f"refusal: {r}": refusal(r, project="prod-sg", requester="U0BOB", task_id=TASK_ID) for r in Reason
    }
    said |= {f"ending: {name}": ending(outcome) for name, outcome in EVERY_OUTCOME.items()}
    for kind in FaultKind:
        for source in ("oms", "iam"):
            told = fault_text(replace(fault, kind=kind, source=source), project="prod-sg", principal=HOSTILE)
            said[f"fault: {source} {kind}"] = told
    for outcome in (
        outcomes.AlreadyDone(task=bad),
        outcomes.NotReady(task=replace(bad, status=4)),
        outcomes.EndedInstead(task=replace(bad, status=4), seen_at=NOW),
        outcomes.Unknown(fault=fault, task=bad),
    ):
        said[f"hostile: {outcome.kind}"] = en_endings.ending(outcome, project="prod-sg", principal=HOSTILE)
    return said


SENTENCES = sentences()
TITLES = {name: en_endings.title_ended(MIGRATING, outcome) for name, outcome in EVERY_OUTCOME.items()}


@pytest.mark.parametrize("name", SENTENCES)
def test_nothing_foreign_becomes_a_mention_a_link_or_a_line(name: str) -> None:
    """All that stands between < and > are the tokens that we made, and only the help has several lines."""
    rest = unquoted(SENTENCES[name])
    assert "<" not in rest
    assert ">" not in rest
    assert "\u202e" not in rest
    assert rest.count("`") % 2 == 0
    if name not in ("help", "task line"):
        assert "\n" not in rest


@pytest.mark.parametrize("said", [*SENTENCES.values(), *TITLES.values()])
def test_a_pause_is_never_called_a_stop(said: str) -> None:
    """The API's word frightens: it sounds as if the migration were lost."""
    assert not re.search(r"(?i)\bstop(s|ped|ping)?\b", said)


@pytest.mark.parametrize("name", EVERY_OUTCOME)
def test_paused_is_said_only_of_what_was_seen_paused(name: str) -> None:
    """Neither title nor thread calls a pause done that was only accepted, doubtful, refused or not asked for."""
    claims = re.search(r"(?i)^(already )?paused\b|is already paused", ending(EVERY_OUTCOME[name]))
    titled = re.search(r"(?i)^(already )?paused\b", TITLES[name])
    assert bool(claims) == bool(titled) == (name in ("paused", "already paused"))


@pytest.mark.parametrize("name", ["still pausing", "still migrating", "unreadable", "given up"])
def test_what_was_only_accepted_is_told_as_accepted(name: str) -> None:
    """It says what is known, for how long, and who looks further."""
    said = ending(EVERY_OUTCOME[name])
    assert said.startswith("Accepted by OMS, still pausing after ")
    assert not re.search(r"(?i)\bdone\b|\bsucce|\bfailed\b", said)
    assert ("I keep watching" in said) == (name != "given up")


@pytest.mark.parametrize("name", ["unknown", "unknown, task pausing", "unknown, unreadable"])
def test_what_is_not_known_is_told_as_not_known(name: str) -> None:
    """Neither as failure nor as success."""
    said = ending(EVERY_OUTCOME[name])
    assert said.startswith("I can't tell whether OMS got the request: the connection broke")
    assert not re.search(r"(?i)\bnot paused\b|\bno call\b|\bdone\b", said)


@pytest.mark.parametrize(
    "name", [name for name in EVERY_OUTCOME if "refused" in name or "not pausable" in name]
)
def test_that_no_call_was_made_is_said_where_none_was(name: str) -> None:
    """The first question at 3 a.m. is whether anything was touched."""
    assert "No call was made" in ending(EVERY_OUTCOME[name])


def test_the_endings_of_the_design() -> None:
    """The endings as they were promised, word for word."""
    assert ending(EVERY_OUTCOME["paused"]) == (
        f"Paused at {moment(NOW, seconds=True)}, 5 s after the click. OMS shows status 3. 52.4 % done, 960 GB left."
    )
    assert ending(EVERY_OUTCOME["not pausable"]) == "No call was made: the task finished, before the click."
    assert "IAM user alice may not do this in prod-sg" in ending(EVERY_OUTCOME["failed"])
    assert "oms:task:update" in ending(EVERY_OUTCOME["failed"])
    assert "(OMS.0072, request 8f3c01)" in ending(EVERY_OUTCOME["failed"])
    assert "Reading the task afterwards: migrating." in ending(EVERY_OUTCOME["unknown"])
    assert "Nobody answered within 10 min" in ending(outcomes.Expired())
    assert "(TRF.0012)" in ending(outcomes.EndedInstead(task=FAILED, seen_at=NOW))
    assert "/oms pause prod-sg" in refusal(
        Reason.NOT_REQUESTER, project="prod-sg", requester="U1", task_id=TASK_ID
    )


def test_figures_that_oms_does_not_give_are_not_made_up() -> None:
    """A task that is still being listed has none."""
    assert en.amounts(BARE) == "OMS gives no figures yet"
    assert ending(outcomes.Done(task=BARE, seen_at=NOW, seconds=1)).endswith("OMS shows status 3.")
    assert "left" not in en.amounts(replace(MIGRATING, seconds_left=None))
    assert "/s" not in en.amounts(PAUSED)


def test_what_pausing_costs_is_said_where_it_applies() -> None:
    """Each warning about what pausing costs, and none that does not apply."""
    assert en.warnings(BARE) == (
        "Resuming needs the source and destination keys again · "
        "until then unfinished parts stay in the destination, billed"
    )
    everything = replace(BARE, restores_archives=True, group="task group", waiting_tasks=2)
    told = en.warnings(everything)
    for words in (
        "bills, every archive retrieval",
        "task group drives this task",
        "2 tasks are waiting, one may take",
    ):
        assert words in told
    assert "1 task is waiting and may take" in en.warnings(replace(BARE, waiting_tasks=1))


def test_progress_says_what_it_counts() -> None:
    """OMS counts objects for lists of objects or URLs, and bytes otherwise."""
    assert en.amounts(MIGRATING).startswith("52.2 % · ")
    assert en.amounts(replace(MIGRATING, by_objects=True)).startswith("52.2 % of the objects · ")
    paused = ending(outcomes.Done(task=replace(PAUSED, by_objects=True), seen_at=NOW, seconds=5))
    assert "52.4 % of the objects done, 960 GB left." in paused


@pytest.mark.parametrize("code", ["OMS-Workflow.0023", "OMS.01001", "MGC.00001234"])
def test_codes_of_families_that_are_not_known_read_well(code: str) -> None:
    """They are said as they are, with what was said beside them."""
    fault = Fault(kind=FaultKind.BAD_REQUEST, code=code, request_id="8f3c01", message="Said so.", status=400)
    said = fault_text(fault, project="prod-sg", principal="a")
    assert said == f'OMS refused the request ({code}, request 8f3c01). It said: "Said so."'


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("source", ["oms", "iam"])
def test_every_error_names_its_code_its_request_and_a_cause(error: type[HuaweiError], source: Any) -> None:
    """What Huawei's support asks for is always there, whichever service said it."""
    fault = fault_of(error("Said so.", code="OMS.0001", request_id="8f3c01", status=400, source=source))
    said = fault_text(fault, project="prod-sg", principal="IAM user alice")
    assert "OMS.0001, request 8f3c01" in said
    assert said.endswith((".", '"'))
    assert len(said) > 40


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_without_a_code_names_the_http_status(error: type[HuaweiError]) -> None:
    """Something has to be looked up by."""
    fault = fault_of(error(status=418))
    assert "(HTTP 418)" in fault_text(fault, project="prod-sg", principal="alice")
    bare = fault_text(fault_of(error()), project="prod-sg", principal="alice")
    assert "()" not in bare
    assert '""' not in bare


@pytest.mark.parametrize("kind", [FaultKind.NOT_FOUND, FaultKind.PERMISSION_DENIED])
def test_what_iam_refuses_is_not_told_as_a_refusal_of_oms(kind: FaultKind) -> None:
    """No project or agency at IAM is no missing task, and no OMS permission would help."""
    fault = Fault(kind=kind, source="iam", code="IAM.0004", request_id="8f3c01", message="Said so.")
    said = fault_text(fault, project="prod-sg", principal="IAM user alice")
    assert "IAM" in said
    assert "no such task" not in said
    assert "oms:task" not in said
    assert "(IAM.0004, request 8f3c01)" in said


def test_a_refused_credential_is_not_asked_to_be_tried_again() -> None:
    """IAM locks a user after a few failures."""
    for error in (
        errors.CredentialRejected,
        errors.TokenExpired,
        errors.AccountLocked,
        errors.SignatureExpired,
    ):
        said = fault_text(fault_of(error(code="X.1")), project="prod-sg", principal="alice").lower()
        assert "try again" not in said


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_has_a_sentence(reason: Reason) -> None:
    """Short, complete, and about the person."""
    said = refusal(reason, project="prod-sg", requester="U0ALICE", task_id=TASK_ID)
    assert said
    assert said[-1] in ".`"


@pytest.mark.parametrize("status", range(8))
def test_every_status_has_a_word(status: int) -> None:
    """As the console names them."""
    assert en.status_word(status).isalpha()
    assert en.status_word(99) == "in status 99"
    assert en.status_word(None) == "in an unknown status"


@given(snapshots, st.sampled_from(sorted(EVERY_OUTCOME)), st.text(max_size=50))
def test_no_task_makes_a_sentence_or_a_card_dangerous(task: outcomes.Snapshot, name: str, text: str) -> None:
    """Whatever a task is called, and whatever its numbers are."""
    outcome = EVERY_OUTCOME[name]
    if isinstance(outcome, outcomes.Done | outcomes.AlreadyDone | outcomes.NotReady | outcomes.EndedInstead):
        outcome = replace(outcome, task=task)
    shown = card(task=task, reason=text, principal=text)
    said = ending(outcome)
    for message in (
        cards.asked(shown),
        cards.acting(shown, "U0ALICE", NOW),
        cards.ended(shown, outcome, confirm_within=600).card,
    ):
        for kind, part in texts(message.blocks):
            if kind == "mrkdwn":
                assert not set("<>") & set(unquoted(part["text"]))
    assert "<" not in unquoted(said)


def test_a_fault_without_words_of_its_own_is_told_by_code_and_message() -> None:
    """What was said and its code are what there is to say."""
    said = fault_text(replace(DENIED, kind=FaultKind.BAD_REQUEST), project="p", principal="a")
    assert said == 'OMS refused the request (OMS.0072, request 8f3c01). It said: "No permission."'
    assert "OMS" in fault_text(LOST, project="p", principal="a") or "connection" in fault_text(
        LOST, project="p", principal="a"
    )
