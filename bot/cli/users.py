"""``oms-bot users …``: what an operator does about links, at a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import re
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy.exc import SQLAlchemyError

from bot.audit import Audit
from bot.cli.ends import Exit, refuse
from bot.cli.printing import counted, print_json, print_table
from bot.huawei.fault import fault_of
from bot.huawei.iam.credential import Credential
from bot.huawei.transport import new_http_client
from bot.identity.directory import Directory
from bot.identity.invitations import Invitations
from bot.identity.keyring import KeyRing, VaultError
from bot.identity.kinds import own_kinds
from bot.identity.kinds.fields import BadField
from bot.identity.linking import Linking
from bot.identity.linking_results import Done, Held, NotAsked, NotSent, Useless, Wrong
from bot.identity.opening import open_store
from bot.identity.proving import Prover
from bot.identity.store import SecretStore
from bot.identity.tries import open_tries
from bot.settings.load import Settings
from bot.slack.chat import Chat
from bot.slack.client import new_client, new_slack_session
from bot.slack.delivery import SlackError
from bot.slack.workspaces.store import InstallationStore
from bot.store import database
from bot.text import say_page
from bot.text.languages import Language


@dataclass(frozen=True)
class _Desk:
    linking: Linking
    vault: SecretStore


@contextlib.asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[_Desk]:
    engine = database.create_engine(settings.database_url.get_secret_value())
    vault = open_store(settings, engine)
    async with new_http_client(settings.timing.request_timeout, settings.outgoing) as http:
        directory = Directory(
            settings.users,
            http=http,
            service_account=settings.service_account,
            clock=time.time,
            vault=vault,
        )
        tries = open_tries(settings, engine, clock=time.time)

        async def told(*_what: object) -> None:
            """Say nothing in Slack: the operator sees the result here and tells the people."""

        linking = Linking(
            store=vault,
            invitations=Invitations(engine, clock=time.time),
            prover=Prover(http, settings.projects, tries=tries, clock=time.time),
            directory=directory,
            public_url=None,
            audit=Audit(engine, time.time),
            on_linked=told,
            on_tried=told,
            clock=time.time,
        )
        yield _Desk(linking, vault)
    engine.dispose()


@dataclass(frozen=True)
class _Actor:
    """Who acts as whom, as a script reads it; never a secret."""

    user: str
    acts_as: str
    kind: str
    state: str


def examine_ids(user: str, team: str) -> None:
    """End with one sentence if what was typed is no id of a Slack user, or of a workspace."""
    if not re.fullmatch(r"[UW][A-Z0-9]+", user):
        refuse(f"{user!r} is not a Slack user id, which begins with U or W: profile → ⋮ → Copy member ID")
    if team and not re.fullmatch(r"[TE][A-Z0-9]+", team):
        refuse(f"--team {team!r} is not a workspace's id, which begins with T (an organisation's with E)")


def list_users(settings: Settings, *, as_json: bool = False) -> Exit:
    """Print who acts as whom, links first."""
    found: list[_Actor] = []

    async def run() -> Exit:
        async with _desk(settings) as desk:
            for link in await desk.vault.all_links():
                state = f"disabled: {link.disabled}" if link.disabled else "linked by themselves"
                found.append(_Actor(f"{link.team_id}:{link.user_id}", link.principal, link.kind, state))
        for key, user in settings.users.items():
            found.append(_Actor(key, user.name or "-", user.credential.type, "in the settings"))
        return Exit.DONE

    ended = _run(run())
    if ended is Exit.DONE and as_json:
        print_json(found)
    elif ended is Exit.DONE:
        print_table(
            ("USER", "ACTS AS", "KIND", "STATE"), [(a.user, a.acts_as, a.kind, a.state) for a in found]
        )
    return ended


def link_user(settings: Settings, team: str, user: str, label: str, *, shared: bool = False) -> Exit:
    """Ask for a credential without showing it, check it, store it.

    *shared*: also if another Slack account acts as the same IAM identity.
    """
    ended = _run(_prove_storable(settings))  # before anybody types a secret
    if ended is not Exit.DONE:
        return ended
    credential = _ask_credential()
    if isinstance(credential, BadField):
        return _fail(say_page.bad_field(Language.EN, credential.field, credential.fault))

    async def run() -> Exit:
        async with _desk(settings) as desk:
            home = team or await _home_team(settings)
            outcome = await desk.linking.link(home, user, credential, label, shared=shared)
        match outcome:
            case Done(link=link):
                print(f"✓ {user} now acts as {link.principal}; readable: {', '.join(link.projects)}")
                return Exit.DONE
            case Useless(proved=proved):
                return _fail(say_page.nothing_readable(Language.EN, proved.principal))
            case Held(proved=proved, by=by):
                return _fail(say_page.held_by_another(Language.EN, proved.principal, by.user_id))
            case Wrong(error=error) | NotAsked(error=error) | NotSent(error=error):
                return _fail(say_page.link_cause(Language.EN, fault_of(error)))
            case _:
                assert_never(outcome)

    return _run(run())


async def _prove_storable(settings: Settings) -> Exit:
    async with _desk(settings) as desk:
        if not desk.vault.writable:
            return _fail(
                "OMS_BOT_SECRET_KEYS is missing, which links are encrypted with; `oms-bot users new-key` prints one"
            )
        await desk.vault.check()
    return Exit.DONE


def unlink_user(settings: Settings, team: str, user: str) -> Exit:
    """Forget a link."""

    async def run() -> Exit:
        async with _desk(settings) as desk:
            removed = await desk.linking.unlink(team or await _home_team(settings), user)
        print("✓ unlinked" if removed else f"{user} had no linked credential")
        return Exit.DONE

    return _run(run())


def rotate_keys(settings: Settings) -> Exit:
    """Encrypt everything anew with the newest key."""

    async def run() -> Exit:
        async with _desk(settings) as desk:
            count = await desk.vault.rotate() + await _rotate_installations(settings)
        print(
            f"✓ {counted(count, 'secret')} re-encrypted with the newest key; take older keys out of OMS_BOT_SECRET_KEYS"
        )
        return Exit.DONE

    return _run(run())


async def _rotate_installations(settings: Settings) -> int:
    if not settings.many_workspaces:
        return 0
    engine = database.create_engine(settings.database_url.get_secret_value())
    try:
        ring = KeyRing.parse(settings.secret_keys)
        return await InstallationStore(settings.slack_client_id, engine, ring).rotate_keys()
    finally:
        engine.dispose()


def _ask_credential() -> Credential | BadField:
    words, kinds = say_page.kind_words(Language.EN), own_kinds()
    offered = ", ".join(f"{words[kind.name].tab} ({n})" for n, kind in enumerate(kinds, 1))
    chosen = input(f"{offered}? [1] ").strip()
    kind = next((kind for n, kind in enumerate(kinds, 1) if chosen == str(n)), kinds[0])
    typed: dict[str, str] = {}
    for field in kind.fields:
        label = words[kind.name].fields[field.name].label
        typed[field.name] = getpass.getpass(f"{label} (not shown): ") if field.secret else input(f"{label}: ")
    return kind.read(typed)


async def _home_team(settings: Settings) -> str:
    async with new_slack_session(settings.outgoing, settings.timing.request_timeout) as session:
        client = new_client(session, settings.slack_api_url, settings.slack_bot_token.get_secret_value())
        return str((await Chat(client).auth_test()).get("team_id", ""))


def _run(work: Coroutine[Any, Any, Exit]) -> Exit:
    try:
        return asyncio.run(work)
    except VaultError as error:
        return _fail(str(error))
    except SQLAlchemyError as error:  # its text may hold the URL's password
        return _fail(
            f"the database can't be used now ({type(error).__name__}); look at its disk and its log, then try again"
        )
    except SlackError as error:
        return _fail(f"Slack does not say which workspace this is ({error.error}); give --team T…")


def _fail(why: str) -> Exit:
    print(f"✗ {why}", file=sys.stderr)
    return Exit.WRONG
