"""What stands around the messages: the sidebar, the channel's head, the composer and its hint. Pure HTML."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from bot.sandbox.page.messages import avatar, shortcut_menu
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.stage.scene import ALIAS, CAST, INCIDENT, SHORTCUTS, TASK, WORKFLOWS, Shortcut

EMPTY = Markup()
TOPICS = {INCIDENT: "Uploads are slow in Singapore · incident 4711", "ops": "Everything else"}
_COMMANDS = (
    (f"/oms pause {ALIAS} {TASK}", "ask to pause a task; a reason may follow"),
    (f"/oms pause {ALIAS}", "list what is migrating, each with a Pause button"),
    (f"/oms pause {ALIAS} all", "ask to pause everything, with one click"),
    (f"/oms pause {ALIAS} {TASK} for 2h", "pause it, and let it go on by itself"),
    (f"/oms resume {ALIAS} reports-2", "ask to let go on what is paused"),
    (f"/oms throttle {ALIAS} {TASK} 50", "ask to slow it down to 50 MB/s"),
    (f"/oms list {ALIAS}", "everything there is, as a table"),
    (f"/oms watch {ALIAS} {TASK}", "see how a task goes on"),
    (f"/oms freeze {ALIAS} the link is full", "let nobody resume anything for now"),
    ("/oms whoami", "whom the bot acts as for you"),
    ("/oms link", "let it act with an IAM credential of yours"),
    ("/oms help", "what the bot understands"),
)

RAIL = Markup(
    '<div class="rail" aria-hidden="true"><span class="team">SB</span>'
    '<span class="rail-item rail-on"><i class="material-icons">home</i>Home</span>'
    '<span class="rail-item"><i class="material-icons">forum</i>DMs</span>'
    '<span class="rail-item"><i class="material-icons">notifications_none</i>Activity</span></div>'
)
TABS = Markup(
    '<nav class="tabs" aria-label="Views">'
    '<button type="button" data-view="side"><i class="material-icons" aria-hidden="true">list</i>Channels</button>'
    '<button type="button" data-view="chat" aria-pressed="true">'
    '<i class="material-icons" aria-hidden="true">forum</i>Chat</button>'
    '<button type="button" data-view="oms"><i class="material-icons" aria-hidden="true">speed</i>OMS</button></nav>'
)


_OPTION = Markup(
    '<li role="option" class="hint" id="hint-{}" data-fill="{}" aria-selected="false" hidden>'
    '<span class="avatar avatar-tiny" aria-hidden="true">❙❙</span><b>{}</b><span>{}</span></li>'
)
HINTS = Markup(
    '<div class="hints" hidden><p aria-hidden="true">oms-bot</p>'
    '<ul id="hints" role="listbox" aria-label="Commands of oms-bot">{}</ul></div>'
).format(EMPTY.join(_OPTION.format(at, text, text, told) for at, (text, told) in enumerate(_COMMANDS)))


def sidebar(channels: Iterable[Channel], people: dict[str, User], me: User, here: str) -> Markup:
    """Show the channels that `me` is in, the bot, and the switch "you are"."""
    places = EMPTY.join(_place(one, here) for one in channels if one.kind != "im" and me.id in one.members)
    bot = next((one for one in channels if one.kind == "im" and me.id in one.members), None)
    direct = _place(bot, here) if bot else EMPTY
    roles = EMPTY.join(_role(people, person.name, person.about, me) for person in CAST)
    return Markup(
        '<div class="workspace"><b>Sandbox Inc.</b><button type="button" data-do="theme" aria-label="Light or dark">'
        '<i class="material-icons" aria-hidden="true">contrast</i></button></div>'
        '<nav aria-label="Channels"><h2>Channels</h2>{}{}</nav>'
        '<section class="you" role="group" aria-label="You are"><h2>You are</h2>{}</section>'
    ).format(places, Markup("<h2>Apps</h2>{}").format(direct) if direct else "", roles)


def _place(channel: Channel, here: str) -> Markup:
    sign = Markup('<span class="sign" aria-hidden="true">#</span>{}').format(channel.name)
    if channel.kind == "im":
        sign = Markup('<span class="sign" aria-hidden="true">❙❙</span>oms-bot')
    current = Markup(' aria-current="page"') if channel.id == here else EMPTY
    return Markup(
        '<button type="button" class="place" data-do="channel" data-value="{}"{}>{}</button>'
    ).format(channel.name or channel.id, current, sign)


def _role(people: dict[str, User], name: str, about: str, me: User) -> Markup:
    user = next(one for one in people.values() if one.name == name)
    return Markup(
        '<button type="button" class="role" data-do="as" data-value="{}" aria-pressed="{}">{}'
        "<span><b>{}</b><small>{}</small></span></button>"
    ).format(name, "true" if user.id == me.id else "false", avatar(user, small=True), name, about)


def channel_head(channel: Channel, *, guided: bool) -> Markup:
    """Show what channel this is; and, where nobody guides, how the guide comes back."""
    guide = EMPTY if guided else _GUIDE
    if channel.kind == "im":
        return Markup(
            '<h2>oms-bot</h2><span class="badge">APP</span>'
            '<button type="button" class="quiet" data-do="home">Home</button>{}'
        ).format(guide)
    return Markup(
        '<h2><span aria-hidden="true">#</span> {}</h2><span class="topic">{}</span>'
        '<span class="members" title="Members"><i class="material-icons" aria-hidden="true">person</i>{}'
        '<span class="sr"> members</span></span>{}'
    ).format(channel.name, TOPICS.get(channel.name, ""), len(channel.members), guide)


_GUIDE = Markup(
    '<button type="button" class="round help" data-do="guide" title="Show the guide" aria-label="Show the guide">'
    "?</button>"
)


def composer(channel: Channel, shortcuts: Sequence[Shortcut] = SHORTCUTS) -> Markup:
    """Show where one writes. It is drawn once a channel, so that a half-written text survives."""
    named = "oms-bot" if channel.kind == "im" else f"#{channel.name}"
    return Markup(
        '<form class="composer" data-do="send">'
        '<div class="format" aria-hidden="true"><b>B</b><i>I</i><s>S</s><span>&lt;/&gt;</span></div>'
        '<label class="sr" for="composer">Message {named}</label>'
        '<input id="composer" name="text" autocomplete="off" autocapitalize="off" spellcheck="false" '
        'placeholder="Message {named}" aria-describedby="composer-hint" role="combobox" aria-autocomplete="list" '
        'aria-controls="hints" aria-expanded="false">'
        '<div class="bar"><button type="button" class="round" data-fill="/oms " aria-label="Start a slash command">/'
        '</button>{menu}<span id="composer-hint" class="muted">Type <code>/</code> for commands, Enter sends</span>'
        '<span class="wait muted" aria-hidden="true">Setting the stage; then it can be sent</span>'
        '<button type="submit" class="send" aria-label="Send"><i class="material-icons" aria-hidden="true">send</i>'
        "</button></div></form>"
    ).format(named=named, menu=shortcut_menu([one for one in shortcuts if not one.of_message], WORKFLOWS))
