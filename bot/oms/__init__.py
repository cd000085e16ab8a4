"""Huawei Cloud Object Storage Migration Service, API v2."""
