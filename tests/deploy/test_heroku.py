"""What Heroku reads."""

from __future__ import annotations

import json
import re

from bot.settings.load import Environment
from tests.docs.documents import read


def test_the_app_asks_for_what_the_bot_reads_and_runs_what_the_procfile_names() -> None:
    """And its disk does not last, so it has a PostgreSQL."""
    app = json.loads(read("app.json"))
    assert app["env"].keys() <= {name.upper() for name in Environment.model_fields}
    assert app["formation"].keys() == set(re.findall(r"(?m)^(\w+): ", read("Procfile")))
    assert any(addon.startswith("heroku-postgresql") for addon in app["addons"])
    required = {name for name, about in app["env"].items() if about.get("required", True)}
    assert required == {"SLACK_BOT_TOKEN", "OMS_BOT_SECRET_KEYS"}
