"""The linking page over HTTP: what it shows, what it refuses, and what it sends along."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.types import Message

from bot.identity.invitations import LIFETIME
from bot.sandbox.huawei.cloud import Fault
from tests.unit.identity.linking_world import KEY, SINGAPORE, Browser, World, running, text


async def test_the_page_says_for_whom_it_is(world: World, browser: Browser) -> None:
    """The id nobody can choose first, then the name that the person chose, so that a passed-on address is noticed."""
    page = await browser.open(await world.token())
    assert page.status_code == 200
    assert "For Slack user U0ALICE, who calls themself “alice”." in text(page)
    assert "Go on only if you asked for this page" in text(page)
    assert "open until 08:40 UTC" in text(page)


async def test_a_password_links_and_the_page_tells_what_it_can_do(world: World, browser: Browser) -> None:
    """Who it is, what can be read, and that pausing could not be checked."""
    token = await world.token()
    await browser.open(token)
    page = await browser.submit_password(token)
    assert page.status_code == 200
    assert "Linked The bot now acts as IAM user alice" in text(page)
    assert "sg: ✓ tasks can be read" in text(page)
    assert "bj: It may not read tasks (APIGW.0302" in text(page)
    assert "can't be checked without pausing something" in text(page)
    assert [told[:2] for told in world.told] == [("T1", "U0ALICE")]


async def test_a_key_links_too(world: World, browser: Browser) -> None:
    """Spaces around what was pasted don't matter."""
    token = await world.token()
    await browser.open(token)
    page = await browser.submit_key(token, access=" CANARYAK000000000001 ", label="  my   laptop ")
    assert "acts as the access key “my laptop”" in text(page)


async def test_a_preview_by_a_chat_program_uses_nothing_up(world: World, browser: Browser) -> None:
    """Crawlers fetch every link, several times, and keep no cookies."""
    token = await world.token()
    crawler = Browser(world.app, cookies=False)
    for _ in range(5):
        assert (await crawler.open(token)).status_code == 200
        assert (await crawler.http.head(f"/link/{token}")).status_code == 200
    await crawler.http.aclose()
    await browser.open(token)
    assert (await browser.submit_password(token)).status_code == 200


async def test_a_wrong_password_is_told_with_its_cause_and_the_tries_left(
    world: World, browser: Browser
) -> None:
    """What is no secret need not be typed again; the secret is not shown again."""
    token = await world.token()
    await browser.open(token)
    page = await browser.submit_password(token, "canary-wrong")
    assert page.status_code == 422
    assert "IAM doesn't accept this credential (HTTP 401 · request" in text(page)
    assert "2 tries are left." in text(page)
    assert 'value="acme"' in page.text
    assert 'value="alice"' in page.text
    assert "canary" not in page.text
    assert 'id="choose-password" checked' in page.text
    page = await browser.submit_password(token)
    assert "Linked" in text(page)


async def test_after_three_wrong_tries_the_page_is_closed(world: World, browser: Browser) -> None:
    """With the reason: IAM would lock the user."""
    token = await world.token()
    await browser.open(token)
    for number in range(3):
        page = await browser.submit_password(token, f"canary-wrong-{number}")
    assert page.status_code == 429
    assert "keep IAM from locking you out" in text(page)
    assert (await browser.submit_password(token)).status_code == 429
    assert world.failed_logins == 3


async def test_a_credential_that_reads_nothing_shows_why(world: World, browser: Browser) -> None:
    """Project by project, and nothing is stored."""
    world.cloud.revoke("alice", SINGAPORE)
    token = await world.token()
    await browser.open(token)
    page = await browser.submit_password(token)
    assert page.status_code == 422
    assert "This is IAM user alice, but it can't read any project of this bot. Nothing was stored." in text(
        page
    )
    assert "oms:task:list and oms:task:get" in text(page)


async def test_an_iam_that_is_down_is_told_as_that(world: World, browser: Browser) -> None:
    """Not as a wrong password."""
    world.cloud.faults.add(Fault(kind="cut", operation="create_token", times=1))
    token = await world.token()
    await browser.open(token)
    page = await browser.submit_password(token)
    assert page.status_code == 502
    assert "IAM could not be asked just now" in text(page)
    assert "tries are left" not in text(page)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"kind": "password", "domain": "", "username": "a", "password": "b"},
            "The account name is missing.",
        ),
        ({"kind": "password", "domain": "a", "username": " ", "password": "b"}, "The user name is missing."),
        (
            {"kind": "password", "domain": "a", "username": "b", "password": "b" * 257},
            "longer than any can be",
        ),
        (
            {"kind": "password", "domain": "a", "username": "b\r\nX: y", "password": "b"},
            "contains invisible characters",
        ),
        (
            {"kind": "access_key", "access_key": "AK/../x", "secret_key": "s"},
            "contains characters that no key has",
        ),
        (
            {"kind": "access_key", "access_key": "AK1", "secret_key": "ключ"},
            "contains characters that no key has",
        ),
        ({}, "The access key ID is missing."),
    ],
)
async def test_what_can_be_no_credential_is_sent_nowhere(
    world: World, browser: Browser, fields: dict[str, str], words: str
) -> None:
    """It costs no try, and what is wrong is said without repeating it."""
    token = await world.token()
    await browser.open(token)
    page = await browser.submit(token, fields)
    assert (page.status_code, words in text(page)) == (422, True)
    assert world.cloud.calls == []


async def test_used_expired_and_invented_addresses_look_alike(world: World, browser: Browser) -> None:
    """Nobody learns which addresses ever existed."""
    used, expired = await world.token(), await world.token("U0BOB")
    await browser.open(used)
    await browser.submit_password(used)
    world.now += LIFETIME
    pages = [await browser.open(token) for token in (used, expired, "A" * 22, "x", "%2e%2e")]
    assert {page.status_code for page in pages} == {410}
    assert len({text(page) for page in pages}) == 1
    assert "Type /oms link in Slack for another" in text(pages[0])


async def test_a_form_from_elsewhere_is_refused(world: World, browser: Browser) -> None:
    """Without the cookie, with another form's value, or when the browser says it comes from another site."""
    token = await world.token()
    await browser.open(token)
    no_cookie = Browser(world.app, cookies=False)
    await no_cookie.open(token)
    assert (await no_cookie.submit_password(token)).status_code == 403
    await no_cookie.http.aclose()
    right, browser.csrf = browser.csrf, "B" * 22
    assert (await browser.submit_password(token)).status_code == 403
    browser.csrf = right
    for site in ("cross-site", "same-site", "none"):
        page = await browser.submit(token, {"kind": "password"}, headers={"Sec-Fetch-Site": site})
        assert page.status_code == 403
    assert "Open the page again" in text(page)
    assert world.cloud.calls == []
    assert (await browser.submit_password(token)).status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 9000),
        ("application/x-www-form-urlencoded", b"a=%ff"),
        ("application/x-www-form-urlencoded", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(99))),
    ],
)
async def test_what_is_not_the_form_is_refused(
    world: World, browser: Browser, content_type: str, body: bytes
) -> None:
    """Whatever its size or kind; it is never read whole."""
    token = await world.token()
    await browser.open(token)
    page = await browser.http.post(f"/link/{token}", content=body, headers={"Content-Type": content_type})
    assert page.status_code == 400


async def test_other_methods_are_refused(world: World, browser: Browser) -> None:
    """The page is read and submitted, nothing else."""
    token = await world.token()
    assert (await browser.http.put(f"/link/{token}")).status_code == 405


async def test_every_answer_carries_the_security_headers(world: World, browser: Browser) -> None:
    """Form, refusal, success and dead link: none may be cached, framed, or leak its address."""
    token = await world.token()
    pages = [
        await browser.open(token),
        await browser.submit_password(token, "canary-wrong"),
        await browser.submit_password(token),
        await browser.open(token),
    ]
    assert [page.status_code for page in pages] == [200, 422, 200, 410]
    for page in pages:
        headers = page.headers
        nonce = re.search(r"style-src 'nonce-([\w-]{22})'", headers["Content-Security-Policy"])
        assert nonce is not None
        assert f'<style nonce="{nonce[1]}">' in page.text
        assert headers["Content-Security-Policy"].startswith("default-src 'none';")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce[1]}">')
        assert f"script-src 'nonce-{nonce[1]}';" in headers["Content-Security-Policy"]
        assert " style=" not in page.text
    nonces = {page.headers["Content-Security-Policy"] for page in pages}
    assert len(nonces) == len(pages)


async def test_a_secret_is_typed_unseen_and_never_shown_again(world: World, browser: Browser) -> None:
    """Password and secret key; what else was typed is kept, to spare the typing."""
    token = await world.token()
    form = await browser.open(token)
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*type="(\w+)"', form.text))
    fields |= {
        name: kind for kind, name in re.findall(r'<input[^>]*type="(\w+)"[^>]*name="(\w+)"', form.text)
    }
    assert (fields["password"], fields["secret_key"]) == ("password", "password")
    again = await browser.submit_password(token, "canary-wrong")
    assert 'value="alice"' in again.text
    assert "canary-wrong" not in again.text


async def test_the_cookie_is_for_this_page_only(world: World, browser: Browser) -> None:
    """Strict, out of reach of scripts, over TLS, under the public path; a second tab shares it."""
    token = await world.token()
    first = await browser.open(token)
    cookie = first.headers["Set-Cookie"]
    for part in ("SameSite=strict", "HttpOnly", "Secure", f"Path=/oms/link/{token}", "Max-Age=600"):
        assert part in cookie
    second = await browser.open(token)
    assert second.headers["Set-Cookie"] == cookie


async def test_over_plain_http_on_loopback_the_page_still_works(tmp_path: Path) -> None:
    """As in the demo: no HSTS, and a cookie that such a browser sends back."""
    async with running(World(tmp_path, public_url="http://127.0.0.1:3000")) as world:
        browser = Browser(world.app)
        page = await browser.open(await world.token())
        assert "Strict-Transport-Security" not in page.headers
        assert "Secure" not in page.headers["Set-Cookie"]
        await browser.http.aclose()


async def test_names_are_shown_as_text(world: World, browser: Browser) -> None:
    """Whatever somebody calls themself or their key, it is no markup."""
    token = await world.token(name='<b onload="x">&\u202e')
    page = await browser.open(token)
    assert "<b onload" not in page.text
    assert "&lt;b onload=&#34;x&#34;&gt;&amp;" in page.text
    assert "\u202e" not in page.text
    page = await browser.submit_key(token, secret=" ", label='"><script>alert(1)</script>')
    assert "<script>" not in page.text
    page = await browser.submit_key(token, label="<script>")
    assert "&lt;script&gt;" in page.text


async def test_a_form_that_does_not_come_is_not_waited_for(world: World) -> None:
    """Whoever sends half of it and leaves, leaves nothing behind: no error, no submission."""
    token = await world.token()
    sent: list[Message] = []
    messages: Iterator[Message] = iter(
        [{"type": "http.request", "body": b"csrf=", "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    form = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": f"/link/{token}", "headers": form, "query_string": b""}
    await world.app(scope, receive, send)
    assert sent[0]["status"] == 400


async def test_no_secret_is_logged(world: World, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """Not at the most talkative level, whether it was right or wrong."""
    caplog.set_level("DEBUG")
    token = await world.token()
    await browser.open(token)
    await browser.submit_password(token, "canary-wrong")
    await browser.submit_key(token)
    shown = caplog.text.replace(f"http://bot.example/link/{token}", "")
    for secret in ("canary", KEY.secret_key.get_secret_value()):
        assert secret not in shown


@pytest.mark.parametrize("broken", ["link_tokens", "login_tries", "links", "audit"])
async def test_without_its_database_the_page_says_so(world: World, browser: Browser, broken: str) -> None:
    """At whatever step: in words, with the headers of every page, and without a word of what went wrong inside."""
    token = await world.token()
    await browser.open(token)
    with world.engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {broken} RENAME TO gone"))
    page = await browser.submit_password(token)
    assert page.status_code == 503
    assert "It can't reach where links are kept." in text(page)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "Error" not in page.text
