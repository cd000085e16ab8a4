"""Messages as Slack shows them: who, when, blocks, thread, and what only one person sees. Pure HTML."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from bot.sandbox.page.blockkit import render
from bot.sandbox.page.mrkdwn import Reader, mrkdwn
from bot.sandbox.slack.objects import Message, User
from bot.sandbox.stage.scene import SHORTCUTS, Shortcut, Workflow
from bot.sandbox.stage.stage import is_details

EMPTY = Markup()
_COLOURS = ("#2b6cb0", "#b7791f", "#2f855a", "#97266d", "#6b46c1", "#c05621")
_BOT_FACE = Markup(
    '<span class="avatar avatar-bot" aria-hidden="true"><svg viewBox="0 0 36 36"><path d="M7 24.5a6 6 0 0 1 1.2-11.9'
    'a8.6 8.6 0 0 1 16.6-1.7a7 7 0 0 1 3.9 13.6z" fill="#fff"/><rect x="13.2" y="14.4" width="3.4" height="8.4" rx="1"'
    ' fill="#c8102e"/><rect x="19.4" y="14.4" width="3.4" height="8.4" rx="1" fill="#c8102e"/></svg></span>'
)
_SLACKBOT_FACE = Markup('<span class="avatar avatar-slack" aria-hidden="true">♥</span>')


@dataclass(frozen=True)
class Shown:
    """A message with its replies, and what Slack says where a click on one of them (by ts) failed."""

    root: Message
    replies: Sequence[Message] = ()
    failures: dict[str, str] | None = None


def avatar(user: User | None, *, small: bool = False) -> Markup:
    """Draw a face: people get their initial, the bot its sign."""
    if user is None:
        return _SLACKBOT_FACE
    if user.is_bot:
        return _BOT_FACE
    colour = _COLOURS[sum(map(ord, user.id)) % len(_COLOURS)]
    size = Markup(" avatar-small") if small else EMPTY
    return Markup('<span class="avatar{}" style="background:{}" aria-hidden="true">{}</span>').format(
        size, colour, user.name[0].upper()
    )


def message_html(shown: Shown, people: dict[str, User], reader: Reader, *, writable: bool = False) -> Markup:
    """Show a message with its thread beneath it; *writable*, with where one writes into that."""
    thread = EMPTY
    if shown.replies:
        count = f"{len(shown.replies)} {'reply' if len(shown.replies) == 1 else 'replies'}"
        inside = EMPTY.join(_one(reply, people, reader, shown.failures) for reply in shown.replies)
        # What only adds to a card must not push its buttons out of sight.
        opened = EMPTY if all(map(is_details, shown.replies)) else Markup(" open")
        thread = Markup(
            '<details class="thread"{}><summary>{} <span class="muted">in the thread</span></summary>{}{}</details>'
        ).format(opened, count, inside, _REPLY if writable else EMPTY)
    return _one(shown.root, people, reader, shown.failures, thread)


def _one(
    message: Message,
    people: dict[str, User],
    reader: Reader,
    failures: dict[str, str] | None,
    thread: Markup = EMPTY,
) -> Markup:
    author = people.get(message.user)
    body = render(message.blocks, reader) or Markup('<div class="bk-text">{}</div>').format(
        mrkdwn(message.text, reader)
    )
    name = author.name if author else "Slackbot"
    failed = (failures or {}).get(message.ts)
    return Markup(
        '<article class="msg{}" data-ts="{}" aria-label="{} at {}">{}'
        '<div class="row">{}<div class="main"><div class="head">{}</div>{}{}{}{}</div></div></article>'
    ).format(
        Markup(" msg-eph") if message.ephemeral_to else "",
        message.ts,
        _spoken(author, name),
        _clock(message.ts, reader, "%H:%M"),
        _ONLY_YOU if message.ephemeral_to else "",
        avatar(author),
        _head(author, name, message, reader),
        body,
        _EDITED if message.edited else "",
        Markup('<div class="failed" role="alert">⚠ {}</div>').format(failed) if failed else "",
        thread,
    )


_REPLY = Markup(
    '<form class="reply" data-do="reply"><input class="bk-field" name="text" autocomplete="off" '
    'aria-label="Reply in the thread" placeholder="Reply, such as @oms-bot help"></form>'
)
_ONLY_YOU = Markup(
    '<div class="only-you"><i class="material-icons" aria-hidden="true">visibility</i> Only visible to you</div>'
)
_EDITED = Markup('<span class="edited">(edited)</span>')


def _spoken(author: User | None, name: str) -> str:
    return "oms-bot" if author and author.is_bot else name


def _head(author: User | None, name: str, message: Message, reader: Reader) -> Markup:
    badge = EMPTY
    if author is None or author.is_bot:
        badge = Markup('<span class="badge">APP</span>')
    elif author.is_stranger:
        badge = Markup('<span class="badge">PARTNER INC.</span>')
    elif author.is_restricted:
        badge = Markup('<span class="badge">GUEST</span>')
    of_messages = [one for one in SHORTCUTS if one.of_message]
    return Markup('<b class="name">{}</b>{}<time title="{}">{}</time>{}').format(
        _spoken(author, name),
        badge,
        _clock(message.ts, reader, "%A, %d %B %Y, %H:%M:%S"),
        _clock(message.ts, reader, "%H:%M"),
        EMPTY if message.ephemeral_to else shortcut_menu(of_messages),
    )


def _clock(ts: str, reader: Reader, form: str) -> str:
    return datetime.fromtimestamp(float(ts), reader.zone).strftime(form)


def shortcut_menu(shortcuts: Sequence[Shortcut], workflows: Sequence[Workflow] = ()) -> Markup:
    """Offer shortcuts, and workflows below them, in a menu; nothing if there are none."""
    offered = [("shortcut", one.callback_id, one.name) for one in shortcuts]
    offered += [("workflow", one.key, one.name) for one in workflows]
    if not offered:
        return EMPTY
    entry = Markup('<button type="button" role="menuitem" data-do="{}" data-value="{}">{}</button>')
    entries = EMPTY.join(entry.format(*one) for one in offered)
    return Markup(
        '<details class="bk-overflow shortcuts"><summary aria-label="Shortcuts">⚡</summary>'
        '<div role="menu">{}</div></details>'
    ).format(entries)


def arranged(messages: Iterable[Message], failures: dict[str, str]) -> list[Shown]:
    """Group messages into roots with their replies, oldest first; a reply whose root is gone stands alone."""
    roots: dict[str, Message] = {}
    replies: dict[str, list[Message]] = {}
    for message in sorted(messages, key=lambda one: one.ts):
        if message.thread_ts and message.thread_ts != message.ts and message.thread_ts in roots:
            replies.setdefault(message.thread_ts, []).append(message)
        else:
            roots[message.ts] = message
    return [Shown(root, replies.get(ts, ()), failures) for ts, root in roots.items()]
