"""A Slack and a Huawei Cloud on loopback, for the demo and the tests."""
