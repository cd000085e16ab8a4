"""HashiCorp Vault's KV v2 engine as its API reference describes it, over HTTP, for the client library to talk to.

Versions, check-and-set, max_versions, deletion of metadata, LIST, and the error bodies of the real server.
"""

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "hvs.canary-token"


@dataclass
class Entry:
    """One secret with its versions, which count from 1."""

    versions: dict[int, Any] = field(default_factory=dict)
    newest: int = 0
    max_versions: int = 0


class FakeHashiCorp:
    """A server with one KV v2 mount named "secret". `race` runs once before the next write."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.requests: list[tuple[str, str]] = []
        self.race: Any = None
        self.sealed = False
        self.app = Starlette(
            routes=[
                Route(
                    "/v1/secret/data/{path:path}", self._guarded(self._data), methods=["GET", "POST", "PUT"]
                ),
                Route(
                    "/v1/secret/metadata/{path:path}",
                    self._guarded(self._metadata),
                    methods=["GET", "POST", "DELETE", "LIST"],
                ),
                # What a real server answers where nothing is mounted.
                Route("/v1/{path:path}", _nothing_mounted, methods=["GET", "POST", "PUT", "LIST"]),
            ]
        )

    def write(self, path: str, value: Any) -> int:
        """Store a version, as anybody with the right token could."""
        entry = self.entries.setdefault(path, Entry())
        entry.newest += 1
        entry.versions[entry.newest] = value
        kept = entry.max_versions or 10
        entry.versions = {number: v for number, v in entry.versions.items() if number > entry.newest - kept}
        return entry.newest

    def read(self, path: str) -> Any:
        """The newest version."""
        entry = self.entries[path]
        return entry.versions[entry.newest]

    def _guarded(self, handler: Any) -> Any:
        async def answer(request: Request) -> Response:
            self.requests.append((request.method, request.url.path))
            if self.sealed:
                return JSONResponse({"errors": ["Vault is sealed"]}, 503)
            if request.headers.get("x-vault-token") != TOKEN:
                return JSONResponse({"errors": ["permission denied"]}, 403)
            body = await request.json() if request.method in ("POST", "PUT") else {}
            response: Response = handler(request, request.path_params["path"], body)
            return response

        return answer

    def _data(self, request: Request, path: str, body: dict[str, Any]) -> Response:
        if request.method == "GET":
            entry = self.entries.get(path)
            if entry is None or not entry.versions:
                return JSONResponse({"errors": []}, 404)
            return _wrapped({"data": self.read(path), "metadata": _version(entry.newest)})
        if self.race is not None:
            race, self.race = self.race, None
            race()
        current = self.entries[path].newest if path in self.entries else 0
        if (cas := body.get("options", {}).get("cas")) is not None and cas != current:
            message = "check-and-set parameter did not match the current version"
            return JSONResponse({"errors": [message]}, 400)
        return _wrapped(_version(self.write(path, body["data"])))

    def _metadata(self, request: Request, path: str, body: dict[str, Any]) -> Response:
        match request.method:
            case "LIST":
                return self._listed(path.rstrip("/"))
            case "GET" if request.query_params.get("list") == "true":
                return self._listed(path.rstrip("/"))
            case "DELETE":
                self.entries.pop(path, None)
                return Response(status_code=204)
            case _:
                self.entries.setdefault(path, Entry()).max_versions = body.get("max_versions", 0)
                return Response(status_code=204)

    def _listed(self, folder: str) -> Response:
        below = [path.removeprefix(f"{folder}/") for path in self.entries if path.startswith(f"{folder}/")]
        keys = sorted({name.partition("/")[0] + ("/" if "/" in name else "") for name in below})
        return _wrapped({"keys": keys}) if keys else JSONResponse({"errors": []}, 404)


async def _nothing_mounted(request: Request) -> Response:
    path = request.url.path.removeprefix("/v1/")
    return JSONResponse({"errors": [f'no handler for route "{path}". route entry not found.']}, 404)


def _wrapped(data: Any) -> Response:
    return JSONResponse(
        {"request_id": "1", "lease_id": "", "renewable": False, "lease_duration": 0, "data": data}
    )


def _version(number: int) -> dict[str, Any]:
    return {
        "created_time": "2026-11-24T00:00:00Z",
        "custom_metadata": None,
        "deletion_time": "",
        "destroyed": False,
        "version": number,
    }
