"""Huawei Cloud: errors, the way to it, IAM and OMS."""
