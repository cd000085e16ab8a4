"""Every sentence, in every language: it says the truth, and nothing foreign gets out of its place."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import outcomes
from bot.conversation.outcomes import Outcome
from bot.conversation.reasons import Reason
from bot.conversation.values import TooLate
from bot.huawei.fault import Fault, FaultKind
from bot.text import en, say, say_endings
from bot.text.format import moment
from bot.text.languages import Language
from bot.text.say_faults import fault_text
from bot.text.say_refusals import refusal, too_late
from bot.verbs import parsing as commands
from tests.unit.examples import (
    BARE,
    EVERY_OUTCOME,
    FAILED,
    HOSTILE,
    MIGRATING,
    NOW,
    PAUSED,
    TASK_ID,
    snapshots,
)

TOKEN = re.compile(r"<@[UW][A-Z0-9]+>|<!date\^\d+\^\{time(_secs)?\}\|[\d:]+ UTC>")
EN, ZH = Language.EN, Language.ZH


def ending(outcome: Outcome, language: Language = EN) -> str:
    """Return what the thread says."""
    return say_endings.ending(language, outcome, project="prod-sg", principal="IAM user alice")


def unquoted(text: str) -> str:
    """Return *text* without the tokens that Slack renders."""
    return TOKEN.sub("", text)


def sentences(language: Language) -> dict[str, str]:
    """Return every sentence there is, with hostile text wherever text from outside can come in."""
    bad = replace(
        MIGRATING, name=HOSTILE, source=HOSTILE, destination=HOSTILE, error_code=HOSTILE, task_id=HOSTILE
    )
    fault = Fault(kind=FaultKind.BAD_REQUEST, code=HOSTILE, message=HOSTILE, request_id=HOSTILE)
    known = ("prod-sg", "lab")
    said = {
        "help": say.help_text(language, list(known)),
        "reading": say.reading(language),
        "unknown verb": say.problem(language, commands.UnknownVerb(HOSTILE, None)),
        "unknown verb, pause": say.problem(language, commands.UnknownVerb(HOSTILE, "pause")),
        "unknown verb, help": say.problem(language, commands.UnknownVerb("halp", "help")),
        "unknown project": say.problem(language, commands.UnknownProject(HOSTILE, "lab", known, HOSTILE)),
        "unknown project, no task": say.problem(language, commands.UnknownProject(HOSTILE, "lab", known)),
        "unknown project, none close": say.problem(language, commands.UnknownProject(HOSTILE, None, known)),
        "missing project": say.problem(language, commands.MissingProject(known)),
        "no such task": say.no_such_task(language, HOSTILE, "prod-sg", [HOSTILE]),
        "no such task, none close": say.no_such_task(language, HOSTILE, "prod-sg", []),
        "ambiguous": say.ambiguous_task(language, HOSTILE, "prod-sg", [HOSTILE, "2"]),
        "nothing migrates": say.task_list(language, "prod-sg", 0, 0),
        "one migrates": say.task_list(language, "prod-sg", 1, 1),
        "many migrate": say.task_list(language, "prod-sg", 10, 12),
        "task line": say.task_line(language, bad),
        "place": say.place(language, bad, "prod-sg", "r"),
        "warnings": say.warnings(
            language, replace(bad, restores_archives=True, group="sync task", waiting_tasks=1)
        ),
        "who": say.who(language, "U0ALICE", HOSTILE, HOSTILE),
        "answer by": say.answer_by(language, NOW),
        "pausing now": say.acting_now(language, "U0ALICE", NOW),
        "invite": say.not_posted(language, HOSTILE, "not_in_channel"),
        "archived": say.not_posted(language, HOSTILE, "is_archived"),
        "not let": say.not_posted(language, HOSTILE, HOSTILE),
        "no scope": say.not_posted(language, HOSTILE, "missing_scope", needed=HOSTILE, for_operator=True),
        "refused for good": say.refused_post(language, HOSTILE),
        "slack away": say.slack_unavailable(language, HOSTILE),
        "own fault": say.own_fault(language),
        "lost thread": say.lost_thread(language, "x"),
        "busy": say.busy(language),
        "confirmed by another": too_late(language, TooLate(kind="confirm", by="U0BOB")),
        "cancelled by another": too_late(language, TooLate(kind="cancel", by="U0BOB")),
        "too late": too_late(language, TooLate(kind="expire")),
    }
    said |= {
        f"refusal: {r}": refusal(language, r, project="prod-sg", person="U0BOB", task_id=TASK_ID)
        for r in Reason
    }
    said |= {f"ending: {name}": ending(outcome, language) for name, outcome in EVERY_OUTCOME.items()}
    for kind in FaultKind:
        for source in ("oms", "iam"):
            told = fault_text(
                language, replace(fault, kind=kind, source=source), project="prod-sg", principal=HOSTILE
            )
            said[f"fault: {source} {kind}"] = told
    for outcome in (
        outcomes.AlreadyDone(task=bad),
        outcomes.NotReady(task=replace(bad, status=4)),
        outcomes.EndedInstead(task=replace(bad, status=4), seen_at=NOW),
        outcomes.Unknown(fault=fault, task=bad),
    ):
        said[f"hostile: {outcome.kind}"] = say_endings.ending(
            language, outcome, project="prod-sg", principal=HOSTILE
        )
    return said


SENTENCES = {(language, name): said for language in Language for name, said in sentences(language).items()}
TITLES = {
    (language, name): say_endings.title_ended(language, MIGRATING, outcome)
    for language in Language
    for name, outcome in EVERY_OUTCOME.items()
}


@pytest.mark.parametrize(("language", "name"), SENTENCES)
def test_nothing_foreign_becomes_a_mention_a_link_or_a_line(language: Language, name: str) -> None:
    """All that stands between < and > are the tokens that we made, and only the help has several lines."""
    rest = unquoted(SENTENCES[language, name])
    assert "<" not in rest
    assert ">" not in rest
    assert "\u202e" not in rest
    assert rest.count("`") % 2 == 0
    if name not in ("help", "task line"):
        assert "\n" not in rest


@pytest.mark.parametrize("said", [*SENTENCES.values(), *TITLES.values()])
def test_a_pause_is_never_called_a_stop(said: str) -> None:
    """The API's word frightens: it sounds as if the migration were lost."""
    assert not re.search(r"(?i)\bstop(s|ped|ping)?\b|停止", said)


CLAIMS = {
    EN: r"(?i)^(already )?paused\b|is already paused",
    ZH: r"^(先前)?已暂停|^已于 <[^>]+> 暂停|先前已暂停",
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EVERY_OUTCOME)
def test_paused_is_said_only_of_what_was_seen_paused(name: str, language: Language) -> None:
    """Neither title nor thread calls a pause done that was only accepted, doubtful, refused or not asked for."""
    claims = re.search(CLAIMS[language], ending(EVERY_OUTCOME[name], language))
    titled = re.search(CLAIMS[language], TITLES[language, name])
    assert bool(claims) == bool(titled) == (name in ("paused", "already paused"))


@pytest.mark.parametrize("name", ["still pausing", "still migrating", "unreadable", "given up"])
def test_what_was_only_accepted_is_told_as_accepted(name: str) -> None:
    """It says what is known, for how long, and who looks further."""
    said = ending(EVERY_OUTCOME[name])
    assert said.startswith("Accepted by OMS, still pausing after ")
    assert not re.search(r"(?i)\bdone\b|\bsucce|\bfailed\b", said)
    assert ("I keep watching" in said) == (name != "given up")
    chinese = ending(EVERY_OUTCOME[name], ZH)
    assert re.match(r"OMS 已接受请求，\d+ (分钟|小时)( \d+ 分钟)?后仍在暂停中。", chinese)
    assert ("我会继续观察" in chinese) == (name != "given up")


@pytest.mark.parametrize("name", ["unknown", "unknown, task pausing", "unknown, unreadable"])
def test_what_is_not_known_is_told_as_not_known(name: str) -> None:
    """Neither as failure nor as success."""
    said = ending(EVERY_OUTCOME[name])
    assert said.startswith("I can't tell whether OMS got the request: the connection broke")
    assert not re.search(r"(?i)\bnot paused\b|\bno call\b|\bdone\b", said)
    chinese = ending(EVERY_OUTCOME[name], ZH)
    assert chinese.startswith("无法确定 OMS 是否收到了请求：请求发出后连接中断或超时")
    assert not re.search("未暂停|未执行|已完成", chinese)


@pytest.mark.parametrize(
    "name", [name for name in EVERY_OUTCOME if "refused" in name or "not pausable" in name]
)
def test_that_no_call_was_made_is_said_where_none_was(name: str) -> None:
    """The first question at 3 a.m. is whether anything was touched."""
    assert "No call was made" in ending(EVERY_OUTCOME[name])
    assert "未执行任何操作" in ending(EVERY_OUTCOME[name], ZH)


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
        EN, Reason.NOT_REQUESTER, project="prod-sg", person="U1", task_id=TASK_ID
    )


def test_the_endings_of_the_design_in_chinese() -> None:
    """In the words of Huawei's console, word for word."""
    assert ending(EVERY_OUTCOME["paused"], ZH) == (
        f"已于 {moment(NOW, seconds=True)} 暂停，距点击 5 秒。OMS 显示状态为 3（已暂停）。已完成 52.4%，剩余 960 GB。"
    )
    assert ending(EVERY_OUTCOME["failed, task read"], ZH) == (
        "未暂停：IAM user alice 无权在项目 prod-sg 中执行此操作。暂停需要权限 oms:task:update，读取需要 oms:task:get"
        "（OMS.0072，请求 ID 8f3c01）。请先申请授权，再重试。"
        "返回信息：“No permission.”。OMS 目前显示任务状态为“迁移中”。"
    )
    assert ending(EVERY_OUTCOME["failed instead"], ZH).startswith(
        "未暂停：OMS 已接受暂停请求，但任务在暂停之前已变为“迁移失败（TRF.0012）”。"
    )
    assert ending(outcomes.Expired(), ZH) == "10 分钟内无人答复。未执行任何操作。"
    assert say.amounts(ZH, MIGRATING) == "52.2% · 1.04 / 2.00 TB · 420 MB/s · 预计还需 38 分钟"
    assert say.title_asked(ZH, MIGRATING) == "暂停 media-872？"
    assert say.warnings(ZH, replace(BARE, group="sync task")).endswith(
        "此任务由同步任务调度，可能被其恢复：更好的做法是在控制台暂停该同步任务"
    )


def test_figures_that_oms_does_not_give_are_not_made_up() -> None:
    """A task that is still being listed has none."""
    assert say.amounts(EN, BARE) == "OMS gives no figures yet"
    assert ending(outcomes.Done(task=BARE, seen_at=NOW, seconds=1)).endswith("OMS shows status 3.")
    assert "left" not in say.amounts(EN, replace(MIGRATING, seconds_left=None))
    assert "/s" not in say.amounts(EN, PAUSED)


def test_what_pausing_costs_is_said_where_it_applies() -> None:
    """Each warning about what pausing costs, and none that does not apply."""
    assert say.warnings(EN, BARE) == (
        "Resuming needs the source and destination keys again · "
        "until then unfinished parts stay in the destination, billed"
    )
    everything = replace(BARE, restores_archives=True, group="task group", waiting_tasks=2)
    told = say.warnings(EN, everything)
    for words in (
        "bills, every archive retrieval",
        "task group drives this task",
        "2 tasks are waiting, one may take",
    ):
        assert words in told
    assert "1 task is waiting and may take" in say.warnings(EN, replace(BARE, waiting_tasks=1))


def test_progress_says_what_it_counts() -> None:
    """OMS counts objects for lists of objects or URLs, and bytes otherwise."""
    assert say.amounts(EN, MIGRATING).startswith("52.2 % · ")
    assert say.amounts(EN, replace(MIGRATING, by_objects=True)).startswith("52.2 % of the objects · ")
    paused = ending(outcomes.Done(task=replace(PAUSED, by_objects=True), seen_at=NOW, seconds=5))
    assert "52.4 % of the objects done, 960 GB left." in paused


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_has_a_sentence(reason: Reason, language: Language) -> None:
    """Short, complete, and about the person."""
    said = refusal(language, reason, project="prod-sg", person="U0ALICE", task_id=TASK_ID)
    assert said
    assert said[-1] in ".`。"


@pytest.mark.parametrize("status", range(8))
def test_every_status_has_a_word(status: int) -> None:
    """As the console names them."""
    assert say.status_word(EN, status).isalpha()
    assert say.status_word(EN, 99) == "in status 99"
    assert say.status_word(EN, None) == "in an unknown status"


@given(snapshots, st.sampled_from(sorted(EVERY_OUTCOME)), st.sampled_from(Language))
def test_no_task_makes_an_ending_dangerous(task: outcomes.Snapshot, name: str, language: Language) -> None:
    """Whatever a task is called, and whatever its numbers are."""
    outcome = EVERY_OUTCOME[name]
    if isinstance(outcome, outcomes.Done | outcomes.AlreadyDone | outcomes.NotReady | outcomes.EndedInstead):
        outcome = replace(outcome, task=task)
    said = ending(outcome, language) + say.place(language, task, "p", "r") + say.amounts(language, task)
    assert not set("<>") & set(unquoted(said))


def test_a_verb_of_its_own_needs_its_sentences_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sentence that depends on the verb is looked up by its name."""
    resume = replace(
        en.VERBS["pause"],
        help=("`/oms resume` resumes",),
        title_asked="Resume {name}?",
        button="Resume",
        costs=("It costs",),
        restores_archives="",
        not_ready={5: "Finished: nothing to resume."},
    )
    monkeypatch.setitem(en.VERBS, "resume", resume)
    assert say.title_asked(EN, MIGRATING, verb="resume") == "Resume media-872?"
    assert say.button(EN, verb="resume") == "Resume"
    assert say.warnings(EN, replace(BARE, restores_archives=True), verb="resume") == "It costs"
    assert "\n`/oms resume` resumes\n" in say.help_text(EN, ["prod-sg"])
    finished = say_endings.ending(
        EN, EVERY_OUTCOME["not pausable"], verb="resume", project="p", principal="a"
    )
    assert finished == "Finished: nothing to resume."
    assert "`/oms resume p 7`" in refusal(EN, Reason.NOT_REQUESTER, verb="resume", project="p", task_id="7")
