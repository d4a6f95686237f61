"""Clients of AWS, and the adapters of what they reach."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.s3 import S3ObjectStore
from docpipe.adapters.secrets import SecretsManager
from docpipe.adapters.sqs import SqsQueues
from docpipe.pipeline.erase_document import Shelves

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client


@cache
def s3() -> S3Client:
    """The client that all buckets of a function share."""
    return boto3.client("s3", config=CONFIG)


@cache
def dynamodb() -> DynamoDBClient:
    """The client that all tables of a function share."""
    return boto3.client("dynamodb", config=CONFIG)


def bucket(name: str) -> S3ObjectStore:
    """A bucket."""
    return S3ObjectStore(s3(), name)


def shelves(uploads_bucket: str, results_bucket: str) -> Shelves:
    """Where a document's objects are erased."""
    return Shelves(uploads=bucket(uploads_bucket), results=bucket(results_bucket))


def queues(url_prefix: str) -> SqsQueues:
    """The stage's queues."""
    return SqsQueues(boto3.client("sqs", config=CONFIG), url_prefix)


def secrets() -> SecretsManager:
    """The stage's secrets."""
    return SecretsManager(boto3.client("secretsmanager", config=CONFIG))
