"""Every sentence, in every language: it says the truth, and nothing foreign gets out of its place."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import outcomes
from bot.conversation.answers import TaskList
from bot.conversation.outcomes import OfOne
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.values import Wish
from bot.conversation.verdicts import TooLate
from bot.gallery.examples import BARE, EVERY_OUTCOME, FAILED, MIGRATING, NOW, PAUSED, card
from bot.huawei.fault import Fault, FaultKind
from bot.text import en, say, say_answered, say_cards, say_costs, say_endings, say_help, say_lists
from bot.text.format import moment
from bot.text.languages import Language
from bot.text.say_endings import About, Told
from bot.text.say_faults import fault_text
from bot.text.say_refusals import refusal, too_late
from bot.text.sentences import Cause
from bot.verbs import parsing as commands
from tests.unit.examples import HOSTILE, snapshots

TOKEN = re.compile(
    r"<@[UW][A-Z0-9]+>|<#C[A-Z0-9]+>|<https://console-intl[^<>|]+\|[^<>|]+>|<!date\^\d+\^\{time(_secs)?\}\|[\d:]+ UTC>"
)
EN, ZH = Language.EN, Language.ZH


ABOUT = About(
    "pause",
    "prod-sg",
    "IAM user alice",
    "media-872",
    requester="U0ALICE",
    last=MIGRATING,
    at=NOW + 5,
    confirm_within=600,
)


def told(outcome: OfOne, language: Language = EN, about: About = ABOUT) -> Told:
    """Return an ending in words."""
    return say_endings.ending(language, outcome, about)


def ending(outcome: OfOne, language: Language = EN) -> str:
    """Return what the thread says."""
    return told(outcome, language).text


def unquoted(text: str) -> str:
    """Return *text* without the tokens that Slack renders."""
    return TOKEN.sub("", text)


def sentences(language: Language) -> dict[str, str]:
    """Return every sentence there is, with hostile text wherever text from outside can come in."""
    bad = replace(
        MIGRATING, name=HOSTILE, source=HOSTILE, destination=HOSTILE, error_code=HOSTILE, task_id=HOSTILE
    )
    worst = card(task=bad, principal=f"IAM user {HOSTILE}", reason=HOSTILE)
    costly = replace(bad, restores_archives=True, group="sync task", waiting_tasks=1)
    fault = Fault(kind=FaultKind.BAD_REQUEST, code=HOSTILE, message=HOSTILE, request_id=HOSTILE)
    known = ("prod-sg", "lab")
    wish = Wish(verb="pause", project="lab", targets=(HOSTILE,))
    said = {
        "help": say_help.help_text(language, say_help.MayDo(projects=known)),
        "working": say.working(language),
        "unknown verb": say.problem(language, commands.UnknownVerb(HOSTILE, None)),
        "unknown verb, pause": say.problem(language, commands.UnknownVerb(HOSTILE, "pause", wish)),
        "unknown verb, help": say.problem(language, commands.UnknownVerb("halp", "help")),
        "unknown project": say.problem(
            language, commands.UnknownProject(HOSTILE, "lab", known, "pause", HOSTILE, wish)
        ),
        "unknown project, no task": say.problem(
            language, commands.UnknownProject(HOSTILE, "lab", known, "pause")
        ),
        "unknown project, none close": say.problem(
            language, commands.UnknownProject(HOSTILE, None, known, "pause")
        ),
        "missing project": say.problem(language, commands.MissingProject(known, "pause")),
        "no such task": say.no_such_task(language, HOSTILE, "prod-sg", [HOSTILE]),
        "no such task, none close": say.no_such_task(language, HOSTILE, "prod-sg", []),
        "ambiguous": say.ambiguous_task(language, HOSTILE, "prod-sg", [HOSTILE, "2"], verb="pause"),
        "nothing migrates": say_lists.head(language, TaskList(project="prod-sg", tasks=(), total=0), 0),
        "one migrates": say_lists.head(language, TaskList(project="prod-sg", tasks=(bad,), total=1), 1),
        "many migrate": say_lists.head(
            language, TaskList(project="prod-sg", tasks=(bad,), total=12, speed=1, first=11), 2
        ),
        "task line": say_lists.task_line(language, bad),
        "stake": say_cards.stake(language, bad),
        "where": say_cards.where(language, worst),
        "who": say_cards.who(language, worst),
        "who and until": say_cards.who_and_until(language, worst),
        "approvals": say_cards.who_and_until(language, replace(worst, approvals=2), ["U0BOB"]),
        "pausing now": say_answered.acting_now(language, "pause", "U0ALICE", NOW),
        "invite": say.not_posted(language, HOSTILE, "not_in_channel"),
        "archived": say.not_posted(language, HOSTILE, "is_archived"),
        "not let": say.not_posted(language, HOSTILE, HOSTILE),
        "no scope": say.not_posted(language, HOSTILE, "missing_scope", needed=HOSTILE, for_operator=True),
        "refused for good": say.refused_post(language, HOSTILE),
        "slack away": say.slack_unavailable(language, HOSTILE),
        "own fault": say.own_fault(language),
        "lost thread": say.lost_thread(language, "x", channel="C1", project="p"),
        "unconfirmed thread": say.lost_thread(language, "x", channel="C1", project="p", doubtful=True),
        "busy": say.busy(language),
        "confirmed by another": too_late(language, TooLate(kind="confirm", by="U0BOB")),
        "withdrawn by another": too_late(language, TooLate(kind="cancel", by="U0BOB")),
        "too late": too_late(language, TooLate(kind="expire")),
    }
    said |= {f"cost: {cost}": cost for cost in say_costs.costs(language, costly, verb="pause")}
    said |= {f"detail: {line}": line for line in say_cards.details(language, replace(worst, task=costly))}
    said |= {
        f"refusal: {r}": refusal(language, r, verb="pause", project="prod-sg", person="U0BOB") for r in Reason
    }
    for name, outcome in EVERY_OUTCOME.items():
        words = told(outcome, language)
        said |= {f"ending: {name}: {part}": part for part in (words.title, *words.lines, words.next)}
    for kind in FaultKind:
        for source in ("oms", "iam"):
            text = fault_text(
                language, replace(fault, kind=kind, source=source), project="prod-sg", principal=HOSTILE
            )
            said[f"fault: {source} {kind}"] = text
    for outcome in (
        outcomes.AlreadyDone(task=bad, by="U0BOB"),
        outcomes.NotReady(task=replace(bad, status=4)),
        outcomes.NotReady(task=replace(bad, status=7), standing=Standing.MOVING, by="U0BOB"),
        outcomes.EndedInstead(task=replace(bad, status=4), seen_at=NOW),
        outcomes.Unknown(fault=fault, task=bad),
        outcomes.Refused(reason=Reason.WRONG_CHANNEL, channels=("C0INCIDENTS",)),
    ):
        words = told(outcome, language, replace(ABOUT, name=HOSTILE, principal=HOSTILE))
        said |= {
            f"hostile: {outcome.kind} {part}": part
            for part in (words.title, *words.lines, words.next, words.codes)
        }
    return said


SENTENCES = {(language, name): said for language in Language for name, said in sentences(language).items()}
TITLES = {
    (language, name): told(outcome, language).title
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
    EN: r"(?i)^⏸️ \*(already )?paused\b|OMS confirmed it|was paused before",
    ZH: r"^⏸️ \*(先前)?已暂停|确认已暂停|先前已暂停",
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EVERY_OUTCOME)
def test_paused_is_said_only_of_what_was_seen_paused(name: str, language: Language) -> None:
    """Neither title nor thread calls a pause done that was only accepted, doubtful, refused or not asked for."""
    words = told(EVERY_OUTCOME[name], language)
    claims = re.search(CLAIMS[language], "\n".join(words.lines))
    titled = re.search(CLAIMS[language], words.title)
    assert bool(claims) == bool(titled) == (name in ("paused", "already paused"))


@pytest.mark.parametrize("name", ["still pausing", "still migrating", "unreadable", "given up"])
def test_what_was_only_accepted_is_told_as_accepted(name: str) -> None:
    """It says what is known, for how long, and who looks further."""
    words = told(EVERY_OUTCOME[name])
    assert words.title == "⏳ *Still pausing* media-872"
    assert words.lines[0].startswith("OMS accepted the pause ")
    assert not re.search(r"(?i)\bdone\b|\bsucce|\bfailed\b", words.text)
    assert ("I keep checking" in words.next) == (name != "given up")
    chinese = told(EVERY_OUTCOME[name], ZH)
    assert re.match(r"OMS 在 \d+ (分钟|小时)( \d+ 分钟)?前接受了暂停请求，尚未确认完成。", chinese.lines[0])
    assert ("我会继续查询" in chinese.next) == (name != "given up")


@pytest.mark.parametrize("name", ["unknown", "unknown, task pausing", "unknown, unreadable"])
def test_what_is_not_known_is_told_as_not_known(name: str) -> None:
    """Neither as failure nor as success; and that nobody should try by themselves meanwhile."""
    words = told(EVERY_OUTCOME[name])
    assert words.title == "❓ *Not sure yet* media-872"
    assert words.lines[0].startswith("OMS didn't answer after the request was sent.")
    assert not re.search(r"(?i)\bnot paused\b|\bnothing was changed\b|\bdone\b", words.text)
    assert "post the result here. Please don't pause it again." in words.next
    chinese = told(EVERY_OUTCOME[name], ZH)
    assert chinese.lines[0].startswith("请求发出后 OMS 没有应答。")
    assert not re.search("未暂停|未做任何|已完成", chinese.text)
    assert "请勿重复暂停。" in chinese.next


@pytest.mark.parametrize(
    "name", [name for name in EVERY_OUTCOME if "refused" in name or "not pausable" in name]
)
def test_that_nothing_was_changed_is_said_where_nothing_was(name: str) -> None:
    """The first question at 3 a.m. is whether anything was touched."""
    assert "Nothing was changed." in ending(EVERY_OUTCOME[name])
    assert "未做任何更改。" in ending(EVERY_OUTCOME[name], ZH)


WISHED = {"paused", "already paused", "pausing already", "cancelled", "replaced", "taken over", "kept"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EVERY_OUTCOME)
def test_an_ending_that_was_not_wished_for_says_what_the_task_does(name: str, language: Language) -> None:
    """Whether it still migrates is the second question."""
    does = {
        EN: r"keeps migrating|(is|was|as|has) (migrating|paus|wait|finish|fail|in )"
        r"|finished before|but the task|can't be read|has not confirmed",
        ZH: r"仍在迁移|任务(状态为|已迁移|在点击之前|在等待|正在初始化|已在)|先变为|无法读取|尚未确认",
    }
    if name not in WISHED:
        assert re.search(does[language], ending(EVERY_OUTCOME[name], language))


@pytest.mark.parametrize("name", EVERY_OUTCOME)
@pytest.mark.parametrize("language", Language)
def test_a_house_word_is_said_to_nobody(name: str, language: Language) -> None:
    """On call, a call is a phone call; to cancel is what one fears for the migration; numbers are for the records."""
    said = ending(EVERY_OUTCOME[name], language)
    assert not re.search(r"(?i)\bcancel|no call was made|status \d\b|状态为 \d|取消", said)


def test_the_endings_of_the_design() -> None:
    """The endings as they were promised, word for word."""
    paused = told(EVERY_OUTCOME["paused"])
    assert paused.title == "⏸️ *Paused* media-872"
    assert paused.lines == (
        f"OMS confirmed it at {moment(NOW, seconds=True)}, 5 s after the click. 52.4 % copied, 960 GB to go.",
    )
    assert paused.figures == "▰▰▰▱▱▱ *52.4 %* · 960 GB to go"
    assert ending(EVERY_OUTCOME["not pausable"]) == (
        "Nothing to pause: media-872 finished\nIt finished before the click. Nothing was changed."
    )
    failed = told(EVERY_OUTCOME["failed, task read"])
    assert failed.lines == (
        'IAM user alice lacks `oms:task:update` in prod-sg. It said: "No permission."',
        "It keeps migrating at 420 MB/s.",
    )
    assert failed.next == "*Next:* Ask your IAM administrator for it, then try again."
    assert failed.codes == "OMS.0072 · request 8f3c01"
    assert "lacks `oms:task:get` in prod-sg" in ending(EVERY_OUTCOME["failed"])
    assert "Read afterwards, it was migrating." in ending(EVERY_OUTCOME["unknown"])
    assert "Nobody answered within 10 min" in ending(outcomes.Expired())
    assert "(TRF.0012)" in ending(outcomes.EndedInstead(task=FAILED, seen_at=NOW))


def test_the_endings_of_the_design_in_chinese() -> None:
    """In the words of Huawei's console, word for word."""
    assert told(EVERY_OUTCOME["paused"], ZH).lines == (
        f"OMS 于 {moment(NOW, seconds=True)} 确认已暂停，距点击 5 秒。已复制 52.4%，剩余 960 GB。",
    )
    failed = told(EVERY_OUTCOME["failed, task read"], ZH)
    assert failed.title == "❌ *未暂停* media-872"
    assert failed.lines == (
        "IAM 用户 alice 在项目 prod-sg 中缺少权限 `oms:task:update` 。返回信息：“No permission.”。",
        "任务仍在迁移，速度 420 MB/s。",
    )
    assert failed.codes == "OMS.0072 · 请求 ID 8f3c01"
    assert (
        told(EVERY_OUTCOME["failed instead"], ZH)
        .lines[0]
        .startswith("OMS 已接受暂停请求，但任务在暂停生效前已变为“迁移失败（TRF.0012）”。")
    )
    assert told(outcomes.Expired(), ZH).lines[0] == "<@U0ALICE> ：10 分钟内无人答复。未做任何更改。"
    assert say_cards.amounts(ZH, MIGRATING) == "*52.2%* · 420 MB/s · 约剩 38 分钟 · 1.04 / 2.00 TB"
    assert say_cards.title_asked(ZH, card()) == "暂停 media-872？"
    assert "所属同步任务可能会再次启动它，最好在控制台暂停该同步任务。" in say_costs.costs(
        ZH, replace(BARE, group="sync task"), verb="pause"
    )


def test_a_reading_is_told_as_what_is_only_while_it_is_fresh() -> None:
    """Ten minutes later nobody knows, and no card may say so."""
    withdrawn = outcomes.Cancelled(by="U0ALICE")
    assert told(withdrawn).lines == (
        "<@U0ALICE> withdrew the request. Nothing was changed.",
        "It keeps migrating at 420 MB/s.",
    )
    late = told(withdrawn, about=replace(ABOUT, at=NOW + 61))
    assert late.lines[1] == f"When I last looked, at {moment(NOW)}, it was migrating."


def test_figures_that_oms_does_not_give_are_not_made_up() -> None:
    """A task that is still being listed has none."""
    assert say_cards.amounts(EN, BARE) == "OMS gives no figures yet"
    assert ending(outcomes.Done(task=BARE, seen_at=NOW, seconds=1)).endswith(
        "1 s after the click.\nUntil it is resumed, its unfinished parts are billed."
    )
    assert "left" not in say_cards.amounts(EN, replace(MIGRATING, seconds_left=None))
    assert "/s" not in say_cards.amounts(EN, PAUSED)


def test_what_pausing_costs_is_said_where_it_applies() -> None:
    """Each warning about what pausing costs, and none that does not apply; the dearest of them on the card."""
    assert say_costs.costs(EN, BARE, verb="pause") == [
        "To resume, the access keys of source and destination are needed again: OMS doesn't keep them.",
        "Until then, unfinished parts stay in the destination and are billed.",
    ]
    everything = replace(BARE, restores_archives=True, group="task group", waiting_tasks=2)
    said = "\n".join(say_costs.costs(EN, everything, verb="pause"))
    for words in (
        "retrieves archived objects again, at extra cost",
        "Its task group may start it again",
        "2 tasks are waiting and one may start in its place",
    ):
        assert words in said
    assert (
        "1 task is waiting and may start"
        in say_costs.costs(EN, replace(BARE, waiting_tasks=1), verb="pause")[2]
    )
    assert say_costs.cost(EN, card()) == "⚠️ To resume, both access keys are needed"
    assert say_costs.cost(EN, card(task=everything)) == "⚠️ Resuming bills the archives again"
    grouped = card(task=replace(BARE, group="sync task"))
    assert say_costs.cost(EN, grouped) == "⚠️ Its sync task may start it again"


def test_progress_says_what_it_counts() -> None:
    """OMS counts objects for lists of objects or URLs, and bytes otherwise."""
    assert say_cards.amounts(EN, MIGRATING).startswith("*52.2 %* · ")
    assert say_cards.amounts(EN, replace(MIGRATING, by_objects=True)).startswith("*52.2 %* of the objects · ")
    paused = ending(outcomes.Done(task=replace(PAUSED, by_objects=True), seen_at=NOW, seconds=5))
    assert "52.4 % of the objects copied, 960 GB to go." in paused


def test_only_what_is_complete_is_drawn_full() -> None:
    """As it is written: 99.9 % is not done."""
    assert say_cards.stake(EN, replace(PAUSED, progress=0.9999)).startswith("▰▰▰▰▰▱ ")
    assert say_cards.stake(EN, replace(PAUSED, progress=1.0)).startswith("▰▰▰▰▰▰ ")
    assert say_cards.stake(EN, replace(PAUSED, progress=0.0)).startswith("▱▱▱▱▱▱ ")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_has_a_sentence(reason: Reason, language: Language) -> None:
    """Short, complete, and about the person."""
    said = refusal(language, reason, verb="pause", project="prod-sg", person="U0ALICE")
    assert said
    assert said[-1] in ".`。"


@pytest.mark.parametrize("status", range(8))
def test_every_status_has_a_word(status: int) -> None:
    """As the console names them."""
    assert say.status_word(EN, status).isalpha()
    assert say.status_word(EN, 99) == "in status 99"
    assert say.status_word(EN, None) == "in an unknown status"


@given(snapshots, st.sampled_from(sorted(EVERY_OUTCOME)), st.sampled_from(Language))
def test_no_task_makes_an_ending_dangerous(task: Snapshot, name: str, language: Language) -> None:
    """Whatever a task is called, and whatever its numbers are."""
    outcome = EVERY_OUTCOME[name]
    if isinstance(outcome, outcomes.Done | outcomes.AlreadyDone | outcomes.NotReady | outcomes.EndedInstead):
        outcome = replace(outcome, task=task)
    shown = card(task=task)
    said = ending(outcome, language) + say_cards.where(language, shown) + say_cards.amounts(language, task)
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
        not_ready={5: Cause(what="Finished: nothing to resume.", next="")},
        as_yourself="To resume it as yourself:",
    )
    monkeypatch.setitem(en.VERBS, "resume", resume)
    asked = card(verb="resume", task=replace(BARE, name="media-872", restores_archives=True))
    assert say_cards.title_asked(EN, asked) == "Resume media-872?"
    assert say_cards.button(EN, "resume") == "Resume"
    assert say_costs.costs(EN, asked.task, verb="resume") == ["It costs"]
    assert "\n`/oms resume` resumes\n" in say_help.help_text(
        EN, say_help.MayDo(projects=["prod-sg"], without_keys=())
    )
    finished = told(EVERY_OUTCOME["not pausable"], about=replace(ABOUT, verb="resume"))
    assert finished.lines == ("Finished: nothing to resume. Nothing was changed.",)
    assert "To resume it" in refusal(EN, Reason.NOT_REQUESTER, verb="resume", project="p")
