"""The guide: the list of situations, and the card that says what to do, what to watch and how it ended. Pure HTML."""

from markupsafe import Markup

from bot.sandbox.page.mrkdwn import Reader, mrkdwn
from bot.sandbox.stage.scene import ALIAS, ALICE_PASSWORD, TASK
from bot.sandbox.stage.tour import SITUATIONS, Situation, Tour

EMPTY = Markup()
_WELCOME = Markup(
    '<section class="coach" aria-label="Guide"><div class="coach-head"><b>The real bot, in a sandbox Slack</b>'
    '<button type="button" class="quiet" data-do="hide">Hide</button></div>'
    "<p>Type <code>/oms pause {alias} {task}</code> below and press Enter. The bot asks before it does anything; click "
    "<b>Pause</b> on its card and watch the bar of {task} freeze on the OMS side. Or try one of the seven situations "
    "in which pausing goes wrong.</p>"
    "<p><code>/oms link</code> works too: the account is <code>acme</code>, alice’s IAM user <code>alice</code>, her "
    "password <code>{password}</code>.</p>"
    '<div class="coach-foot"><button type="button" class="bk-button bk-primary" data-do="situation" '
    'data-value="{first}">Start with the happy path</button>'
    '<button type="button" class="bk-button" data-fill="/oms pause {alias} {task} traffic spike">'
    "Type it for me</button>"
    "</div></section>"
)


def situations(tour: Tour) -> Markup:
    """List the seven, each startable with one click."""
    entries = EMPTY.join(_entry(number, one, tour) for number, one in enumerate(SITUATIONS, 1))
    return Markup(
        '<section class="tour" role="group" aria-label="Situations"><h2>Seven situations</h2>{}'
        '<button type="button" class="place" data-do="reset"><span class="sign" aria-hidden="true">↺</span>'
        "Reset everything</button></section>"
    ).format(entries)


def _entry(number: int, one: Situation, tour: Tour) -> Markup:
    done = one.key in tour.finished
    current = Markup(' aria-current="step"') if tour.current is one else EMPTY
    mark = (
        Markup('<span class="sign sign-done">✓<span class="sr"> done: </span></span>')
        if done
        else Markup('<span class="sign" aria-hidden="true">{}</span>').format(number)
    )
    return Markup(
        '<button type="button" class="place" data-do="situation" data-value="{}"{}>{}{}</button>'
    ).format(one.key, current, mark, one.title)


def coach(tour: Tour, reader: Reader, *, hidden: bool) -> Markup:
    """Show the guide's card: a welcome, or the situation that is on."""
    if tour.current is None:
        return (
            EMPTY
            if hidden
            else _WELCOME.format(alias=ALIAS, task=TASK, first=SITUATIONS[0].key, password=ALICE_PASSWORD)
        )
    return _situation(tour, tour.current, reader)


def _situation(tour: Tour, on: Situation, reader: Reader) -> Markup:
    words = tour.judge()
    waiting = None if words or tour.busy else tour.next_step()
    steps = EMPTY.join(
        Markup('<li class="{}">{}{}</li>').format(
            "done"
            if words or (not tour.busy and step.done(tour.stage))
            else "now"
            if step is waiting
            else "",
            mrkdwn(step.told, reader),
            _do_it(step is waiting and step.deed is not None),
        )
        for step in on.steps
    )
    return Markup(
        '<section class="coach" aria-label="Guide"><div class="coach-head"><b>{} of {} · {}</b>'
        '<button type="button" class="quiet" data-do="situation" data-value="{}">Start again</button>'
        '<button type="button" class="quiet" data-do="leave">Leave</button></div>'
        "<p><b>Watch:</b> {}</p><ol>{}</ol>{}</section>"
    ).format(
        SITUATIONS.index(on) + 1,
        len(SITUATIONS),
        on.title,
        on.key,
        on.watch,
        steps,
        _verdict(tour, on, words, reader),
    )


def _do_it(offered: bool) -> Markup:
    return (
        Markup(' <button type="button" class="quiet" data-do="step">Do it for me</button>')
        if offered
        else EMPTY
    )


def _verdict(tour: Tour, on: Situation, words: str | None, reader: Reader) -> Markup:
    if tour.busy:
        return Markup(
            '<p class="verdict" role="status">Setting the stage: a new Slack, a new cloud, a new bot…</p>'
        )
    if words is None:
        return EMPTY
    number = SITUATIONS.index(on) + 1
    following = EMPTY
    if number < len(SITUATIONS):
        then = SITUATIONS[number]
        following = Markup(
            '<button type="button" class="bk-button bk-primary" data-do="situation" data-value="{}">Next: {}</button>'
        ).format(then.key, then.title)
    return Markup(
        '<div class="verdict verdict-good" role="status"><span>✓ Ended as promised: <q>{}</q></span>{}</div>'
    ).format(mrkdwn(words, reader, verbatim=True), following)
