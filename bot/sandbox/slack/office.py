"""The people and places of a sandbox workspace: arranging them, and looking at what happened."""

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar

from bot.sandbox.slack.objects import Channel, Message, User, View
from bot.sandbox.slack.world import Change, World

T = TypeVar("T")


class Office:
    """A `World` as tests and demos handle it: users and channels by object, id or name.

    Unknown names raise `SlackError("user_not_found")` or `SlackError("channel_not_found")`.

    Attributes:
        world: Everything there is: users, channels, log, views, tokens, changes.
    """

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def bot(self) -> User:
        """The app's bot user."""
        return self.world.bot

    @property
    def views(self) -> list[View]:
        """Every modal and App Home, closed ones included."""
        return self.world.views

    # --- arranging the world ------------------------------------------------------------------------------

    def add_user(
        self,
        name: str,
        *,
        id: str | None = None,  # noqa: A002  # Slack's word
        team_id: str | None = None,
        **traits: Any,
    ) -> User:
        """Add a person: `traits` are fields of `User`; another team_id means Slack Connect."""
        user_id = id or f"U0{name.upper().replace('.', '')}"
        traits.setdefault("real_name", name.title())
        traits.setdefault("enterprise_id", self.world.enterprise_id)
        return self.world.add(User(user_id, name, team_id or self.world.team_id, **traits))

    def add_channel(
        self,
        name: str,
        *,
        members: Iterable[User | str] = (),
        private: bool = False,
        bot: bool = True,
        id: str | None = None,  # noqa: A002  # Slack's word
    ) -> Channel:
        """Add a channel with these members, and with the bot unless `bot` is false."""
        people = [self.world.user(member) for member in members] + ([self.bot] if bot else [])
        foreign = sorted({person.team_id for person in people} - {self.world.team_id})
        ids = [person.id for person in people]
        channel_id = id or f"C0{name.upper().replace('-', '')}"
        kind: Literal["private", "public"] = "private" if private else "public"
        return self.world.add(Channel(channel_id, name, kind, ids, shared_with=foreign))

    def direct_message(self, user: User | str, other: User | str | None = None) -> Channel:
        """Return the direct message between `user` and the bot, or another person."""
        return self.world.direct(self.world.user(user).id, self.world.user(other or self.bot).id)

    def invite(self, channel: Channel | str, user: User | str | None = None) -> None:
        """Bring a person, or the bot, into a channel."""
        place, person = self.world.channel(channel), self.world.user(user or self.bot)
        if person.id not in place.members:
            place.members.append(person.id)
        self.world.emit("channel.joined", place)

    def kick(self, channel: Channel | str, user: User | str | None = None) -> None:
        """Remove a person, or the bot, from a channel."""
        place, person = self.world.channel(channel), self.world.user(user or self.bot)
        if person.id in place.members:
            place.members.remove(person.id)
        self.world.emit("channel.left", place)

    def archive(self, channel: Channel | str) -> None:
        """Archive a channel."""
        place = self.world.channel(channel)
        place.archived = True
        self.world.emit("channel.archived", place)

    def deactivate(self, user: User | str) -> None:
        """Deactivate an account; `user_changed` then tells the bot. The bot's own: tokens stop working."""
        person = self.world.user(user)
        person.deleted = True
        self.world.emit("user.changed", person)

    def say(
        self, user: User | str, channel: Channel | str, text: str, *, thread_ts: str | None = None
    ) -> Message:
        """Let a person write a message, without telling the bot; see `mention`."""
        author, place = self.world.user(user), self.world.channel(channel)
        return self.world.post(Message(place.id, self.world.next_ts(), author.id, text, thread_ts=thread_ts))

    # --- looking ------------------------------------------------------------------------------------------

    def messages(self, channel: Channel | str, *, deleted: bool = False) -> list[Message]:
        """Return what everybody in a channel sees, replies in threads included, oldest first."""
        place = self.world.channel(channel).id
        public = (one for one in self.world.log if one.channel == place and not one.ephemeral_to)
        return [one for one in public if deleted or not one.deleted]

    def thread(self, channel: Channel | str, ts: str | Message) -> list[Message]:
        """Return a message and its replies, oldest first."""
        root = ts.ts if isinstance(ts, Message) else ts
        return [one for one in self.messages(channel) if root in (one.ts, one.thread_ts)]

    def ephemerals(self, user: User | str, channel: Channel | str | None = None) -> list[Message]:
        """Return what only this person sees, oldest first, everywhere or in one channel."""
        person = self.world.user(user).id
        place = self.world.channel(channel).id if channel else None
        own = (one for one in self.world.log if one.ephemeral_to == person and not one.deleted)
        return [one for one in own if place in (None, one.channel)]

    def home(self, user: User | str) -> View | None:
        """Return a person's App Home, if the bot has published one."""
        return next((v for v in self.views if v.type == "home" and v.user == self.world.user(user).id), None)

    def modal(self, user: User | str) -> View | None:
        """Return the modal that a person has on top, if any."""
        own = [v for v in self.views if v.type == "modal" and v.open and v.user == self.world.user(user).id]
        return own[-1] if own else None

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` after every change, in the thread that made it; the returned function ends that."""
        return self.world.subscribe(callback)

    async def wait_for(self, predicate: Callable[[], T | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109  # says how it ends
        """Return the first true value of `predicate()`, asked now and after every change.

        Raises:
            TimeoutError: It was not true within `timeout` seconds.
        """
        return await self.world.wait_for(predicate, timeout)
