"""The sandbox's IAM over HTTP: tokens, projects and temporary credentials.

See platforms.md, Tokens; and platforms.md, Temporary keys.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.huawei.gateway import ApiError, Caller, Gateway, Incoming
from bot.sandbox.huawei.iam_users import AccessKey, Agency, Directory, Principal, Token, User

_Seconds = Annotated[int, Field(ge=900, le=86400)]
_SessionName = Annotated[str, Field(pattern=r"^[A-Za-z][\w .-]*$", min_length=1, max_length=32)]
_M = TypeVar("_M", bound=BaseModel)


class _Named(BaseModel):
    id: str | None = None
    name: str | None = None


class _PasswordUser(_Named):
    password: str
    domain: _Named | None = None


class _Password(BaseModel):
    user: _PasswordUser


class _PasswordIdentity(BaseModel):
    methods: tuple[Literal["password"]]
    password: _Password


class _Scope(BaseModel):
    project: _Named | None = None
    domain: _Named | None = None


class _PasswordAuth(BaseModel):
    identity: _PasswordIdentity
    scope: _Scope | None = None


class _TokenRequest(BaseModel):
    auth: _PasswordAuth


class _Duration(BaseModel):
    duration_seconds: _Seconds = 900


class _SessionUser(BaseModel):
    name: _SessionName


class _AssumeRole(_Duration):
    agency_name: str
    domain_id: str | None = None
    domain_name: str | None = None
    session_user: _SessionUser | None = None


class _TemporaryIdentity(BaseModel):
    methods: tuple[Literal["token", "assume_role"]]
    token: _Duration = _Duration()
    assume_role: _AssumeRole | None = None


class _TemporaryAuth(BaseModel):
    identity: _TemporaryIdentity


class _TemporaryRequest(BaseModel):
    auth: _TemporaryAuth


class IamApi:
    """IAM's handlers; `routes` is what the cloud mounts."""

    def __init__(self, directory: Directory, gateway: Gateway) -> None:
        self._directory = directory
        self._gateway = gateway
        self.routes: list[Route] = [
            gateway.route("GET", "/v3", "show_version", self._version),
            gateway.route("GET", "/v3/", "show_version", self._version),
            gateway.route("POST", "/v3/auth/tokens", "create_token", self._create_token),
            gateway.route("GET", "/v3/auth/tokens", "show_token", self._show_token),
            gateway.route("GET", "/v3/projects", "list_projects", self._list_projects),
            gateway.route(
                "POST",
                "/v3.0/OS-CREDENTIAL/securitytokens",
                "create_temporary_access_key",
                self._create_temporary_access_key,
            ),
        ]

    def _version(self, incoming: Incoming) -> Response:
        link = {"rel": "self", "href": f"{incoming.request.base_url}v3/"}
        version = {"id": "v3.6", "status": "stable", "updated": "2016-04-04T00:00:00Z", "links": [link]}
        return JSONResponse({"version": version})

    def _create_token(self, incoming: Incoming) -> Response:
        auth = _parse(_TokenRequest, incoming).auth
        claimed = auth.identity.password.user
        user = self._named_user(claimed)
        incoming.request.state.user = user.name if user else None
        match self._directory.log_in(user, claimed.password):
            case None:
                raise _coded("IAM.0061", "Account locked.")
            case False:
                raise _error(401, "The username or password is wrong.")
        assert user is not None  # noqa: S101  # nobody cannot have the right password
        token = self._directory.issue_token(user, self._scope(auth.scope))
        return self._token_response(token, 201, incoming)

    def _show_token(self, incoming: Incoming) -> Response:
        self._caller(incoming)
        token = self._directory.live_token(incoming.message.headers.get("x-subject-token", ""))
        if token is None:
            raise _error(404, "The token could not be found.")
        return self._token_response(token, 200, incoming)

    def _list_projects(self, incoming: Incoming) -> Response:
        principal = self._caller(incoming).principal
        name = incoming.request.query_params.get("name")
        projects = [
            _project(project_id, region, principal.user, incoming)
            for project_id, region in self._directory.projects.items()
            if name in {None, region} and project_id in principal.permissions
        ]
        links = {"self": str(incoming.request.url), "previous": None, "next": None}
        return JSONResponse({"projects": projects, "links": links})

    def _create_temporary_access_key(self, incoming: Incoming) -> Response:
        caller = self._caller(incoming)
        if not caller.by_token:
            raise _error(401, "Authentication required.")
        identity = _parse(_TemporaryRequest, incoming).auth.identity
        if identity.methods == ("token",):
            key = self._directory.issue_temporary(caller.principal, identity.token.duration_seconds)
        elif identity.assume_role is None:
            raise _error(400, "The request body is invalid")
        else:
            key = self._assume(caller.principal, identity.assume_role)
        return JSONResponse({"credential": _credential(key)}, 201)

    def _assume(self, principal: Principal, wish: _AssumeRole) -> AccessKey:
        agency = self._agency(wish)
        if principal.user.name not in agency.delegates:
            raise _error(403, "You are not authorized to perform the requested action.")
        session = wish.session_user.name if wish.session_user else principal.user.name
        role = Principal(f"{agency.name}/{session}", principal.user, agency.permissions)
        return self._directory.issue_temporary(role, wish.duration_seconds)

    def _agency(self, wish: _AssumeRole) -> Agency:
        for (domain, name), agency in self._directory.agencies.items():
            if name == wish.agency_name and (
                domain == wish.domain_name or domain_id(domain) == wish.domain_id
            ):
                return agency
        raise _error(404, f"Could not find agency: {wish.agency_name}.")

    def _named_user(self, claimed: _PasswordUser) -> User | None:
        home = claimed.domain or _Named()
        for user in self._directory.users.values():
            at_home = home.name == user.domain or home.id == domain_id(user.domain)
            named = at_home and claimed.name == user.name
            if named or (claimed.id is not None and claimed.id == user.id):
                return user
        return None

    def _scope(self, scope: _Scope | None) -> str | None:
        """The project a token is for; None for a domain's. A project wins over a domain (platforms.md, Tokens)."""
        if scope is None or scope.project is None:
            return None
        for project_id, name in self._directory.projects.items():
            if project_id == scope.project.id or (scope.project.id is None and name == scope.project.name):
                return project_id
        raise _error(404, f"Could not find project: {scope.project.id or scope.project.name}.")

    def _caller(self, incoming: Incoming) -> Caller:
        """The caller, with a bad token refused in IAM's words and a bad signature in the gateway's."""
        if "authorization" in incoming.message.headers:
            return self._gateway.caller(incoming)
        value = incoming.message.headers.get("x-auth-token")
        if not value:
            raise _coded("IAM.0001", "Authentication required.")
        if value not in self._directory.tokens:
            raise _coded("IAM.0067", "Invalid token.")
        if self._directory.live_token(value) is None:
            raise _coded("IAM.0066", "The token has expired.")
        return self._gateway.caller(incoming)

    def _token_response(self, token: Token, status: int, incoming: Incoming) -> Response:
        user = token.principal.user
        body: dict[str, Any] = {
            "issued_at": _timestamp(token.issued_at),
            "expires_at": _timestamp(token.expires_at),
            "methods": ["password"],
            "catalog": [] if "nocatalog" in incoming.request.query_params else _catalog(incoming),
            "roles": self._roles(token),
            "user": {
                "id": user.id,
                "name": user.name,
                "domain": _domain(user.domain),
                "password_expires_at": "",
            },
        }
        if token.project_id is None:
            body["domain"] = _domain(user.domain)
        else:
            name = self._directory.projects[token.project_id]
            body["project"] = {"id": token.project_id, "name": name, "domain": _domain(user.domain)}
        return JSONResponse({"token": body}, status, {"X-Subject-Token": token.value})

    def _roles(self, token: Token) -> list[dict[str, str]]:
        actions = token.principal.permissions.get(token.project_id or "", set())
        return [{"id": "0", "name": action} for action in sorted(actions)]


def domain_id(domain: str) -> str:
    """The id of an account named `domain`: the same in every run, 32 hexadecimal digits like a real one."""
    return domain.encode().hex().ljust(32, "0")[:32]


def _parse(model: type[_M], incoming: Incoming) -> _M:
    try:
        return model.model_validate_json(incoming.message.body)
    except ValidationError:
        raise _error(400, "The request body is invalid") from None  # the details would quote the password


def _error(status: int, message: str) -> ApiError:
    """IAM's own shape, whose code is a number (platforms.md, Error shapes)."""
    title = HTTPStatus(status).phrase
    return ApiError(status, {"error": {"code": status, "message": message, "title": title}})


def _coded(code: str, message: str) -> ApiError:
    """IAM's other shape; all the codes used here are 401 (platforms.md, Tokens)."""
    return ApiError(401, {"error_code": code, "error_msg": message})


def _timestamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _domain(name: str) -> dict[str, str]:
    return {"id": domain_id(name), "name": name}


def _project(project_id: str, region: str, user: User, incoming: Incoming) -> dict[str, Any]:
    home = domain_id(user.domain)
    return {
        "id": project_id,
        "name": region,
        "domain_id": home,
        "parent_id": home,
        "is_domain": False,
        "enabled": True,
        "description": "",
        "links": {"self": f"{incoming.request.base_url}v3/projects/{project_id}"},
    }


def _credential(key: AccessKey) -> dict[str, Any]:
    return {
        "access": key.access,
        "secret": key.secret,
        "securitytoken": key.security_token,
        "expires_at": _timestamp(key.expires_at),
    }


def _catalog(incoming: Incoming) -> list[dict[str, Any]]:
    url = f"{incoming.request.base_url}v3"
    endpoint = {"id": "1", "interface": "public", "region": "*", "region_id": "*", "url": url}
    return [{"id": "1", "type": "identity", "name": "iam", "endpoints": [endpoint]}]
