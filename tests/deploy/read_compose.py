"""Reads a compose file as Compose's specification has it; prints its services and what is wrong."""

import json
import sys
from pathlib import Path

from compose_spec import PyCompose

faults, services = [], []
try:
    compose = PyCompose.from_yaml(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for validate in (compose.validate_networks, compose.validate_secrets, compose.validate_volumes):
        validate()
    services = sorted(compose.service_names())
except ValueError as error:
    faults.append(str(error))
json.dump({"faults": faults, "services": services}, sys.stdout)
