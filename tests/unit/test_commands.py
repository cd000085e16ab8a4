"""What people type, and what phones make of it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import spelling
from bot.conversation.values import Wish
from bot.gallery.examples import TASK_ID
from bot.slack import cards
from bot.spelling import fold
from bot.text.languages import Language
from bot.verbs.grammar import after_mention, parse
from bot.verbs.help import Help
from bot.verbs.linking import Link, Unlink, WhoAmI
from bot.verbs.parsing import MAX_REASON, MissingProject, Problem, UnknownProject, UnknownVerb
from bot.verbs.registry import Command
from bot.verbs.targets import TASK_ID as A_TASK_ID
from tests.unit.examples import PROJECTS, Known


def pause(project: str, task: str, reason: str = "") -> Wish:
    """Return the wish to pause one task."""
    return Wish(verb="pause", project=project, targets=(task,), reason=reason)


def listing(project: str) -> Wish:
    """Return the wish to see what migrates."""
    return Wish(verb="list", project=project)


PAUSE = pause("prod-sg", TASK_ID)
SPIKE = pause("prod-sg", TASK_ID, "traffic spike")
ID = PROJECTS["prod-sg"].id
LINK = f"https://console-intl.huaweicloud.com/oms/?region=ap-southeast-3#/oms/taskDetail?taskId={TASK_ID}"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Help()),
        ("   ", Help()),
        ("help", Help()),
        ("HELP", Help()),
        ("link", Link()),
        ("Unlink", Unlink()),
        ("WHOAMI", WhoAmI()),
        ("?", Help()),
        ("/oms", Help()),
        ("/oms help", Help()),
        (f"pause prod-sg {TASK_ID}", PAUSE),
        (f"pause prod-sg {TASK_ID} traffic spike", SPIKE),
        (f'pause prod-sg {TASK_ID} "traffic spike"', SPIKE),
        (f"pause prod-sg #{TASK_ID}", PAUSE),
        (f"pause {ID} {TASK_ID}", PAUSE),
        (f"pause {ID.upper()} {TASK_ID}", PAUSE),
        ("pause prod-sg media-872", pause("prod-sg", "media-872")),
        ('pause prod-sg "media of 2024" too slow', pause("prod-sg", "media of 2024", "too slow")),
        ("pause prod-sg", listing("prod-sg")),
        ("pause prod-sg #", listing("prod-sg")),
        ('pause prod-sg " "', listing("prod-sg")),
    ],
)
def test_what_is_typed_plainly(text: str, command: Command) -> None:
    """The forms of the help text, and close relatives."""
    assert parse(text, PROJECTS) == command


@pytest.mark.parametrize(
    "text",
    [
        f"Pause prod-sg {TASK_ID} traffic spike",
        f"PAUSE PROD-SG {TASK_ID} traffic spike",
        f"pause prod–sg {TASK_ID} traffic spike",
        f"pause prod—sg {TASK_ID} traffic spike",
        f"pause prod‑sg {TASK_ID} traffic spike",
        f"pause prod−sg {TASK_ID} traffic spike",
        f"pause prod--sg {TASK_ID} traffic spike",
        f"pause prod－sg {TASK_ID} traffic spike",
        f"pause “prod-sg” “{TASK_ID}” “traffic spike”",
        f"pause „prod-sg“ {TASK_ID} „traffic spike‟",
        f"pause «prod-sg» {TASK_ID} «traffic spike»",
        f"pause prod-sg {TASK_ID} ‘traffic spike’",
        f"pause prod-sg {TASK_ID} ″traffic spike″",
        f"  pause   prod-sg\t{TASK_ID}\n traffic\u00a0spike ",
        f"pause\u00a0prod-sg\u2009{TASK_ID}\u3000traffic\u202fspike",
        f"pa\u200buse prod\u2060-sg\ufeff {TASK_ID[:5]}\u00ad{TASK_ID[5:]} traffic\u200d spike\u202c",
        f"ｐａｕｓｅ prod-sg {''.join(chr(ord(c) - ord('0') + ord('０')) for c in TASK_ID)} traffic spike",
        f"<https://console.huaweicloud.com/oms?project_id={ID}&task={TASK_ID}> traffic spike",
    ],
)
def test_what_a_phone_does_to_text_is_undone(text: str) -> None:
    """Smart quotes, long dashes, capitals, spaces of all kinds, invisible and full-width characters."""
    if text.startswith("<"):
        text = f"pause {text}"
    assert parse(text, PROJECTS) == SPIKE


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        f"<{LINK}>",
        f"<{LINK}|console-intl.huaweicloud.com>",
        f"<{LINK}|OMS task media 872>",
        LINK.replace("&", "&amp;"),
        f"https://console.huaweicloud.com/oms/?region=xx&projectId={ID}#/task/{TASK_ID}",
        f"https://console.huaweicloud.com/oms/?projectId={ID}&amp;task_id={TASK_ID}",
        f"https://console.huaweicloud.com/oms/{ID}/tasks/{TASK_ID}",
        f"prod-sg {LINK}",
        f"prod-sg <{LINK}|media 872>",
    ],
)
def test_a_link_from_the_console_names_project_and_task(link: str) -> None:
    """Bare, as Slack wraps it, with a label of several words, escaped, and with everything behind the #."""
    assert parse(f"pause {link} traffic spike", PROJECTS) == SPIKE


def test_a_link_without_a_task_lists_the_project() -> None:
    """The console's list page names only where."""
    assert parse("pause https://console.huaweicloud.com/oms/?region=ap-southeast-3", PROJECTS) == listing(
        "prod-sg"
    )


@pytest.mark.parametrize("region", ["cn-north-4", "eu-west-101"])
def test_a_link_that_names_no_single_project_asks_which(region: str) -> None:
    """Two configured projects share a region: guessing one would act in the wrong place."""
    link = f"https://console.huaweicloud.com/oms/?region={region}#/oms/taskDetail?taskId={TASK_ID}"
    assert parse(f"pause {link}", PROJECTS) == MissingProject(tuple(PROJECTS), "pause")


@pytest.mark.parametrize(
    "link", ["http://[", "https://[::1", "https://[x]/", "https://\u2100.example/", "https://"]
)
def test_a_link_that_is_none_is_a_problem_and_no_crash(link: str) -> None:
    """The URL parser raises for some of these."""
    assert parse(f"pause {link}", PROJECTS) == MissingProject(tuple(PROJECTS), "pause")
    assert isinstance(parse(f"pause prod-sg {link}", PROJECTS), Wish)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("pause", MissingProject(tuple(PROJECTS), "pause")),
        ("puase prod-sg 1", UnknownVerb("puase", "pause", pause("prod-sg", "1"))),
        ("Paus", UnknownVerb("paus", "pause")),
        ("stop prod-sg 1", UnknownVerb("stop", "pause", pause("prod-sg", "1"))),
        ("halp", UnknownVerb("halp", "help")),
        ("xyzzy", UnknownVerb("xyzzy", None)),
        (
            "pause prd-sg 1",
            UnknownProject("prd-sg", "prod-sg", tuple(PROJECTS), "pause", "1", pause("prod-sg", "1")),
        ),
        (
            "pause stagign",
            UnknownProject("stagign", "staging", tuple(PROJECTS), "pause", meant=listing("staging")),
        ),
        ("pause qqqq 1", UnknownProject("qqqq", None, tuple(PROJECTS), "pause", "1")),
        (f"pause {TASK_ID}", UnknownProject(TASK_ID, None, tuple(PROJECTS), "pause")),
    ],
)
def test_a_mistake_is_named_with_the_closest_match(text: str, problem: Problem) -> None:
    """What was meant is guessed for the answer only; nothing is done on a guess."""
    assert parse(text, PROJECTS) == problem


ONE = {"prod-sg": PROJECTS["prod-sg"]}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("pause media-872", pause("prod-sg", "media-872")),
        (f"pause {TASK_ID}", PAUSE),
        ('pause "media of 2024"', pause("prod-sg", "media of 2024")),
        ("pause", listing("prod-sg")),
        ("list", listing("prod-sg")),
        (f"pause prod-sg {TASK_ID} traffic spike", SPIKE),
    ],
)
def test_where_there_is_one_project_its_name_may_be_left_out(text: str, command: Command) -> None:
    """Nothing else can be meant by a task alone."""
    assert parse(text, ONE) == command


def test_a_list_of_no_project_is_no_list_of_the_only_one() -> None:
    """It takes no task, so the word was meant for a project."""
    problem = parse("list nosuch", ONE)
    assert isinstance(problem, UnknownProject)
    assert problem.meant == listing("prod-sg")


def test_more_words_without_a_project_are_no_guess_but_an_offer() -> None:
    """They may be a project that is not there, and a task; so a button asks."""
    problem = parse("pause media-872 traffic spike", ONE)
    assert isinstance(problem, UnknownProject)
    assert problem.meant == pause("prod-sg", "media-872", "traffic spike")
    misspelt = parse("pause prd-sg media-872", ONE)
    assert isinstance(misspelt, UnknownProject)
    assert misspelt.meant == pause("prod-sg", "media-872")


@pytest.mark.parametrize(
    "typed",
    ["--reason 'night peak'", '--reason="night peak"', "—reason “night peak”", '"night peak"', "night peak"],
)
def test_a_reason_may_be_written_as_in_a_shell(typed: str) -> None:
    """Quotes are balanced, and the option's name is no word of it."""
    assert parse(f"pause prod-sg {TASK_ID} {typed}", PROJECTS) == pause("prod-sg", TASK_ID, "night peak")


def test_a_reason_may_begin_with_the_word_reason() -> None:
    """It is an option only before quotes."""
    assert parse(f"pause prod-sg {TASK_ID} reason unknown", PROJECTS) == pause(
        "prod-sg", TASK_ID, "reason unknown"
    )


def test_a_list_may_begin_further_down() -> None:
    """As its button *More* asks."""
    assert parse("list prod-sg 11", PROJECTS) == Wish(verb="list", project="prod-sg", terms="11")
    assert parse("list prod-sg paused 11", PROJECTS) == Wish(
        verb="list", project="prod-sg", terms="paused 11"
    )


def test_a_number_that_no_list_is_as_long_as_is_a_name() -> None:
    """However many digits somebody's elbow types: Python itself reads no more than some thousand."""
    typed = "9" * 5_000
    assert parse(f"list prod-sg {typed}", PROJECTS) == Wish(
        verb="status", project="prod-sg", targets=(typed,)
    )


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("", ""),
        ("migrating", ""),
        ("running", ""),
        ("Paused", "paused"),
        ("pausing", "paused"),
        ("stopped", "paused"),
        ("`waiting`", "waiting"),
        ("queued", "waiting"),
        ("failed", "failed"),
        ("failures", "failed"),
        ("errors", "failed"),
        ("faild", "failed"),
        ("all", "all"),
        ("everything", "all"),
        ("已暂停", "paused"),
        ("等待中", "waiting"),
        ("失败", "failed"),
        ("全部", "all"),
        ("迁移中", ""),
    ],
)
def test_a_list_is_of_a_state_however_people_call_it(typed: str, state: str) -> None:
    """In any case and number, in Chinese, and misspelt: a list does no harm."""
    assert parse(f"list prod-sg {typed}", PROJECTS) == Wish(verb="list", project="prod-sg", terms=state)


def test_a_list_of_one_task_is_its_status() -> None:
    """Where a state is expected, a name may be typed."""
    wish = Wish(verb="status", project="prod-sg", targets=("media-872",))
    assert parse("list prod-sg media-872", PROJECTS) == wish


def test_a_status_is_of_a_task_and_a_list_without_one() -> None:
    """As with a pause."""
    wish = Wish(verb="status", project="prod-sg", targets=(TASK_ID,))
    assert parse(f"status prod-sg {TASK_ID}", PROJECTS) == wish
    assert parse("status prod-sg", PROJECTS) == listing("prod-sg")


def test_what_is_typed_after_link_is_not_printed() -> None:
    """People type their keys there, although nothing asks for them."""
    parsed = parse("link CANARYAK0000000000AA canary-secret", PROJECTS)
    assert isinstance(parsed, Link)
    assert "canary" not in f"{parsed} {parsed!r}".lower()


def test_an_alias_wins_over_an_equal_project_id() -> None:
    """People type aliases; somebody else's id must not capture one."""
    projects = {"first": Known("second", "r1"), "second": Known("third", "r2")}
    assert parse("pause second", projects) == listing("second")


def test_a_reason_is_kept_short() -> None:
    """It is shown on a card that is read on a phone."""
    parsed = parse(f"pause prod-sg {TASK_ID} {'because ' * 100}", PROJECTS)
    assert isinstance(parsed, Wish)
    assert parsed.verb == "pause"
    assert 150 < len(parsed.reason) <= MAX_REASON
    assert parsed.reason == parsed.reason.strip()


def test_only_latin_digits_make_a_task_id() -> None:
    """OMS would not know any others."""
    assert A_TASK_ID.fullmatch(TASK_ID)
    assert not A_TASK_ID.fullmatch("١٢٣")
    assert not A_TASK_ID.fullmatch("1" * 16)


@pytest.mark.parametrize(
    ("event_text", "command"),
    [
        ("<@U0BOT> help", Help()),
        ("<@U0BOT>", Help()),
        ("<@U0BOT|oms-bot> pause prod-sg", listing("prod-sg")),
        (f"<@U0BOT> pause <{LINK.replace('&', '&amp;')}> traffic spike", SPIKE),
        (
            f"<@U0BOT> pause prod-sg {TASK_ID} a &lt;b&gt; &amp;amp; c",
            pause("prod-sg", TASK_ID, "a <b> &amp; c"),
        ),
        ("no mention", Help()),
    ],
)
def test_a_mention_is_read_without_slacks_escapes(event_text: str, command: Command) -> None:
    """Events carry text with <, > and & escaped, slash commands as it was typed."""
    assert parse(after_mention(event_text), PROJECTS) == command


@pytest.mark.parametrize(
    "before",
    [
        "",
        "hi ",
        "<@U0BOB> ",
        "<@U0BOB|bob> <@W0CAROL> please: ",
        "<!subteam^S0ONCALL|@oncall> ",
        "<!here> ",
        "<https://example.com/a?b=1&amp;c=2|a > b> ",
        "<#C0OPS|ops> &gt; ",
        "pause prod-sg 1 ",
        "thanks <@U0BOT>! ",
    ],
)
@pytest.mark.parametrize("mention", ["<@U0BOT>", "<@U0BOT|oms-bot>", "<@U0BOT>:", "<@U0BOT>,", "*<@U0BOT>*"])
def test_the_command_is_what_follows_our_mention(before: str, mention: str) -> None:
    """Whoever and whatever else is named before it, or between it and the command."""
    for between in ("", "/oms ", "<@U0BOB> ", "<!subteam^S0ONCALL|@oncall>, "):
        text = f"{before}{mention} {between}pause prod-sg {TASK_ID} traffic spike"
        assert parse(after_mention(text, {"U0BOT"}), PROJECTS) == SPIKE


def test_where_our_id_is_not_known_the_mention_before_a_command_is_taken_for_ours() -> None:
    """Slack names it with every event; a proxy that does not hand it on is no reason to be deaf."""
    text = f"<@U0BOB>, ask <@U0BOT> pause prod-sg {TASK_ID} traffic spike as <@U0CAROL> said"
    assert parse(after_mention(text), PROJECTS) == pause("prod-sg", TASK_ID, "traffic spike as @U0CAROL said")


MARKS = (
    "`",
    "```",
    "*",
    "_",
    "~",
    '"',
    "'",
    "‘’",
    "“”",
    "„“",
    "«»",
    "‹›",
    "()",
    "[]",
    "{}",
    "<>",
    "「」",
    "´",
)
ENDS = (",", ":", ";", ".", "!", "?", "…", "。", "，", "\u200b", "\u2068", "\u202e")


@st.composite
def wrapped(draw: st.DrawFn, word: str) -> str:
    """Return *word* as Slack and phones hand it over: marks around it, nested in any order, and links."""
    for kind in draw(st.lists(st.sampled_from(("mark", "end", "link")), max_size=4)):
        match kind:
            case "mark":
                mark = draw(st.sampled_from(MARKS))
                half = (
                    len(mark) // 2
                    if mark in ("‘’", "“”", "„“", "«»", "‹›", "()", "[]", "{}", "<>", "「」")
                    else None
                )
                word = f"{mark[:half]}{word}{mark[half or 0 :]}"
            case "end":
                word += draw(st.sampled_from(ENDS))
            case "link" if "<" not in word and "|" not in word:
                scheme = draw(st.sampled_from(("http://", "https://", "mailto:", "tel:", "sip:")))
                word = f"<{scheme}{spelling.unwrap(spelling.normalise(word))}|{word}>"
    return word


@given(data=st.data(), task=st.sampled_from([TASK_ID, "media-872", "backup:100:media", "a_b*c~d", "it's"]))
@example(data=None, task="media-872")
@example(data=None, task="backup:100:media")
def test_what_stands_around_a_word_is_not_part_of_it(data: st.DataObject | None, task: str) -> None:
    """On the verb, the project and the task: back-ticks, bold, quotes, brackets, punctuation, links, and all nested."""

    def worn(word: str) -> str:
        return (
            data.draw(wrapped(word))
            if data
            else f"*<http://{word}|`{word}`>*."
            if ":" not in word
            else f"<{word}>"
        )

    for project in ("prod-sg", ID):
        text = f"{worn('pause')} {worn(project)} {worn(task)} traffic spike"
        command = parse(text, PROJECTS)
        assert isinstance(command, Wish)
        assert command.verb == "pause", text
        assert (command.project, command.reason) == ("prod-sg", "traffic spike")
        assert spelling.meant(command.targets[0], ["other", task, task[1:]]) == {task}
        if task == TASK_ID:
            assert command == SPIKE


@pytest.mark.parametrize(
    ("typed", "names", "found"),
    [
        ("*media_*", ["media", "media_"], "media_"),
        ("`media.`", ["media", "media."], "media."),
        ("media.", ["media", "Media."], "media"),
        ("MEDIA.", ["media", "Media."], "Media."),
        ("(the media)", ["media", "the media"], "the media"),
        ("∗media∗ˍ", ["*media*_"], "*media*_"),
        ("a∶b:c", ["a:b:c"], "a:b:c"),
    ],
)
def test_a_name_that_ends_in_such_a_mark_is_found_all_the_same(
    typed: str, names: list[str], found: str
) -> None:
    """The name that leaves the least to take off; one spelt exactly so before one that is spelt nearly so."""
    assert spelling.meant(typed, names) == {found}


def test_nothing_inside_a_word_comes_off() -> None:
    """And a part of a name is not the name."""
    assert spelling.unwrap("a`b*c_d~e:f(g)h") == "a`b*c_d~e:f(g)h"[:-1] + "h"
    assert spelling.meant("media-872", ["media", "872"]) == set()


@pytest.mark.parametrize(
    "text", ["`pause prod-sg {}`", '"pause prod-sg {}"', "*pause* *prod-sg {}*", "(pause prod-sg {})"]
)
def test_a_command_that_is_marked_as_a_whole_is_read(text: str) -> None:
    """As people paste it from the help."""
    assert parse(text.format(TASK_ID), PROJECTS) == PAUSE
    command = parse(text.format('"media of 2024"'), PROJECTS)
    assert command == pause("prod-sg", "media of 2024")


@pytest.mark.parametrize(
    "words", ["`two words`", "'two words'", "‘two words’", "*“two words”*", "```two words```,"]
)
def test_marks_that_quote_keep_several_words_together(words: str) -> None:
    """A name may have spaces in it."""
    assert parse(f"pause prod-sg {words} it's slow", PROJECTS) == pause("prod-sg", "two words", "it's slow")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("it's `slow` (again)", "it's `slow` (again)"),
        ("_urgent_!", "urgent_!"),
        ("say “hi” now.", 'say "hi" now.'),
        ("see <https://example.com/d/1|the dashboard>", "see https://example.com/d/1"),
        ("call <tel:+6512345678|+65 1234 5678>", "call +65 1234 5678"),
    ],
)
def test_a_reason_keeps_the_words_that_were_typed(typed: str, reason: str) -> None:
    """Only what marks it at its ends goes."""
    assert parse(f"pause prod-sg {TASK_ID} {typed}", PROJECTS) == pause("prod-sg", TASK_ID, reason)


anything = st.text(st.characters(), max_size=60)
fragments = st.sampled_from(
    [
        "pause",
        "prod-sg",
        TASK_ID,
        "https://",
        "http://[",
        "<",
        ">",
        "|",
        '"',
        "“",
        "#",
        "?",
        "&",
        "=",
        " ",
        "/oms",
        LINK,
    ]
)


@given(
    st.one_of(
        anything, st.lists(fragments | anything, max_size=8).map(" ".join), st.lists(fragments).map("".join)
    )
)
@example("pause http://[")
@example("pause prod-sg https://[")
@example("\ud800\x00")
def test_the_parser_understands_or_explains_any_text(text: str) -> None:
    """It never raises, its answer is one of its kinds, and what it keeps of the text can be stored anywhere."""
    parsed = parse(text, PROJECTS)
    assert isinstance(parsed, (*get_args(Command), *get_args(Problem)))
    if isinstance(parsed, Wish):
        assert parsed.project in PROJECTS
    if isinstance(parsed, Wish) and parsed.verb == "pause":
        assert parsed.targets[0].strip()
    kept = json.dumps(vars(parsed), ensure_ascii=False, default=vars)
    kept.encode()
    assert not any(ord(char) < 32 or "\ud800" <= char <= "\udfff" for char in kept)


@given(anything)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    """So a command may pass through a button's value and come back the same."""
    once = spelling.normalise(text)
    assert spelling.normalise(once) == once
    assert fold(fold(text)) == fold(text)


def damage(text: str, draw: st.DataObject) -> str:
    """Return *text* as a phone might have it: other dashes, quotes, spaces, capitals, and invisible characters."""
    alternatives = {
        " ": [" ", "  ", "\u00a0", " \u2009", "\t", "\u3000"],
        "-": ["-", "–", "—", "‑", "−", "--"],
        '"': ['"', "“", "”", "„", "«"],
    }
    pieces = []
    for char in text:
        choices = alternatives.get(char, [char, char.upper(), char + "\u200b", char + "\u00ad"])
        pieces.append(draw.draw(st.sampled_from(choices)))
    return "".join(pieces)


@given(
    data=st.data(),
    alias=st.sampled_from(sorted(PROJECTS)),
    task=st.sampled_from([TASK_ID, "media-872", '"two words"', "a-b-c"]),
    reason=st.sampled_from(["", " too slow", ' "too slow"']),
)
def test_phone_damage_does_not_change_what_is_meant(
    data: st.DataObject, alias: str, task: str, reason: str
) -> None:
    """Project, task and reason are the same but for capitals and dashes, which no comparison looks at."""
    text = f"pause {alias} {task}{reason}"
    clean, damaged = parse(text, PROJECTS), parse(damage(text, data), PROJECTS)
    assert isinstance(clean, Wish)
    assert clean.verb == "pause"
    assert isinstance(damaged, Wish)
    assert damaged.verb == "pause"
    assert damaged.project == clean.project
    assert fold(damaged.targets[0]) == fold(clean.targets[0])
    assert fold(damaged.reason) == fold(clean.reason)


tidy = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=20)


@given(task=tidy, reason=tidy)
@example(task='foo"bar', reason="")
@example(task='"foo', reason="bar")
@example(task="x", reason='say "hi" now')
def test_a_try_again_button_asks_for_exactly_the_same(task: str, reason: str) -> None:
    """What was understood, put into the button and read back, is understood the same."""
    command = parse(f"pause prod-sg {task} {reason}", PROJECTS)
    if isinstance(command, Wish) and command.verb == "pause":
        value = cards.try_again(Language.EN, command)["value"]
        assert parse(value, PROJECTS) == command


@given(anything, st.lists(anything, max_size=5))
def test_the_closest_names_are_names_that_exist(name: str, known: list[str]) -> None:
    """A suggestion can always be followed."""
    close = spelling.closest_names(name, known)
    assert set(close) <= set(known)
    assert len(close) <= 3


def test_what_resembles_most_comes_first() -> None:
    """The best guess is the one that is shown alone."""
    found = spelling.closest_names("media-871", ["media-1", "media-872", "logs"])
    assert found[0] == "media-872"
    assert all(fold(a) != fold(b) for a, b in pairwise(found))


@pytest.mark.parametrize(
    "typed",
    [
        "pause lab «\u00a0two words\u00a0» too slow",
        "pause lab »two words«\u00a0too slow",
        "pause\u00a0lab\u00a0»two words« too slow",
    ],
)
def test_pointed_quotes_keep_words_together_whichever_way_they_point(typed: str) -> None:
    """French ones have a space inside, which does not part the words from them; German ones may have one outside."""
    assert parse(typed, PROJECTS) == pause("lab", "two words", "too slow")


@pytest.mark.parametrize(
    "reason",
    [
        "spike --anyway",
        "--anyway",
        "spike —anyway",
        "spike --any\u200bway",
        "spike <x:y|--anyway>",
        "spike --take-over 0123456789abcdef01234567",
        "spike --take-over 0123456789abcdef01234567 --anyway --anyway",
    ],
)
def test_no_reason_becomes_what_a_button_puts_behind_one(reason: str) -> None:
    """Whoever gave it: an alert's words would insist, or close a colleague's card, for whoever presses *Review*."""
    wish = Wish(verb="pause", project="prod-sg", targets=("17",), reason=reason)
    heard = parse(cards.command_of(wish), PROJECTS)
    assert isinstance(heard, Wish)
    assert (heard.anyway, heard.over) == (False, "")


def test_what_a_button_takes_over_is_understood_and_nothing_that_only_looks_so() -> None:
    """It is an operation's whole id, at the end; else it is a reason like any other."""
    wish = Wish(
        verb="pause", project="prod-sg", targets=("17",), reason="spike", over="0123456789abcdef01234567"
    )
    assert parse(cards.command_of(wish), PROJECTS) == wish
    for forged in ("0123", "0123456789ABCDEF01234567", "0123456789abcdef01234567 and more"):
        heard = parse(f"pause prod-sg 17 --take-over {forged}", PROJECTS)
        assert isinstance(heard, Wish)
        assert heard.over == ""
