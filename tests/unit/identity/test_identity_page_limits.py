"""How often one address may ask for the linking page."""

from starlette.applications import Starlette

from bot.pages.limits import REQUESTS_OF_ADDRESS
from bot.pages.linking import routes
from tests.unit.identity.linking_world import Browser, World


async def test_one_address_has_a_limit_of_its_own(world: World) -> None:
    """Others are not held up by it, and it is let in again later."""
    now = [0.0]
    world.app.router.routes[:] = routes(world.linking, addresses=world.addresses(lambda: now[0]))
    pest, other = Browser(world.app, address="2001:db8::1"), Browser(world.app)
    neighbour = Browser(world.app, address="2001:db8::2")
    for _ in range(REQUESTS_OF_ADDRESS):
        assert (await pest.open("x")).status_code == 410
    assert (await pest.open("x")).status_code == 429
    assert (await neighbour.open("x")).headers["Retry-After"] == "600"
    assert (await other.open("x")).status_code == 410
    now[0] += 601
    assert (await pest.open("x")).status_code == 410
    for browser in (pest, other, neighbour):
        await browser.http.aclose()


async def test_the_limit_is_of_all_replicas_together(world: World) -> None:
    """Behind a balancer, each request may reach another one."""
    here, there = (
        Starlette(routes=routes(world.linking, addresses=world.addresses(world.clock))) for _ in "ab"
    )
    pest, again = Browser(here), Browser(there)
    for _ in range(REQUESTS_OF_ADDRESS):
        assert (await pest.open("x")).status_code == 410
    assert (await again.open("x")).status_code == 410  # from here on it is known there too
    assert (await again.open("x")).status_code == 429
    for browser in (pest, again):
        await browser.http.aclose()


async def test_only_addresses_that_lead_nowhere_are_counted(world: World) -> None:
    """An office that links itself on one day shares one address."""
    office = Browser(world.app)
    token = await world.token()
    for _ in range(REQUESTS_OF_ADDRESS + 1):
        assert (await office.open(token)).status_code == 200
    assert (await office.open("x")).status_code == 410
    await office.http.aclose()


async def test_clients_of_one_socket_for_both_kinds_of_addresses_are_told_apart(world: World) -> None:
    """It writes an IPv4 address as an IPv6 one; these are not all of one network."""
    pest, other = (Browser(world.app, address=f"::ffff:203.0.113.{last}") for last in (1, 2))
    for _ in range(REQUESTS_OF_ADDRESS):
        await pest.open("x")
    assert (await pest.open("x")).status_code == 429
    assert (await other.open("x")).status_code == 410
    for browser in (pest, other):
        await browser.http.aclose()
