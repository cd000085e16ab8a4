"""Renders a chart with Helm's own library, once for each set of values; what comes must suit Kubernetes' schemas.

Prints what `helm lint` says, and for each set the objects, or why it was refused.
"""

import json
import sys
from typing import Any

import helm_python
import kubernetes_validate
import yaml

CHART, *VERSIONS = sys.argv[1:]


def rendered(chart: helm_python.Chart, values: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes of the chart with these values."""
    try:
        files = chart.render(values, name="oms-bot", namespace="chat-ops")
    except helm_python.HelmError as error:
        return {"refused": str(error)}
    found = [
        one
        for name, text in files.items()
        if name.endswith(".yaml")
        for one in yaml.safe_load_all(text)
        if one
    ]
    for one in found:
        for version in VERSIONS:
            kubernetes_validate.validate(one, version, strict=True)
    return {"objects": found}


lint = helm_python.lint(CHART)
with helm_python.Chart.load(CHART) as chart:
    answers = [rendered(chart, values) for values in json.load(sys.stdin)]
json.dump({"errors": lint["errors"], "rendered": answers}, sys.stdout)
