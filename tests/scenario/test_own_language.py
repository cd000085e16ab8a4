"""Each person reads their own language: alice uses Slack in Chinese, bob in English."""

from __future__ import annotations

import re

import pytest

from bot.identity.keyring import new_key
from tests.scenario.conftest import MakeWorld, World, buttons, said
from tests.scenario.test_linking import carol_of, link


def chinese(world: World) -> World:
    """Let alice use Slack in Chinese."""
    world.alice.locale = "zh-CN"
    return world


async def test_a_card_and_its_thread_are_in_the_requesters_language(world: World) -> None:
    """Also for bob, who reads them too: one card has one language."""
    card = await chinese(world).card()
    assert "暂停 media-872？" in said(card)
    assert "恢复时需要两端的 AK/SK" in said(card)
    assert buttons(card)[:2] == ["暂停", "不暂停"]
    await world.confirm(card)
    await world.card_showing(card, "已暂停 media-872")
    told = await world.told(card, "确认已暂停")
    assert re.search(r"。已复制 50\.\d%，剩余 ", said(told))


async def test_a_whisper_is_in_its_readers_language(world: World) -> None:
    """Bob clicks on alice's card, and hears in English why that does not count; her own refusals are in Chinese."""
    card = await chinese(world).card()
    await world.slack.click(world.bob, card, "oms_confirm")
    await world.whispered(world.bob, "Only <@U0ALICE> can confirm this. You can pause it as yourself.")
    await world.type(world.alice, "pause prod-sg media-9")
    await world.whispered(world.alice, "项目 prod-sg 中没有名为“media-9”的任务。")
    await world.type(world.bob, "pause prod-sg media-9")
    await world.whispered(world.bob, 'No task in prod-sg is named "media-9".')
    assert world.stops() == 0


async def test_a_clicker_whom_slack_was_not_asked_about_is_asked_about(world: World) -> None:
    """Bob asks; alice, of whom nothing is known yet, clicks on his card."""
    chinese(world)
    await world.type(world.bob, "pause prod-sg media-872")
    [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 5)
    assert "Pause media-872?" in said(card)
    await world.slack.click(world.alice, card, "oms_confirm")
    await world.whispered(world.alice, "只有 <@U0BOB> 可以确认此请求。")


async def test_help_is_in_the_askers_language(world: World) -> None:
    """Whatever they ask."""
    chinese(world)
    await world.type(world.alice, "help")
    await world.whispered(world.alice, "我以您的身份可以做的事")
    await world.type(world.bob, "help")
    await world.whispered(world.bob, "What I do, as you")
    await world.type(world.alice, "pause prod-sg")
    await world.whispered(world.alice, "prod-sg 中有 1 个任务正在迁移。")
    await world.type(world.alice, "pause lab media-872")
    await world.whispered(
        world.alice, "没有名为“lab”的项目。您是不是想输入 `/oms pause prod-sg media-872` ？"
    )


async def test_where_slack_does_not_say_english_is_read(world: World) -> None:
    """A language is no reason to fail."""
    world.alice.locale = ""
    card = await world.card()
    assert "Pause media-872?" in said(card)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")


async def test_approvals_are_asked_for_in_the_requesters_language_and_refused_in_the_clickers(
    make_world: MakeWorld,
) -> None:
    """Alice asks in Chinese; bob agrees on her card."""
    async with make_world(start=False) as world:
        chinese(world)
        text = world.config.read_text().replace("[users.U0ALICE]", "approvals = 1\n[users.U0ALICE]")
        world.config.write_text(text)
        async with world.running():
            card = await world.card()
            assert "0/1 人同意" in said(card)
            assert buttons(card)[:3] == ["同意", "拒绝…", "不暂停"]
            await world.confirm(card)
            await world.whispered(world.alice, "您不能审批自己的请求，需要其他人同意。")
            await world.slack.click(world.bob, card, "oms_confirm")
            await world.told(card, "确认已暂停")
            assert (world.stops("alice"), world.stops("bob")) == (1, 0)


async def test_one_language_may_be_fixed_for_all(make_world: MakeWorld) -> None:
    """By the operator, whatever people use Slack in."""
    async with make_world(more='[texts]\nlanguage = "zh"') as world:
        await world.type(world.bob, "help")
        await world.whispered(world.bob, "我以您的身份可以做的事")
        card = await world.card()
        assert "暂停 media-872？" in said(card)


async def test_linking_is_in_ones_own_language(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The offer, the page behind it, and the message that confirms it."""
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    async with make_world() as world:
        carol = await carol_of(world)
        carol.locale = "zh-TW"
        page = await link(world, carol)
        assert '<html lang="zh">' in page.text
        assert "今后，您要求机器人做的事，它会以 IAM 用户 carol 的身份执行。" in page.text
        await world.somewhere("我会以 IAM 用户 carol 的身份执行")
        await world.type(carol, "whoami")
        await world.whispered(carol, "您以 IAM 用户 carol（密码，由您本人关联，")
        await world.type(carol, "unlink")
        await world.whispered(carol, "已解除关联：我已删除您的凭证。")
