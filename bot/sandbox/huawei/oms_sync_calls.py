"""The calls for synchronisation tasks: show, list, stop and start. Not every region has them."""

from collections.abc import Callable

from starlette.responses import JSONResponse, Response

from bot.sandbox.huawei.gateway import Handler, Incoming
from bot.sandbox.huawei.oms_bodies import sync_body
from bot.sandbox.huawei.oms_door import Door, done, number, one_of, page
from bot.sandbox.huawei.oms_errors import oms_error
from bot.sandbox.huawei.oms_keys import KeyRing, SyncStart, Way, start_of
from bot.sandbox.huawei.oms_syncs import STOPPED, SYNCHRONIZING, SyncTask

SYNC_GET, SYNC_LIST, SYNC_UPDATE = "oms:synctask:get", "oms:synctask:list", "oms:synctask:update"
_LATEST = 2**63 - 1  # milliseconds


class SyncCalls:
    """OMS's handlers for synchronisation tasks; `routes` is what the cloud mounts."""

    def __init__(self, door: Door, keys: KeyRing, has_them: Callable[[str], bool]) -> None:
        self._door, self._board, self._keys, self._has_them = door, door.board, keys, has_them
        one = "/sync-tasks/{sync_task_id}"
        self.routes = [
            door.route("GET", "/sync-tasks", "list_sync_tasks", SYNC_LIST, self._where_any(self._list)),
            door.route("GET", one, "show_sync_task", SYNC_GET, self._where_any(self._show)),
            door.route("POST", one + "/stop", "stop_sync_task", SYNC_UPDATE, self._where_any(self._stop)),
            door.route("POST", one + "/start", "start_sync_task", SYNC_UPDATE, self._where_any(self._start)),
        ]

    def _where_any(self, handler: Handler) -> Handler:
        """The handler, where the project's region has such tasks; what OMS says elsewhere is written nowhere."""

        def checked(incoming: Incoming) -> Response:
            if not self._has_them(incoming.params["project_id"]):
                raise oms_error("OMS.0060")
            return handler(incoming)

        return checked

    def _show(self, incoming: Incoming) -> Response:
        sync = self._sync(incoming)
        asked = incoming.request.query_params.get("query_time")
        if asked is None:
            raise oms_error("OMS.1004")
        number(asked, default=0, least=0, most=_LATEST)
        return JSONResponse(sync_body(sync, with_month=True))

    def _list(self, incoming: Incoming) -> Response:
        status = one_of(incoming.request.query_params.get("status"), (SYNCHRONIZING, STOPPED))
        project_id = incoming.params["project_id"]
        found = [
            sync
            for sync in self._board.syncs.values()
            if sync.project_id == project_id and status in {None, sync.status}
        ]
        return page(incoming, "tasks", found, sync_body)

    def _stop(self, incoming: Incoming) -> Response:
        sync = self._sync(incoming)
        if sync.status == STOPPED:
            raise oms_error("OMS.0066")
        sync.stop(self._door.now())
        return done()

    def _start(self, incoming: Incoming) -> Response:
        sync = self._sync(incoming)
        start = start_of(incoming.message.body, SyncStart)
        if sync.status == SYNCHRONIZING:
            raise oms_error("OMS.0065")
        self._keys.check(start, Way("object", sync.src_cloud, sync.src_bucket, sync.dst_bucket))
        sync.start(self._door.now())
        return done()

    def _sync(self, incoming: Incoming) -> SyncTask:
        sync = self._board.syncs.get((incoming.params["project_id"], incoming.params["sync_task_id"]))
        if sync is None:
            raise oms_error("OMS.1009")
        return sync
