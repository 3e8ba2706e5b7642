"""boto3 for the local endpoint, out of reach of the environment: profiles, proxies, tokens and endpoints."""

from __future__ import annotations

import os
from functools import cache

import boto3
from botocore.config import Config
from botocore.session import Session

REGION = "us-east-1"


@cache
def local_session() -> boto3.Session:
    """Return the session with made-up credentials; there is one, since a new one reads megabytes of JSON first."""
    # Variables without a name in the environment: neither a profile nor a file of the user is looked at.
    files = {name: (None, None, os.devnull, None) for name in ("config_file", "credentials_file")}
    session = Session({"profile": (None, None, None, None), **files})
    return boto3.Session(
        aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION, botocore_session=session
    )


def local_client_config(config: Config | None) -> Config:
    """Return a client's configuration without retries and proxies, except for what the given one says."""
    ours = Config(
        retries={"total_max_attempts": 1},
        proxies={},
        signature_version="v4",  # a bearer token of the user would demand HTTPS
        use_fips_endpoint=False,
        use_dualstack_endpoint=False,
    )
    return ours if config is None else ours.merge(config)
