"""Starting again takes keys, since OMS does not keep them: what has to be sent, and which keys open which bucket."""

import json
import secrets
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.sandbox.huawei.iam_users import Directory
from bot.sandbox.huawei.oms_errors import oms_error

_Key = Annotated[str, Field(min_length=1, max_length=100)]
_SecurityToken = Annotated[str, Field(max_length=16384)]
_Crypto = Literal["DEFAULT", "KMS"]
_WRONG = {"source": "OMS.0057", "destination": "OMS.0058"}
_WRONG_LATER = {  # platforms.md, Resuming a task
    "source": ("TRF.0151", "The AK/SK pair of the source is invalid."),
    "destination": ("TRF.0057", "The AK/SK pair is invalid."),
}
_PROBLEMS = {"missing": "OMS.1004", "extra_forbidden": "OMS.0074"} | dict.fromkeys(
    ("string_too_long", "string_too_short", "literal_error"), "OMS.1003"
)


class SyncStart(BaseModel):
    """The body of start_sync_task."""

    model_config = ConfigDict(extra="forbid", strict=True)

    src_ak: _Key | None = None
    src_sk: _Key | None = None
    src_crypto_type: _Crypto | None = None
    src_kms_key_id: str | None = None
    dst_ak: _Key
    dst_sk: _Key
    dst_crypto_type: _Crypto | None = None
    dst_kms_key_id: str | None = None
    source_cdn_authentication_key: str | None = None
    source_cdn_crypto_type: _Crypto | None = None
    source_cdn_kms_key_id: str | None = None


class GroupStart(SyncStart):
    """The body of start_task_group."""

    connection_string: Annotated[str, Field(max_length=2048)] | None = None
    json_auth_file: Annotated[str, Field(max_length=65535)] | None = None


class GroupRetry(GroupStart):
    """The body of retry_task_group."""

    migrate_failed_object: bool = False


class TaskStart(GroupRetry):
    """The body of start_task: the only one that takes temporary keys."""

    src_security_token: _SecurityToken | None = None
    dst_security_token: _SecurityToken | None = None


Start = TypeVar("Start", bound=SyncStart)


def start_of(body: bytes, kind: type[Start]) -> Start:
    """Read the body of a start.

    Raises:
        ApiError: OMS.0067, OMS.0074, or OMS.1002 to OMS.1004.
    """
    try:
        wish = json.loads(body)
    except ValueError:
        raise oms_error("OMS.0067") from None
    try:
        return kind.model_validate(wish)
    except ValidationError as refused:
        problem = refused.errors()[0]["type"]
    raise oms_error(_PROBLEMS.get(problem, "OMS.1002"))


@dataclass(frozen=True)
class Keys:
    """What opens one bucket: an AK/SK pair, Azure's connection string or Google's key file."""

    access_key: str | None = None
    secret_key: str | None = None
    security_token: str | None = None
    connection_string: str | None = None
    json_auth_file: str | None = None


@dataclass(frozen=True)
class Way:
    """From where to where something migrates."""

    task_type: str
    src_cloud: str
    src_bucket: str
    dst_bucket: str


class KeyRing:
    """Which keys are right for which bucket. For a bucket that nobody added keys for, any are.

    The keys of an IAM user or of an agency are right for a bucket of Huawei Cloud, temporary ones with their token.
    With `late`, wrong keys are not refused at the start: the task fails soon after it has begun to migrate.
    """

    def __init__(self, directory: Directory) -> None:
        self.keys: dict[str, set[Keys]] = {}
        self.late = False
        self._directory = directory

    def check(self, start: SyncStart, way: Way) -> tuple[str, str] | None:
        """Judge the keys of a start; the answer is the reason for which it will fail later, if it will.

        Raises:
            ApiError: OMS.1004 for keys that are missing, OMS.0057 (source) or OMS.0058 (destination) for wrong ones.
        """
        wrong = self._wrong_side(start, way)
        if wrong and not self.late:
            raise oms_error(_WRONG[wrong])
        return _WRONG_LATER[wrong] if wrong else None

    def _wrong_side(self, start: SyncStart, way: Way) -> str | None:
        source = _source_keys(start, way)
        at_home = way.src_cloud.casefold() == "huaweicloud"
        if source is not None and not self._right(way.src_bucket, source, at_home=at_home):
            return "source"
        destination = Keys(start.dst_ak, start.dst_sk, getattr(start, "dst_security_token", None))
        return None if self._right(way.dst_bucket, destination, at_home=True) else "destination"

    def _right(self, bucket: str, given: Keys, *, at_home: bool) -> bool:
        """Whether keys open a bucket; one that is `at_home` is in Huawei Cloud, whose IAM knows keys too."""
        known = self._directory.access_keys.get(given.access_key or "")
        if not at_home or known is None:
            nobodys = at_home and given.security_token is not None  # IAM would know them
            return given in self.keys.get(bucket, set() if nobodys else {given})
        return (
            secrets.compare_digest(known.secret, given.secret_key or "")
            and known.security_token == given.security_token
            and known.principal.user.enabled
            and self._directory.clock() < known.expires_at
        )


def _source_keys(start: SyncStart, way: Way) -> Keys | None:
    """What the source's kind of cloud asks for; None if it asks for nothing."""
    cloud = way.src_cloud.casefold()
    if cloud == "urlsource" or way.task_type.casefold() == "url_list":
        return None
    match cloud:
        case "azure":
            given = Keys(connection_string=getattr(start, "connection_string", None))
        case "google":
            given = Keys(json_auth_file=getattr(start, "json_auth_file", None))
        case _ if start.src_ak and start.src_sk:
            given = Keys(start.src_ak, start.src_sk, getattr(start, "src_security_token", None))
        case _:
            given = Keys()
    if given == Keys():
        raise oms_error("OMS.1004")
    return given
