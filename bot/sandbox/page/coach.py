"""The guide: the list of situations, and the card that says what to do, what to watch and how it ended. Pure HTML."""

from markupsafe import Markup

from bot.sandbox.page.mrkdwn import Reader, mrkdwn
from bot.sandbox.stage.scene import ALIAS, ALICE_PASSWORD, TASK
from bot.sandbox.stage.situations import SITUATIONS
from bot.sandbox.stage.tour import Situation, Tour

EMPTY = Markup()
_WELCOME = Markup(
    '<section class="coach" aria-label="Guide"><div class="coach-head"><b>The real bot, in a sandbox Slack</b>'
    '<button type="button" class="quiet" data-do="hide">Hide</button></div>'
    "<p>Type <code>/oms pause {alias} {task}</code> below and press Enter. The bot asks before it does anything; click "
    "<b>Pause</b> on its card and watch the bar of {task} freeze on the OMS side. Or try one of the "
    "situations: what can go wrong, and what else there is.</p>"
    "<p><code>/oms link</code> works too: the account is <code>acme</code>, alice’s IAM user <code>alice</code>, her "
    "password <code>{password}</code>.</p>"
    '<div class="coach-foot"><button type="button" class="bk-button bk-primary" data-do="situation" '
    'data-value="{first}">Start with the happy path</button>'
    '<button type="button" class="bk-button" data-fill="/oms pause {alias} {task} traffic spike">'
    "Type it for me</button>"
    "</div></section>"
)


# Once somebody has found out what to type, there are better things to see.
_WELCOMED = Markup(
    '<section class="coach" aria-label="Guide"><div class="coach-head"><b>The real bot, in a sandbox Slack</b>'
    '<button type="button" class="quiet" data-do="situation" data-value="{first}">Start with the happy path</button>'
    '<button type="button" class="quiet" data-do="hide">Hide</button></div></section>'
)
_SETTING = Markup(
    '<section class="coach" aria-label="Guide"><div class="coach-head"><b>{}</b></div>'
    '<p class="setting" role="status">Setting the stage: a new Slack, a new cloud, a new bot…</p></section>'
)


def situations(tour: Tour) -> Markup:
    """List them, each startable with one click."""
    entries = EMPTY.join(_entry(number, one, tour) for number, one in enumerate(SITUATIONS, 1))
    return Markup(
        '<section class="tour" role="group" aria-label="Situations"><h2>Situations</h2>{}'
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


def coach(tour: Tour, reader: Reader, *, hidden: bool, begun: bool) -> Markup:
    """Show the guide's card: a welcome, which is short once somebody has `begun`, or the situation that is on."""
    if tour.busy:
        return _SETTING.format(tour.current.title if tour.current else "Everything anew")
    if tour.current is None:
        welcome = _WELCOMED if begun else _WELCOME
        words = {"alias": ALIAS, "task": TASK, "first": SITUATIONS[0].key, "password": ALICE_PASSWORD}
        return EMPTY if hidden else welcome.format(**words)
    return _situation(tour, tour.current, reader)


def _situation(tour: Tour, on: Situation, reader: Reader) -> Markup:
    over = tour.judge() is not None
    waiting = None if over else tour.next_step()
    steps = EMPTY.join(
        Markup('<li value="{}" class="{}">{}{}</li>').format(
            number,
            "now" if step is waiting else "done" if step.done(tour.stage) else "",
            mrkdwn(step.told, reader),
            _do_it(step is waiting and step.deed is not None),
        )
        for number, step in enumerate(on.steps, 1)
    )
    # Once it is over, the guide makes room for the ending.
    body = EMPTY if over else Markup("<p><b>Watch:</b> {}</p><ol>{}</ol>").format(on.watch, steps)
    return Markup(
        '<section class="coach" aria-label="Guide"><div class="coach-head"><b>{} of {} · {}</b>'
        '<button type="button" class="quiet" data-do="situation" data-value="{}">Start again</button>'
        '<button type="button" class="quiet" data-do="leave">Leave</button></div>{}</section>'
    ).format(SITUATIONS.index(on) + 1, len(SITUATIONS), on.title, on.key, body)


def _do_it(offered: bool) -> Markup:
    return (
        Markup(' <button type="button" class="quiet" data-do="step">Do it for me</button>')
        if offered
        else EMPTY
    )


def verdict(tour: Tour, reader: Reader) -> Markup:
    """Show how the situation ended, with the two numbers that prove it; nothing before."""
    words = tour.judge()
    if words is None or tour.current is None:
        return EMPTY
    number = SITUATIONS.index(tour.current) + 1
    following = EMPTY
    if number < len(SITUATIONS):
        then = SITUATIONS[number]
        following = Markup(
            '<button type="button" class="bk-button bk-primary" data-do="situation" data-value="{}">Next: {}</button>'
        ).format(then.key, then.title)
    return Markup(
        '<div class="verdict" role="status"><span>✓ Ended as promised: <q>{}</q><small>Clicks that the bot received: {}'
        " · calls to OMS: {}</small></span>{}</div>"
    ).format(
        mrkdwn(words.splitlines()[0], reader, verbatim=True),
        tour.stage.clicks(),
        len(tour.stage.acts()),
        following,
    )
