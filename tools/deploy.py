"""Deploys or destroys a stage, after looking whether all is there that it takes: ``make deploy`` and ``make destroy``.

``python -m tools.deploy deploy STAGE [--profile PROFILE] [KEY=VALUE …]``: the further words are CDK context.
``python -m tools.deploy destroy STAGE --empty`` deletes first what lies in the buckets that go with the stage.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools import cdk

_BOOTSTRAP: Final = "/cdk-bootstrap/hnb659fds/version"
"""Parameter that ``cdk bootstrap`` leaves behind (AWS CDK developer guide, "Bootstrapping")."""


class DeploymentError(Exception):
    """The stage cannot be deployed as things are; the message says what to do."""


def main() -> None:
    """Do what the command line says; end with one sentence when something is missing."""
    arguments = _arguments()
    try:
        session = _session()
        account = _account(session)
        program = cdk.command()
        if arguments.action == "destroy":
            stack = f"docpipe-{arguments.stage}"
            _check_unprotected(session, stack)
            if arguments.empty:
                empty_buckets(session, stack)
            sys.exit(cdk.run(program, ["destroy", *_context(arguments)]))
        _check_page()
        _check_docker()
        _check_bootstrap(session, account)
        sys.exit(_deploy(program, _context(arguments)))
    except (DeploymentError, cdk.CdkError) as error:
        sys.exit(str(error))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.deploy")
    parser.add_argument("action", choices=("deploy", "destroy"))
    parser.add_argument("stage")
    parser.add_argument("--profile", default="dev")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE")
    # Settings may stand after the profile as well as before it.
    return parser.parse_intermixed_args()


def _context(arguments: argparse.Namespace) -> list[str]:
    pairs = [f"stage={arguments.stage}", f"profile={arguments.profile}", *arguments.settings]
    return [f"--context={pair}" for pair in pairs]


def _session() -> boto3.session.Session:
    """A session in the region that the CDK takes: boto3 itself looks at ``AWS_DEFAULT_REGION`` and profiles only."""
    return boto3.session.Session(region_name=os.environ.get("AWS_REGION"))


def _account(session: boto3.session.Session) -> str:
    """The account that the credentials are of."""
    try:
        identity = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise DeploymentError(
            f"No AWS credentials that work were found ({error}). Sign in (aws sso login, or AWS_PROFILE=…), and set "
            "AWS_REGION to the region that the stage is to live in."
        ) from None
    return str(identity["Account"])


def _check_page() -> None:
    if not (cdk.ROOT / "web/dist/index.html").is_file():
        raise DeploymentError("The page is not built. Run: make web")


def _check_docker() -> None:
    program = os.environ.get("CDK_DOCKER", "docker")
    if shutil.which(program) is None:
        raise DeploymentError(
            "Docker is not installed; it builds the image of the functions. Run: tools/setup_containers.sh"
        )
    if subprocess.run([program, "info"], capture_output=True, check=False).returncode != 0:
        raise DeploymentError("The Docker daemon cannot be reached. Start it, and let this user talk to it.")


def _check_bootstrap(session: boto3.session.Session, account: str) -> None:
    try:
        session.client("ssm").get_parameter(Name=_BOOTSTRAP)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise DeploymentError(f"Whether the account is prepared for the CDK cannot be told ({error}).") from None
        raise DeploymentError(
            f"The account is not prepared for the CDK in this region. Run once: "
            f".venv/bin/python -m tools.cdk bootstrap aws://{account}/{session.region_name}"
        ) from None


def _check_unprotected(session: boto3.session.Session, stack: str) -> None:
    """A stack that is not there protects nothing; that there is none, the CDK says."""
    try:
        (found,) = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return
        raise DeploymentError(f"Whether {stack} is protected from deletion cannot be told ({error}).") from None
    if found.get("EnableTerminationProtection"):
        raise DeploymentError(
            f"{stack} is protected from deletion. If it is to go, take that off and run this again: "
            f"aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name {stack}"
        )


def _deploy(program: Sequence[str], context: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        outputs = Path(folder) / "outputs.json"
        status = cdk.run(program, ["deploy", f"--outputs-file={outputs}", *context])
        if status == 0:
            for stack, values in json.loads(outputs.read_text()).items():
                print(f"\n{stack}")
                print("\n".join(f"  {name:24} {value}" for name, value in sorted(values.items())))
    return status


def empty_buckets(session: boto3.session.Session, stack: str) -> None:
    """Delete every version of every object in those of a stack's buckets that would be deleted with it."""
    cloudformation = session.client("cloudformation")
    try:
        template = cloudformation.get_template(StackName=stack)["TemplateBody"]
        for logical_id, resource in template["Resources"].items():
            if (resource["Type"], resource.get("DeletionPolicy")) == ("AWS::S3::Bucket", "Delete"):
                told = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
                name = told["StackResourceDetail"]["PhysicalResourceId"]
                print(f"Emptying {name}")
                session.resource("s3").Bucket(name).object_versions.delete()
    except ClientError as error:
        raise DeploymentError(f"The buckets of {stack} could not be emptied ({error}).") from None


if __name__ == "__main__":
    main()
