"""In which language the linking page is."""

import pytest

from bot.pages.linking import routes
from bot.text.languages import Language
from tests.unit.identity.linking_world import Browser, World, text


async def test_whoever_uses_slack_in_chinese_reads_a_chinese_page(world: World, browser: Browser) -> None:
    """The form, what is wrong with it and what came of it; the browser's own wish does not count."""
    token = (await world.linking.issue("T1", "U0ALICE", "alice", "zh-CN")).rpartition("/")[2]
    browser.http.headers["Accept-Language"] = "en-US"
    page = await browser.open(token)
    assert '<html lang="zh">' in page.text
    assert "关联对象：Slack 用户 U0ALICE（自称“alice”）。" in text(page)
    assert "IAM 用户名" in text(page)
    assert "本页面在 08:40 UTC 前有效" in text(page)
    wrong = await browser.submit_key(token, access="not a key")
    assert "Access Key ID（AK）中含有不可能出现的字符。" in text(wrong)
    done = await browser.submit_password(token)
    assert "已关联 今后，您要求机器人做的事，它会以 IAM 用户 alice 的身份执行。" in text(done)
    assert "sg: ✓ 可以读取任务" in text(done)
    assert "bj: 它无权读取任务（APIGW.0302" in text(done)
    gone = await browser.open(token)
    assert "This link does not work any more" in text(gone)  # whose it was is not known any more


@pytest.mark.parametrize(("accepted", "lang"), [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("de", "en"), ("", "en")])
async def test_where_slack_did_not_say_the_browsers_wish_counts(
    world: World, browser: Browser, accepted: str, lang: str
) -> None:
    """Also on a page that is nobody's."""
    browser.http.headers["Accept-Language"] = accepted
    assert f'<html lang="{lang}">' in (await browser.open(await world.token())).text
    assert f'<html lang="{lang}">' in (await browser.open("A" * 22)).text


async def test_one_language_may_be_fixed_for_all_pages(world: World, browser: Browser) -> None:
    """Whatever Slack and the browser say."""
    world.app.router.routes[:] = routes(
        world.linking, language=Language.EN, addresses=world.addresses(world.clock)
    )
    token = (await world.linking.issue("T1", "U0ALICE", "alice", "zh-CN")).rpartition("/")[2]
    browser.http.headers["Accept-Language"] = "zh-CN"
    assert '<html lang="en">' in (await browser.open(token)).text
