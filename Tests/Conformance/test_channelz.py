"""grpc.channelz.v1 with Google's own stub: true counters after known traffic."""

import socket
import time

import grpc
import pytest
from grpc_channelz.v1 import channelz_pb2 as pb
from grpc_channelz.v1 import channelz_pb2_grpc as rpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from daemon import Provisiond
from protocol import Refusal, audit

POLICY = """version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
"""
ANONYMOUS = POLICY + """callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
LIMIT = 20
UNKNOWN = 1 << 40


@pytest.fixture
def provisiond(tmp_path):
    with Provisiond(tmp_path, ANONYMOUS, {}, "--sandbox") as server:
        yield server


@pytest.fixture
def channelz(provisiond):
    return rpc.ChannelzStub(provisiond.channel)


def only_server(channelz):
    answer = channelz.GetServers(pb.GetServersRequest(), timeout=LIMIT)
    assert answer.end
    (server,) = answer.server
    return server


def sockets(channelz, server_id) -> list:
    """All connections of the server, page by page, one on each."""
    found, start = [], 0
    while True:
        page = channelz.GetServerSockets(
            pb.GetServerSocketsRequest(server_id=server_id, start_socket_id=start, max_results=1),
            timeout=LIMIT)
        found += page.socket_ref
        if page.end:
            return found
        (reference,) = page.socket_ref
        assert reference.socket_id >= start
        start = reference.socket_id + 1


def test_calls_are_counted(provisiond, channelz):
    before = only_server(channelz).data
    health = health_pb2_grpc.HealthStub(provisiond.channel)
    for _ in range(5):
        health.Check(health_pb2.HealthCheckRequest(), timeout=LIMIT)
    for _ in range(3):
        with pytest.raises(grpc.RpcError):
            health.Check(health_pb2.HealthCheckRequest(service="none"), timeout=LIMIT)
    with pytest.raises(grpc.RpcError):
        provisiond.channel.unary_unary("/no.such.Service/Method")(b"", timeout=LIMIT)
    started = time.time()
    after = only_server(channelz).data
    # The call that asks has begun and has not ended.
    assert after.calls_started - before.calls_started == 5 + 3 + 1 + 1
    assert after.calls_succeeded - before.calls_succeeded == 5 + 1
    assert after.calls_failed - before.calls_failed == 3 + 1
    assert abs(after.last_call_started_timestamp.ToSeconds() - started) <= 2


def test_the_listen_socket(provisiond, channelz):
    server = only_server(channelz)
    (reference,) = server.listen_socket
    answer = channelz.GetSocket(
        pb.GetSocketRequest(socket_id=reference.socket_id), timeout=LIMIT).socket
    assert answer.ref == reference
    assert answer.local.tcpip_address.port == provisiond.port
    assert socket.inet_ntop(
        socket.AF_INET, answer.local.tcpip_address.ip_address) == "127.0.0.1"


def test_a_connection(provisiond, channelz):
    server_id = only_server(channelz).ref.server_id
    (reference,) = sockets(channelz, server_id)
    before = channelz.GetSocket(
        pb.GetSocketRequest(socket_id=reference.socket_id), timeout=LIMIT).socket
    health = health_pb2_grpc.HealthStub(provisiond.channel)
    for _ in range(7):
        health.Check(health_pb2.HealthCheckRequest(), timeout=LIMIT)
    watch = health.Watch(health_pb2.HealthCheckRequest(), timeout=LIMIT)
    next(watch)
    after = channelz.GetSocket(
        pb.GetSocketRequest(socket_id=reference.socket_id), timeout=LIMIT).socket
    watch.cancel()
    change = after.data.streams_started - before.data.streams_started
    assert change == 7 + 1 + 1
    assert after.data.streams_succeeded - before.data.streams_succeeded == 7 + 1
    assert after.data.streams_failed == before.data.streams_failed
    assert after.data.messages_received - before.data.messages_received == 9
    assert after.data.messages_sent - before.data.messages_sent == 9
    assert after.data.local_flow_control_window.value > 0
    assert after.data.remote_flow_control_window.value > 0
    assert abs(after.data.last_remote_stream_created_timestamp.ToSeconds() - time.time()) <= 2
    assert after.data.last_message_received_timestamp.seconds > 0
    assert not after.data.HasField("last_local_stream_created_timestamp")
    assert after.local.tcpip_address.port == provisiond.port
    assert after.remote.tcpip_address.port not in {0, provisiond.port}
    assert not after.HasField("security")


def test_identifiers_are_never_used_again(provisiond, channelz):
    server = only_server(channelz)
    seen = {server.ref.server_id, *(ref.socket_id for ref in server.listen_socket)}
    (own,) = sockets(channelz, server.ref.server_id)
    seen.add(own.socket_id)
    assert len(seen) == 3
    for _ in range(3):
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(provisiond.target, options=options) as other:
            health_pb2_grpc.HealthStub(other).Check(
                health_pb2.HealthCheckRequest(), timeout=LIMIT)
            found = {ref.socket_id for ref in sockets(channelz, server.ref.server_id)}
            fresh = found - seen
            assert len(fresh) == 1 and max(found) == fresh.pop()
        seen |= found


def test_pages(provisiond, channelz):
    server_id = only_server(channelz).ref.server_id
    options = [("grpc.use_local_subchannel_pool", 1)]
    others = [grpc.insecure_channel(provisiond.target, options=options) for _ in range(4)]
    for other in others:
        health_pb2_grpc.HealthStub(other).Check(health_pb2.HealthCheckRequest(), timeout=LIMIT)
    identifiers = [ref.socket_id for ref in sockets(channelz, server_id)]
    assert len(identifiers) == 5 and identifiers == sorted(identifiers)
    whole = channelz.GetServerSockets(
        pb.GetServerSocketsRequest(server_id=server_id), timeout=LIMIT)
    assert [ref.socket_id for ref in whole.socket_ref] == identifiers and whole.end
    for other in others:
        other.close()


def test_a_process_that_is_no_client_has_no_channels(channelz):
    answer = channelz.GetTopChannels(pb.GetTopChannelsRequest(), timeout=LIMIT)
    assert list(answer.channel) == [] and answer.end


@pytest.mark.parametrize("method,request_message,code,reason", [
    ("GetServer", pb.GetServerRequest(server_id=UNKNOWN), "NOT_FOUND", "SERVER_NOT_FOUND"),
    ("GetServerSockets", pb.GetServerSocketsRequest(server_id=UNKNOWN), "NOT_FOUND",
     "SERVER_NOT_FOUND"),
    ("GetSocket", pb.GetSocketRequest(socket_id=UNKNOWN), "NOT_FOUND", "SOCKET_NOT_FOUND"),
    ("GetChannel", pb.GetChannelRequest(channel_id=UNKNOWN), "NOT_FOUND", "CHANNEL_NOT_FOUND"),
    ("GetSubchannel", pb.GetSubchannelRequest(subchannel_id=UNKNOWN), "NOT_FOUND",
     "SUBCHANNEL_NOT_FOUND"),
    ("GetServers", pb.GetServersRequest(max_results=-1), "INVALID_ARGUMENT", "INVALID_REQUEST")])
def test_what_cannot_be_answered(provisiond, channelz, method, request_message, code, reason):
    with pytest.raises(grpc.RpcError) as error:
        getattr(channelz, method)(request_message, timeout=LIMIT)
    refusal = Refusal(error.value)
    assert (refusal.code, refusal.reason) == (code, reason)
    # Nothing was denied to anybody.
    denied = audit.ListAuditEventsRequest(kind=audit.AUDIT_EVENT_KIND_DENIED)
    assert not provisiond.audit.ListAuditEvents(denied, timeout=LIMIT).events


def test_channelz_needs_an_identity(tmp_path):
    with Provisiond(tmp_path, POLICY, {}, "--sandbox") as server:
        with pytest.raises(grpc.RpcError) as refusal:
            rpc.ChannelzStub(server.channel).GetServers(pb.GetServersRequest(), timeout=LIMIT)
    assert refusal.value.code() is grpc.StatusCode.UNAUTHENTICATED
