"""The bot that a tutorial teaches: sync Bolt under gunicorn, Huawei's official SDK in the handler, nothing kept.

It posts a card with a button and makes the call as one service account; it checks nobody, reads nothing before or
after, and forgets everything when it ends. It is here to compare speed with, not behaviour.
"""

import os
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkoms.v2 import OmsClient, StopTaskRequest
from slack_bolt import Ack, App, Say
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

bolt = App(
    client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
)


@bolt.command("/oms")
def oms(ack: Ack, command: dict[str, Any], say: Say) -> None:
    """Ask with a button."""
    ack()
    _, project, task = command["text"].split()[:3]
    button = {
        "type": "button",
        "action_id": "oms_confirm",
        "text": {"type": "plain_text", "text": "Pause"},
        "value": task,
    }
    text = f"Pause {task} in {project}?"
    say(
        text=text,
        blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": text}},
            {"type": "actions", "elements": [button]},
        ],
    )


@bolt.action("oms_confirm")
def confirm(ack: Ack, body: dict[str, Any], action: dict[str, Any], say: Say) -> None:
    """Make the call, and say that it was made."""
    ack()
    client = (
        OmsClient.new_builder()
        .with_credentials(
            BasicCredentials(os.environ["HUAWEI_AK"], os.environ["HUAWEI_SK"], os.environ["PROJECT_ID"])
        )
        .with_endpoints([os.environ["OMS_ENDPOINT"]])
        .build()
    )
    client.stop_task(StopTaskRequest(task_id=int(action["value"])))
    say(text=f"Paused {action['value']}", thread_ts=body["container"]["message_ts"])


app = SlackRequestHandler(bolt, path="/slack/events")
