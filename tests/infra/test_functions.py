"""Names, sizes, environments and code of the functions."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from docpipe import settings
from docpipe.domain.tiers import TIERS, TierSpec
from infra.catalogue import FUNCTIONS, functions_of
from infra.specs import FunctionSpec, Package
from tests.infra.stack import Stack, referred, text
from tools.synthesis import ROOT

pytestmark = pytest.mark.xdist_group("synth")

SETTINGS: dict[str, type[settings.BaseSettings]] = {
    "api": settings.ApiSettings,
    "assemble": settings.AssembleSettings,
    "authorizer": settings.AuthorizerSettings,
    "dead_letter": settings.DeadLetterSettings,
    "deliver": settings.DeliverSettings,
    "intake": settings.IntakeSettings,
    "link_keys": settings.LinkKeysSettings,
    "live": settings.LiveSettings,
    "migrate": settings.MigrateSettings,
    "notify": settings.NotifySettings,
    "ocr": settings.OcrSettings,
    "start_migration": settings.StartMigrationSettings,
    "sweep": settings.SweepSettings,
}
READ_BY_POWERTOOLS = {
    "LOG_LEVEL",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_TRACER_CAPTURE_RESPONSE",
}

OF_A_DISTRIBUTION = {"LINKS_KEY", "LINKS_KEY_ID", "LINKS_URL"}

each_function = pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.name)
each_with_own_page = pytest.mark.parametrize("spec", functions_of(own_page=True), ids=lambda spec: spec.name)
each_image_function = pytest.mark.parametrize(
    "spec", [spec for spec in FUNCTIONS if spec.package is Package.IMAGE], ids=lambda spec: spec.name
)
each_zip_function = pytest.mark.parametrize(
    "spec", [spec for spec in FUNCTIONS if spec.package is Package.ZIP], ids=lambda spec: spec.name
)

STAGED_AS_THEY_ARE = [
    spec
    for spec in FUNCTIONS
    if spec.package is Package.ZIP and not (ROOT / "functions" / spec.folder / "requirements.txt").exists()
]


def environment(stack: Stack, function: str) -> dict[str, Any]:
    variables: dict[str, Any] = stack.functions[function]["Environment"]["Variables"]
    return variables


def test_the_functions_are_those_of_the_catalogue(stack: Stack, production: Stack) -> None:
    assert set(stack.functions) == {spec.name for spec in FUNCTIONS}
    assert set(production.functions) == {spec.name for spec in functions_of(own_page=True)}


@each_function
def test_environment_is_what_the_settings_read_and_no_more(stack: Stack, spec: FunctionSpec) -> None:
    read = {name.upper() for name in SETTINGS[spec.folder].model_fields}
    assert set(environment(stack, spec.name)) == (read | READ_BY_POWERTOOLS) - {
        *("AUTH_SECRET", "DATABASE_SECRET"),
        *OF_A_DISTRIBUTION,
    }


@each_with_own_page
def test_with_a_database_elsewhere_its_secret_takes_the_place_of_its_address(hybrid: Stack, spec: FunctionSpec) -> None:
    read = {name.upper() for name in SETTINGS[spec.folder].model_fields}
    given = set(environment(hybrid, spec.name))
    assert given == (read | READ_BY_POWERTOOLS) - {"DATABASE_URL", "ADMINISTRATOR_SECRET"}
    assert ("DATABASE_SECRET" in given) == spec.uses_database


@each_function
def test_settings_accept_the_values(stack: Stack, spec: FunctionSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(stack, spec.name).items():
        monkeypatch.setenv(name, text(value))
    accepted = SETTINGS[spec.folder].from_environment()
    assert accepted.docpipe_stage == "local"
    assert not isinstance(accepted, settings.Settings) or accepted.database_iam_auth


@each_with_own_page
def test_settings_accept_the_values_of_a_database_elsewhere(
    hybrid: Stack, spec: FunctionSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(hybrid, spec.name).items():
        monkeypatch.setenv(name, text(value))
    accepted = SETTINGS[spec.folder].from_environment()
    assert not isinstance(accepted, settings.Settings) or accepted.database_secret == "docpipe/database-url"


@each_function
def test_traces_never_hold_what_a_handler_answers(stack: Stack, spec: FunctionSpec) -> None:
    assert environment(stack, spec.name)["POWERTOOLS_TRACER_CAPTURE_RESPONSE"] == "false"


@each_function
def test_the_handler_can_be_imported_and_takes_its_dependencies(spec: FunctionSpec) -> None:
    module, _, name = spec.handler.rpartition(".")
    parameters = list(inspect.signature(getattr(importlib.import_module(module), name)).parameters)
    assert parameters == ["event", "context", "deps"]


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.tier)
def test_tiers_have_the_memory_and_the_workers_that_the_domain_plans_with(stack: Stack, tier: TierSpec) -> None:
    name = f"ocr-{tier.tier}"
    assert stack.functions[name]["MemorySize"] == tier.memory_mb
    assert environment(stack, name)["PAGE_WORKERS"] == str(tier.page_workers)


def test_queue_urls_are_the_prefix_and_the_name(stack: Stack) -> None:
    prefix = text(environment(stack, "sweep")["QUEUE_URL_PREFIX"])
    assert prefix == "https://sqs.<AWS::Region>.<AWS::URLSuffix>/<AWS::AccountId>/docpipe-local-"
    assert all(queue["QueueName"].startswith("docpipe-local-") for queue in stack.queues.values())


def test_the_database_url_holds_no_password_and_asks_for_a_checked_certificate(stack: Stack) -> None:
    (instance,) = stack.of_type("AWS::RDS::DBInstance")
    assert text(environment(stack, "api")["DATABASE_URL"]) == (
        f"postgresql://docpipe@<{instance}>:<{instance}>/docpipe"
        "?sslmode=verify-full&sslrootcert=/opt/certs/rds-ca-bundle.pem"
    )


def test_all_image_functions_run_one_image_by_their_own_handler(stack: Stack) -> None:
    images = [spec for spec in FUNCTIONS if spec.package is Package.IMAGE]
    assert len({text(stack.functions[spec.name]["Code"]["ImageUri"]) for spec in images}) == 1
    for spec in images:
        assert stack.functions[spec.name]["ImageConfig"] == {"Command": [spec.handler]}


@pytest.mark.parametrize("spec", STAGED_AS_THEY_ARE, ids=lambda spec: spec.name)
def test_a_zip_holds_its_own_folder_and_no_other(stack: Stack, spec: FunctionSpec) -> None:
    asset = stack.outdir / ("asset." + stack.functions[spec.name]["Code"]["S3Key"].removesuffix(".zip"))
    files = {path.relative_to(asset).as_posix() for path in asset.rglob("*") if path.is_file()}
    assert {f"functions/{spec.folder}/handler.py", "functions/__init__.py"} <= files
    assert all(file == "functions/__init__.py" or file.startswith(f"functions/{spec.folder}/") for file in files)
    assert not [file for file in files if file.endswith(".pyc")]


@each_zip_function
def test_zip_functions_share_one_layer(stack: Stack, spec: FunctionSpec) -> None:
    (layer,) = stack.of_type("AWS::Lambda::LayerVersion")
    assert [referred(used) for used in stack.functions[spec.name]["Layers"]] == [layer]


def test_the_image_is_built_from_what_it_copies_only(stack: Stack) -> None:
    (context,) = [path for path in stack.outdir.glob("asset.*") if (path / "functions/ocr/Dockerfile").exists()]
    files = {path.relative_to(context).as_posix() for path in context.rglob("*") if path.is_file()}
    assert {"layers/shared/python/docpipe/__init__.py", "layers/shared/requirements.txt"} <= files
    folders = {Path(file).parent.parts[:2] for file in files - {".dockerignore"}}
    of_functions = {("functions",), ("functions", "intake"), ("functions", "ocr"), ("functions", "assemble")}
    assert folders == {*of_functions, ("layers", "shared")}
    assert not [file for file in files if "__pycache__" in file]


@each_image_function
def test_temporary_storage_holds_the_largest_upload(stack: Stack, spec: FunctionSpec) -> None:
    largest = int(environment(stack, "intake")["MAX_FILE_BYTES"])
    assert stack.functions[spec.name]["EphemeralStorage"]["Size"] * 2**20 > largest


def test_functions_that_bring_answers_to_people_stay_below_the_api_limit(stack: Stack) -> None:
    """HTTP APIs give up after 30 s (Amazon API Gateway quotas)."""
    assert stack.functions["api"]["Timeout"] < 30


def invoked_by_itself(stack: Stack, function: str) -> dict[str, Any]:
    """How Lambda treats events of a function that nobody waits for."""
    functions = stack.of_type("AWS::Lambda::Function")
    (found,) = [
        config
        for config in stack.of_type("AWS::Lambda::EventInvokeConfig").values()
        if functions[referred(config["FunctionName"])] == stack.functions[function]
    ]
    return found


@pytest.mark.parametrize("spec", [spec for spec in FUNCTIONS if spec.schedule_s], ids=lambda spec: spec.name)
def test_a_scheduled_run_is_made_up_for_by_the_next_and_by_nothing_else(any_stack: Stack, spec: FunctionSpec) -> None:
    """Else hundreds that had failed or found no room would run at once when a database comes back."""
    told = invoked_by_itself(any_stack, spec.name)
    assert (told["MaximumRetryAttempts"], told["MaximumEventAgeInSeconds"]) == (0, spec.schedule_s)
    (target,) = [
        target
        for rule in any_stack.of_type("AWS::Events::Rule").values()
        for target in rule["Targets"]
        if any_stack.of_type("AWS::Lambda::Function")[referred(target["Arn"])] == any_stack.functions[spec.name]
    ]
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 0}


def test_a_migration_that_failed_is_not_begun_again_behind_a_rollback(any_stack: Stack) -> None:
    assert invoked_by_itself(any_stack, "start_migration")["MaximumRetryAttempts"] == 0
    ((schema_id, schema),) = any_stack.of_type("Custom::DocpipeSchema").items()
    # CloudFormation takes it as text, seconds.
    assert any_stack.functions["start_migration"]["Timeout"] < int(schema["ServiceTimeout"]) <= 900
    assert any_stack.dependencies(schema_id) & set(any_stack.of_type("AWS::Lambda::EventInvokeConfig"))


@each_function
def test_logs_go_to_an_encrypted_group_that_forgets(any_stack: Stack, spec: FunctionSpec) -> None:
    function = any_stack.functions[spec.name]
    group = any_stack.of_type("AWS::Logs::LogGroup")[referred(function["LoggingConfig"]["LogGroup"])]
    assert group["LogGroupName"] == f"/aws/lambda/{any_stack.prefix}{spec.name}"
    assert group["RetentionInDays"] in {30, 90, 365}
    assert referred(group["KmsKeyId"]) == any_stack.key


def test_the_image_is_built_with_the_languages_that_the_api_takes(stack: Stack) -> None:
    (manifest,) = stack.outdir.glob("*.assets.json")
    images = json.loads(manifest.read_text())["dockerImages"].values()
    built = {image["source"]["dockerBuildArgs"]["LANGUAGES"] for image in images}
    assert built == {environment(stack, "api")["LANGUAGES"]}
