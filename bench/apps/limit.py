"""The limit: Starlette, and a check of Slack's signature. It understands nothing and keeps nothing."""

import hashlib
import hmac
import os
import sys
import time

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SECRET = os.environ["SLACK_SIGNING_SECRET"].encode()


async def events(request: Request) -> Response:
    """Answer 200 to what Slack signed within five minutes."""
    body = await request.body()
    timestamp = request.headers["x-slack-request-timestamp"]
    expected = "v0=" + hmac.new(SECRET, b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
    good = abs(time.time() - int(timestamp)) < 300 and hmac.compare_digest(
        expected, request.headers["x-slack-signature"]
    )
    return Response(status_code=200 if good else 401)


app = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False)
