"""People link their own IAM identity over the page, and it stops working the moment it should."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.identity.keyring import new_key
from bot.sandbox.slack.objects import User
from bot.store.tables import links
from tests import plain_http
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said

PASSWORD = "canary-Pa55word-of-carol"


@pytest.fixture
def linking(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> MakeWorld:
    """Make worlds whose bot has a vault and a public URL."""
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")  # replaced below by where the bot really is
    return make_world


async def carol_of(world: World) -> User:
    """Somebody whom the settings do not know, with an IAM user."""
    world.cloud.add_user(
        "carol", PASSWORD, "acme", permissions={PROJECT: ["oms:task:get", "oms:task:list", "oms:task:update"]}
    )
    carol = world.slack.add_user("carol")
    world.slack.invite(world.room, carol)
    return carol


async def link(world: World, person: User, password: str = PASSWORD, username: str = "") -> httpx.Response:
    """Type /oms link, open the page that was whispered, and fill it in as a browser without scripts would."""
    before = len(world.slack.ephemerals(person))
    await world.type(person, "link")
    [offered] = await world.slack.wait_for(lambda: world.slack.ephemerals(person)[before:], 5)
    offer = said(offered)
    path = re.search(r"(/link/[\w-]+)\|", offer)
    assert path is not None, offer
    async with plain_http.async_client(base_url=world.extra["url"]) as browser:
        page = await browser.get(path[1])
        assert page.status_code == 200
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        form = hidden | {
            "kind": "password",
            "domain": "acme",
            "username": username or person.name,
            "password": password,
        }
        origin = {"Origin": world.extra["url"]}
        return await browser.post(path[1], data=form, headers=origin, follow_redirects=True)


async def test_carol_links_herself_and_pauses_as_herself(linking: MakeWorld) -> None:
    """From nobody to a pause under her own name; bob's click on her card is refused."""
    async with linking() as world:
        carol = await carol_of(world)
        await world.type(carol, f"pause prod-sg {TASK}")
        await world.whispered(carol, "You haven't linked an IAM credential")
        page = await link(world, carol)
        assert "IAM user carol" in page.text, page.text
        await world.somewhere("Linked: I now act as IAM user carol")
        await world.type(carol, "whoami")
        await world.whispered(carol, "You act as IAM user carol")
        await world.type(carol, f"pause prod-sg {TASK}")
        [card] = await world.slack.wait_for(
            lambda: [m for m in world.slack.messages(world.room) if "Pause media-872?" in said(m)], 5
        )
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.whispered(world.bob, "Only <@U0CAROL> can confirm this")
        await world.slack.click(carol, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")
        assert world.stops("carol") == 1


async def test_unlinked_since_the_card_the_click_counts_no_more(linking: MakeWorld) -> None:
    """The waiting card can no longer be confirmed, and says why."""
    async with linking() as world:
        carol = await carol_of(world)
        await link(world, carol)
        await world.type(carol, f"pause prod-sg {TASK}")
        [card] = await world.slack.wait_for(
            lambda: [m for m in world.slack.messages(world.room) if "Pause media-872?" in said(m)], 5
        )
        await world.type(carol, "unlink")
        await world.whispered(carol, "Unlinked: I have forgotten your credential")
        await world.slack.click(carol, card, "oms_confirm")
        told = await world.told(card, "You haven't linked an IAM credential")
        assert buttons(told) == ["Try again"]
        assert world.stops() == 0


async def test_linked_anew_since_the_card_the_click_counts_no_more(linking: MakeWorld) -> None:
    """What she saw on the card was another link."""
    async with linking() as world:
        carol = await carol_of(world)
        await link(world, carol)
        await world.type(carol, f"pause prod-sg {TASK}")
        [card] = await world.slack.wait_for(
            lambda: [m for m in world.slack.messages(world.room) if "Pause media-872?" in said(m)], 5
        )
        await link(world, carol)
        await world.slack.click(carol, card, "oms_confirm")
        await world.told(card, "You linked another IAM credential after this card was posted")
        assert world.stops() == 0


async def test_a_deactivated_slack_account_loses_its_link_at_once(linking: MakeWorld) -> None:
    """The event alone is enough; nobody has to click first."""
    async with linking() as world:
        carol = await carol_of(world)
        await link(world, carol)
        world.slack.deactivate(carol)
        await world.slack.user_changed(carol)
        await world.until(lambda: any(r.event == "link_disabled" for r in world.bot.audit.records()))


async def test_whoever_was_deactivated_while_the_bot_was_down_is_found_by_its_start(
    linking: MakeWorld,
) -> None:
    """Slack does not tell of it again; what Slack does not answer disables nobody."""
    async with linking(start=False) as world:
        async with world.running():
            carol = await carol_of(world)
            await link(world, carol)
            dave = world.slack.add_user("dave")
            world.slack.invite(world.room, dave)
            world.cloud.add_user(
                "dave", "canary-Pa55word-of-dave", "acme", permissions={PROJECT: ["oms:task:list"]}
            )
            await link(world, dave, "canary-Pa55word-of-dave")
        world.slack.deactivate(carol)
        world.slack.faults.add(
            "users.info", error="internal_error", when=lambda args: args.get("user") == dave.id
        )
        async with world.running():
            await world.until(lambda: any(r.event == "link_disabled" for r in world.bot.audit.records()))
            [disabled] = [r for r in world.bot.audit.records() if r.event == "link_disabled"]
            assert carol.id in disabled.operation
            await world.slack.wait_for(
                lambda: [
                    c for c in world.slack.calls if c.method == "users.info" and c.args.get("user") == dave.id
                ],
                5,
            )
            assert [each.disabled for each in await world.bot.vault.all_links()] == [
                "slack_user_deleted",
                None,
            ]


async def test_a_link_whose_key_is_not_here_is_not_called_missing(linking: MakeWorld) -> None:
    """As on a replica that was not restarted with the newest key: "link yours" would be untrue."""
    async with linking() as world:
        carol = await carol_of(world)
        await link(world, carol)
        with world.bot.engine.begin() as connection:
            connection.execute(links.update().values(key_id="0123456789abcdef"))
        await world.type(carol, f"pause prod-sg {TASK}")
        told = await world.whispered(carol, "can't be opened")
        assert "You haven't linked an IAM credential" not in said(told)
        await world.type(carol, "whoami")
        await world.whispered(carol, "was not given the key to it")
        assert world.stops() == 0


async def test_links_of_a_workspace_that_removes_the_bot_are_destroyed(linking: MakeWorld) -> None:
    """Nobody could use them, and nobody would think of them."""
    async with linking() as world:
        await link(world, await carol_of(world))
        delivery = await world.slack.event({"type": "app_uninstalled"})
        assert delivery.status == 200
        assert await world.bot.vault.all_links() == []
        assert [r.event for r in world.bot.audit.records()][-1] == "unlinked"


async def test_an_unlink_that_is_delivered_again_does_not_destroy_a_later_link(linking: MakeWorld) -> None:
    """By Slack, or to another replica by whoever kept a copy of it: what counts is the delivery, not the moment."""
    async with linking() as world:
        carol = await carol_of(world)
        await link(world, carol)
        payload = world.slack.slash_payload(carol, world.room, "/oms", "unlink")
        await world.slack.send(payload)
        await world.whispered(carol, "Unlinked: I have forgotten your credential")
        await link(world, carol)
        payload.data["channel_name"] = "as another replica would see it, whose gate has not served it"
        await world.slack.send(payload)
        await world.whispered(carol, "I have carried out this /oms unlink already")
        assert len(await world.bot.vault.all_links()) == 1


async def test_somebody_elses_identity_is_not_linked_and_both_are_told(linking: MakeWorld) -> None:
    """As when carol fills in a page that eve forwarded to her: nothing of it acts for eve."""
    async with linking() as world:
        carol = await carol_of(world)
        await link(world, carol)
        eve = world.slack.add_user("eve")
        world.slack.invite(world.room, eve)
        page = await link(world, eve, username="carol")
        assert page.status_code == 409
        assert "another Slack account already (U0CAROL)" in page.text
        for person, words in (
            (carol, "<@U0EVE> tried to link IAM user carol of acme"),
            (eve, "Nothing was linked"),
        ):
            await world.slack.wait_for(
                lambda words=words: [m for m in world.slack.world.log if words in said(m)],  # type: ignore[misc]
                5,
            )
            assert person
        assert [each.user_id for each in await world.bot.vault.all_links()] == [carol.id]


@pytest.mark.parametrize("text", ["help", "pause prod-s", "pause prod-s 1", "whoami", ""])
@pytest.mark.parametrize("trait", ["is_restricted", "is_ultra_restricted", "is_stranger"])
async def test_guests_and_strangers_hear_no_projects_name(world: World, text: str, trait: str) -> None:
    """Not of its existence either, by what is close to what they typed."""
    guest = world.slack.add_user("guest")
    setattr(guest, trait, True)
    world.slack.invite(world.room, guest)
    delivery = await world.slack.slash(guest, world.room, "/oms", text)
    assert "prod-sg" not in delivery.body
    heard = await world.slack.wait_for(lambda: world.slack.ephemerals(guest), 5)
    assert not [m for m in heard if "prod-sg" in said(m)]


@pytest.mark.parametrize("trait", ["is_restricted", "is_ultra_restricted", "is_stranger"])
async def test_guests_and_strangers_see_no_projects_name_in_a_modal(world: World, trait: str) -> None:
    """It says why there is nothing to choose."""
    guest = world.slack.add_user("guest")
    setattr(guest, trait, True)
    world.slack.invite(world.room, guest)
    await world.slack.slash(guest, world.room, "/oms", "pause")
    told = "Only members of this workspace" if trait == "is_stranger" else "Guests can't do this"
    await world.slack.wait_for(lambda: told in str([view.definition for view in world.slack.views]), 5)
    assert "prod-sg" not in str([view.definition for view in world.slack.views])


@pytest.mark.parametrize("trait", ["is_restricted", "is_ultra_restricted", "is_stranger"])
async def test_guests_and_strangers_are_told_the_same_of_what_there_is_and_what_not(
    world: World, trait: str
) -> None:
    """A project's id is not answered with its name, and one that does not exist not otherwise than one that does."""
    guest = world.slack.add_user("guest")
    setattr(guest, trait, True)
    world.slack.invite(world.room, guest)
    heard = []
    for count, project in enumerate(("prod-sg", PROJECT, "prod-us", "0" * 32), start=1):
        await world.slack.slash(guest, world.room, "/oms", f"pause {project} {TASK}")
        await world.slack.wait_for(lambda n=count: world.slack.ephemerals(guest)[n - 1 :], 5)  # type: ignore[misc]
        heard.append(said(world.slack.ephemerals(guest)[-1]).replace("Nothing was changed.", ""))
    assert "prod-sg" not in str(heard)
    assert all(each == heard[0] for each in heard)


async def test_a_secret_typed_into_slack_is_refused_and_not_kept(linking: MakeWorld) -> None:
    """The advice is to revoke it; it is neither used, nor logged, nor audited."""
    async with linking() as world:
        await world.type(world.alice, "link CANARYAK00000000000X canarySecretKey/0000000000000000000000")
        await world.whispered(world.alice, "Revoke it now")
        assert "canarySecretKey" not in "".join(r.details for r in world.bot.audit.records())
        assert b"canarySecretKey" not in world.kept()


async def test_a_guest_gets_no_link(linking: MakeWorld) -> None:
    """Guests are told that they can't, before a page is opened."""
    async with linking() as world:
        guest = world.slack.add_user("guest", is_restricted=True)
        world.slack.invite(world.room, guest)
        await world.type(guest, "link")
        await world.whispered(guest, "Guests can't do this")


async def test_without_a_public_url_the_operator_does_it(world: World) -> None:
    """As in Socket Mode: the answer names the command."""
    await world.type(world.alice, "link")
    await world.whispered(world.alice, "oms-bot users link")


async def test_another_key_refuses_the_start_in_one_sentence(
    linking: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the vault holds can't be opened: no bot, rather than one that knows nobody."""
    async with linking(start=False) as world:
        async with world.running():
            await link(world, await carol_of(world))
        monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
        with pytest.raises(Exception, match="OMS_BOT_SECRET_KEYS"):
            async with world.running():
                pass
