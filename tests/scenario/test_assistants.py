"""Assistants speak MCP: they propose, some may read, and none acts. Tried with the protocol's own client."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from tests.scenario.conftest import PATIENCE, SECRETS, TASK, MakeWorld, World, said

BLIND = "canary-token-of-the-blind-assistant"
READING = "canary-token-of-the-reading-assistant"
PROPOSERS = f"""
[proposers.copilot]
token = "{BLIND}"
channels = ["C0INCIDENTS"]
projects = ["prod-sg"]

[proposers.analyst]
token = "{READING}"
channels = ["C0INCIDENTS"]
projects = ["prod-sg"]
reads_as = {{ type = "access_key", access_key = "env:BOB_AK", secret_key = "env:BOB_SK" }}
"""


@pytest.fixture
async def world(make_world: MakeWorld) -> AsyncIterator[World]:
    """Return a world in which one assistant may read and one may not."""
    async with make_world(more=PROPOSERS) as world:
        yield world


@contextlib.asynccontextmanager
async def assistant(world: World, token: str) -> AsyncIterator[Client]:
    """Connect as an assistant."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, trust_env=False) as http:
        transport = streamable_http_client(f"{world.extra['url']}/mcp", http_client=http)
        async with Client(transport) as client:
            yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool, and return what it says."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result
    assert result.structured_content is not None
    return dict(result.structured_content)


async def failure(client: Client, tool: str, **arguments: Any) -> str:
    """Call a tool that fails, and return why."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert result.is_error
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


async def test_what_an_assistant_proposes_is_paused_after_a_person_s_click(world: World) -> None:
    """It gets a link to its proposal; the rest is the person's."""
    async with assistant(world, BLIND) as client:
        found = await call(
            client, "propose_pause", project="prod-sg", task="media-872", reason="the uplink is full"
        )
    assert found["status"] == "posted"
    assert found["link"].startswith("http")
    [message] = world.slack.messages(world.room)
    assert "copilot proposes:* pause media-872 in prod-sg" in said(message)
    await world.slack.click(world.alice, message, "oms_run")
    [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room)[1:], PATIENCE)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops("alice") == 1


async def test_none_of_its_tools_acts_and_only_a_reader_s_read(world: World) -> None:
    """What is not offered can't be called either."""
    async with assistant(world, BLIND) as blind, assistant(world, READING) as reading:
        assert {tool.name for tool in (await blind.list_tools()).tools} == {"propose_pause"}
        assert {tool.name for tool in (await reading.list_tools()).tools} == {
            "propose_pause",
            "list_migrations",
            "migration_status",
        }
        with contextlib.suppress(Exception):
            assert await failure(blind, "list_migrations", project="prod-sg")
    assert world.cloud.calls == []


async def test_a_reader_is_told_of_tasks_as_its_own_credential_sees_them(world: World) -> None:
    """With figures and their units."""
    async with assistant(world, READING) as client:
        listed = await call(client, "list_migrations", project="prod-sg")
        [one] = listed["migrations"]
        assert (one["id"], one["name"], one["status"]) == (TASK, "media-872", "migrating")
        assert (await call(client, "migration_status", project="prod-sg", task="media-872"))["id"] == TASK
        assert "exactly this name" in await failure(
            client, "migration_status", project="prod-sg", task="media-8"
        )
        assert "may name" in await failure(client, "list_migrations", project="staging")
        world.cloud.set_status(int(TASK), 42)  # which OMS may have by then
        assert (await call(client, "migration_status", project="prod-sg", task="media-872"))["status"] == 42
    assert {call.user for call in world.cloud.calls if call.user} == {"bob"}


async def test_who_is_not_known_is_turned_away(world: World) -> None:
    """Before anything is read of what they say."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(
            f"{world.extra['url']}/mcp", json={}, headers={"Authorization": "Bearer another-token"}
        )
    assert answer.status_code == 401


async def test_its_secrets_are_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """In no log and no row."""
    async with assistant(world, READING) as client:
        await call(client, "list_migrations", project="prod-sg")
        await call(client, "propose_pause", project="prod-sg", task="media-872")
    for secret in (READING, SECRETS["BOB_SK"]):
        assert secret not in caplog.text
        assert secret.encode() not in world.kept()
