"""The contract as a test suite: openapi.yaml against a running service, whoever wrote it.

    python -m contract_suite --url http://127.0.0.1:8002 --key KEY

`contract_suite.suite.hold(url, key)` does the same and returns the exit code: 0 kept, 1 broken,
2 not reached. What is checked, and what is allowed to deviate, is in schemathesis.toml.
"""
