"""Wiring of the link_keys function."""

from __future__ import annotations

from functools import cache

import boto3

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.rsa_keys import RsaKeyPairs
from docpipe.adapters.secrets import KeptSecret
from docpipe.pipeline.link_keys import LinkKeyring
from docpipe.settings import LinkKeysSettings


@cache
def wired() -> LinkKeyring:
    """What the function works with."""
    settings = LinkKeysSettings.from_environment()
    secret = KeptSecret(boto3.client("secretsmanager", config=CONFIG), settings.links_secret)
    return LinkKeyring(secret=secret, pairs=RsaKeyPairs())
