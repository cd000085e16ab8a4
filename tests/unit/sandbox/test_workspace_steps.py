"""The sandbox Slack's workflow steps: an app may end each run once, with what the manifest says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import ImpossibleError
from bot.sandbox.slack.steps import StepRun
from bot.sandbox.slack.workspace import Workspace

TEXT = {"type": "string", "is_required": True}
STEP: dict[str, Any] = {
    "title": "Do it",
    "description": "Does it",
    "input_parameters": {"what": TEXT},
    "output_parameters": {"ending": TEXT, "link": TEXT | {"is_required": False}},
}


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    """Return a served workspace with an app that has a step."""
    workspace = Workspace()
    workspace.world.functions = {"do_it": STEP}
    async with serve(workspace.app) as workspace.base_url:
        yield workspace


@pytest.fixture
async def run(slack: Workspace) -> StepRun:
    """Return a run of the step."""
    slack.connect_http("http://127.0.0.1:9")  # nobody is there, which nothing here depends on
    return await slack.run_step("do_it", {"what": "this"})


def client(slack: Workspace, token: str = "") -> AsyncWebClient:
    """Return Slack's own client."""
    return AsyncWebClient(token or slack.bot_token, base_url=slack.api_url)


async def refusal(slack: Workspace, run: str, **outputs: Any) -> str:
    """Return Slack's word for why it does not take these outputs."""
    with pytest.raises(SlackApiError) as refused:
        await client(slack).functions_completeSuccess(function_execution_id=run, outputs=outputs)
    return str(refused.value.response["error"])


async def test_a_run_is_ended_once_with_the_outputs_of_the_manifest(slack: Workspace, run: StepRun) -> None:
    """Else Slack's own words say what is wrong."""
    assert await refusal(slack, "Fx0", ending="done") == "function_execution_not_found"
    assert await refusal(slack, run.id) == "parameter_validation_failed"
    assert await refusal(slack, run.id, ending="done", more="x") == "parameter_validation_failed"
    assert await refusal(slack, run.id, ending=1) == "parameter_validation_failed"
    await client(slack).functions_completeSuccess(function_execution_id=run.id, outputs={"ending": "done"})
    assert (run.ended, run.outputs) == ("success", {"ending": "done"})
    assert await refusal(slack, run.id, ending="done") == "execution_not_in_running_state"


async def test_an_error_ends_a_run_too_and_needs_no_scope(slack: Workspace, run: StepRun) -> None:
    """With the app's own token, whatever it may else."""
    slack.ungrant("commands", "chat:write", "users:read", "app_mentions:read")
    await client(slack).functions_completeError(function_execution_id=run.id, error="no")
    assert (run.ended, run.error) == ("error", "no")


async def test_what_is_lent_for_a_run_is_no_token_of_the_app(slack: Workspace, run: StepRun) -> None:
    """A bot that used it here would be found out."""
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await client(slack, run.lent).functions_completeError(function_execution_id=run.id, error="no")


async def test_a_step_without_its_inputs_can_t_be_saved(slack: Workspace) -> None:
    """Workflow Builder sees to it."""
    for inputs in ({}, {"what": "this", "else": "x"}):
        with pytest.raises(ImpossibleError, match="the step takes what"):
            await slack.run_step("do_it", inputs)
