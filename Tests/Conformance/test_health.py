"""grpc.health.v1 with Google's own stub: Check, Watch, List, without any identity."""

import threading

import grpc
import pytest
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1 import health_pb2_grpc as rpc

import protocol
from daemon import Provisiond

POLICY = """version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
"""
ANONYMOUS = POLICY + """callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
CREATION = "provisioning.v1.UserProvisioningService"
AUDIT = "provisioning.v1.AuditService"
NAMES = ["", CREATION, AUDIT]
SERVING, NOT_SERVING, SERVICE_UNKNOWN = 1, 2, 3
LIMIT = 20


@pytest.fixture(scope="module")
def provisiond(directory):
    # No caller is configured at all: whoever is answered here needed no identity.
    with Provisiond(directory, POLICY, {}, "--sandbox") as server:
        yield server


@pytest.fixture
def health(provisiond):
    return rpc.HealthStub(provisiond.channel)


@pytest.mark.parametrize("service", NAMES)
def test_check(health, service):
    assert health.Check(pb.HealthCheckRequest(service=service), timeout=LIMIT).status == SERVING


@pytest.mark.parametrize("service", ["no.such.Service", "provisioning.v1", "grpc.health.v1.Health "])
def test_check_of_an_unknown_service(health, service):
    with pytest.raises(grpc.RpcError) as refusal:
        health.Check(pb.HealthCheckRequest(service=service), timeout=LIMIT)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_list(health):
    statuses = health.List(pb.HealthListRequest(), timeout=LIMIT).statuses
    assert {name: entry.status for name, entry in statuses.items()} == dict.fromkeys(NAMES, SERVING)


def test_a_wrong_credential_is_not_looked_at(health):
    answer = health.Check(pb.HealthCheckRequest(), timeout=LIMIT,
                          metadata=[("authorization", "Bearer nonsense")])
    assert answer.status == SERVING


def test_other_services_need_an_identity(provisiond):
    with pytest.raises(grpc.RpcError) as refusal:
        provisiond.users.CreateUser(
            protocol.v1.CreateUserRequest(organization="acme", username="a"), timeout=LIMIT)
    assert refusal.value.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("service,status", [(name, SERVING) for name in NAMES]
                         + [("no.such.Service", SERVICE_UNKNOWN)])
def test_watch_tells_at_once_and_stays(health, service, status):
    call = health.Watch(pb.HealthCheckRequest(service=service), timeout=LIMIT)
    assert next(call).status == status
    assert call.is_active()
    call.cancel()


def test_many_watchers(health):
    calls = [health.Watch(pb.HealthCheckRequest(), timeout=LIMIT) for _ in range(50)]
    assert [next(call).status for call in calls] == [SERVING] * 50
    for call in calls:
        call.cancel()


def test_watchers_learn_of_the_drain(tmp_path):
    with Provisiond(tmp_path, ANONYMOUS, {}, "--sandbox") as server:
        health = rpc.HealthStub(server.channel)
        services = [*NAMES, "no.such.Service"]
        calls = {name: health.Watch(pb.HealthCheckRequest(service=name), timeout=60)
                 for name in services}
        seen = {name: [next(call).status] for name, call in calls.items()}
        readers = [threading.Thread(target=lambda n=n: seen[n].extend(a.status for a in calls[n]))
                   for n in services]
        for reader in readers:
            reader.start()
        assert server.stop() == 0
        for reader in readers:
            reader.join(LIMIT)
        assert seen == dict.fromkeys(NAMES, [SERVING, NOT_SERVING]) | {
            "no.such.Service": [SERVICE_UNKNOWN]}
        assert {call.code() for call in calls.values()} == {grpc.StatusCode.OK}
