"""A Huawei Cloud on this machine."""
