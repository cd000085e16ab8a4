"""Huawei Cloud IAM as httpx.Auth classes."""
