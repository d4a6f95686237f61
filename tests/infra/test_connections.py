"""The arithmetic of concurrency: what may run at once has a connection, and nothing runs without a bound."""

from __future__ import annotations

import pytest

from infra.catalogue import AT_DEPLOYMENT, FUNCTIONS
from infra.profiles import TRAITS, Profile
from tests.infra.stack import Stack, referred, text

pytestmark = pytest.mark.xdist_group("synth")

RESERVED_BY_POSTGRESQL = 3 + 2
"""``superuser_reserved_connections`` and RDS's ``rds.rds_superuser_reserved_connections``, by default."""


def behind_queues() -> int:
    return sum(source.maximum_concurrency for spec in FUNCTIONS if spec.uses_database for source in spec.event_sources)


def test_in_production_every_connection_that_can_be_asked_for_is_there(production: Stack) -> None:
    reserved = sum(
        production.functions[spec.name]["ReservedConcurrentExecutions"]
        for spec in FUNCTIONS
        if spec.uses_database and not spec.event_sources
    )
    (parameters,) = production.of_type("AWS::RDS::DBParameterGroup").values()
    taken = behind_queues() + reserved + RESERVED_BY_POSTGRESQL
    assert taken < int(parameters["Parameters"]["max_connections"])


def test_in_every_profile_the_queues_leave_the_api_a_quarter_of_the_connections() -> None:
    for profile in Profile:
        database = TRAITS[profile].database
        if database is not None:
            assert behind_queues() + RESERVED_BY_POSTGRESQL <= 0.75 * database.max_connections


def test_every_event_source_is_bounded_and_none_twice(any_stack: Stack) -> None:
    for spec in FUNCTIONS:
        for queue, mapping in any_stack.event_sources(spec.name).items():
            (source,) = [source for source in spec.event_sources if source.queue == queue]
            assert mapping["ScalingConfig"]["MaximumConcurrency"] == source.maximum_concurrency
        if spec.event_sources:
            # A throttled poller loses time, and a message its receives.
            assert "ReservedConcurrentExecutions" not in any_stack.functions[spec.name]


def test_functions_without_a_queue_are_held_in_production(production: Stack) -> None:
    for spec in FUNCTIONS:
        if not spec.event_sources:
            assert production.functions[spec.name]["ReservedConcurrentExecutions"] == spec.reserved_concurrency


def test_profiles_for_new_accounts_reserve_nothing(stack: Stack, hybrid: Stack) -> None:
    for each in (stack, hybrid):
        assert not [name for name, function in each.functions.items() if "ReservedConcurrentExecutions" in function]


def test_a_scheduled_run_cannot_meet_more_than_its_successor(production: Stack) -> None:
    for spec in FUNCTIONS:
        if spec.schedule_s is not None:
            assert spec.reserved_concurrency == 1 + -(-spec.timeout_s // spec.schedule_s)


def test_deployment_functions_run_one_at_a_time() -> None:
    assert {spec.reserved_concurrency for spec in FUNCTIONS if spec.name in AT_DEPLOYMENT} == {1}


def test_the_servers_logs_are_made_before_the_server_encrypted_and_forgetting(production: Stack) -> None:
    (instance_id,) = production.of_type("AWS::RDS::DBInstance")
    groups = production.of_type("AWS::Logs::LogGroup")
    own = {key: group for key, group in groups.items() if group["LogGroupName"].startswith("/aws/rds/")}
    (instance,) = production.of_type("AWS::RDS::DBInstance").values()
    exported = {group["LogGroupName"].rpartition("/")[2] for group in own.values()}
    assert exported == set(instance["EnableCloudwatchLogsExports"])
    assert own.keys() <= production.dependencies(instance_id)
    for group in own.values():
        assert group["LogGroupName"].startswith(f"/aws/rds/instance/{instance['DBInstanceIdentifier']}/")
        assert referred(group["KmsKeyId"]) == production.key
        assert group["RetentionInDays"] == 365


def test_variables_of_functions_are_encrypted_with_the_stages_key(any_stack: Stack) -> None:
    for function in any_stack.functions.values():
        assert text(function["KmsKeyArn"]) == f"<{any_stack.key}>"
