"""OMS's refusals: its codes and its words for them (platforms.md, OMS error codes)."""

from bot.sandbox.huawei.gateway import ApiError

# HTTP 400, all of them but two: OMS.0206, no permission for OMS at all, is 403, and a group that is not there 404.
_ERRORS = {
    "OMS.0001": "Invalid parameter settings.",
    "OMS.0052": "Invalid value for parameter state.",
    "OMS.0054": "Invalid task ID.",
    "OMS.0057": "Invalid values for source parameters.",
    "OMS.0058": "Invalid values for destination parameters.",
    "OMS.0060": "Migration to the current region is not supported.",
    "OMS.0063": "The task is in progress.",
    "OMS.0065": "The task has already started.",
    "OMS.0066": "Failed to pause the task. The task is not in progress.",
    "OMS.0067": "The parameters are not in JSON format.",
    "OMS.0068": "Token authentication failed.",
    "OMS.0070": "The task is complete. You cannot start or stop it.",
    "OMS.0072": "You do not have the required permissions.",
    "OMS.0074": "The parameters must be the same as those in the Object Storage Migration Service API Reference.",
    "OMS.0083": "The number of traffic limiting rules exceeds the maximum.",
    "OMS.0084": "The maximum traffic value is out of the range.",
    "OMS.0085": "The time segments are overlapped.",
    "OMS.0086": "Failed to update bandwidth_policy.",
    "OMS.0087": "Invalid values for bandwidth_policy parameter.",
    "OMS.0206": "Insufficient permissions.",
    "OMS.1002": "Invalid parameter type.",
    "OMS.1003": "Incorrect parameter constraints.",
    "OMS.1004": "Some required parameters are missing.",
    "OMS.1005": "Authentication failed.",
    "OMS.1009": "No resources found.",
    "OMS.1010": "Incorrect parameter type.",
    "OMS.1036": "Operations cannot be performed on task groups in current state.",
    "OMS.1038": "Only tasks in Executing state can be paused.",
    "OMS.1039": "Only tasks in Paused state can be resumed.",
    "OMS.1040": "Only tasks in Creation failed or Failed state can be restarted.",
}


def oms_error(code: str, status: int = 400) -> ApiError:
    """An OMS.xxxx with its own message."""
    return ApiError(status, {"error_code": code, "error_msg": _ERRORS[code]})
