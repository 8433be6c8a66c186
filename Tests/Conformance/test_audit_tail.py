"""TailAuditEvents: in order, without gaps, from any position; signs of life; the end of the service."""

import signal
import time

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from audit_trail import AuditedService, LIMIT, credentials, entry, policy
from conformance_server import resident_bytes
from protocol import Refusal, audit

STALLED = 100
# What such a reader may cost: its stream's windows, a batch, and the price of a connection.
STALLED_BYTES = 1 << 19


@pytest.fixture(scope="module")
def server(directory):
    with AuditedService(directory) as server:
        yield server


def of_creations(events) -> list:
    return [(event.creation_id, event.kind) for event in events if event.creation_id]


def test_events_come_in_their_order(server):
    with server.tail() as tail:
        made = [server.make() for _ in range(5)]
        events = [event for event in tail.events(11) if event.creation_id]
        assert of_creations(events) == [
            (answer.creation_id, kind) for answer in made
            for kind in (audit.AUDIT_EVENT_KIND_INTENDED, audit.AUDIT_EVENT_KIND_CREATED)]
        assert events == [event for event in server.list() if event.creation_id][:10][::-1]


def test_a_tail_is_a_record_of_its_own(server):
    with server.tail("acme-auditor", organization="acme") as tail:
        (event,) = tail.events(1)
        assert event.kind == audit.AUDIT_EVENT_KIND_AUDIT_TAILED
        assert (event.caller, event.organization) == ("acme-auditor", "acme")


def test_each_position_goes_on_behind_it(server):
    with server.tail() as tail:
        begin = tail.position
        made = server.make()
        server.make("globex")
        positions = [begin]
        events = []
        while len([event for event in events if event.creation_id]) < 4:
            events += tail.events(1)
            positions.append(tail.position)
    for number, position in enumerate(positions[:-1]):
        with server.tail(position=position) as again:
            assert again.events(len(events) - number) == events[number:]
    assert made.creation_id == [event for event in events if event.creation_id][0].creation_id


def test_from_the_beginning(server):
    everything = server.list()
    with server.tail(position="beginning") as tail:
        assert tail.events(len(everything)) == everything[::-1]


def test_an_organization_alone(server):
    with server.tail("acme-auditor") as tail:
        begin = tail.position
        server.make("globex")
        made = server.make("acme")
        seen = [event for event in tail.events(2) if event.creation_id]
        while len(seen) < 2:
            seen += [event for event in tail.events(1) if event.creation_id]
        assert {event.creation_id for event in seen} == {made.creation_id}
    with server.tail("auditor", organization="globex", position=begin) as tail:
        assert {event.organization for event in tail.events(2)} == {"globex"}


def test_signs_of_life(server):
    with server.tail("acme-auditor", heartbeat_interval=Duration(seconds=1)) as tail:
        beats = []
        while len(beats) < 2:
            response = tail.next()
            if response.HasField("heartbeat"):
                beats.append(response)
        assert all(beat.position for beat in beats)
        times = [beat.heartbeat.send_time.ToNanoseconds() for beat in beats]
        assert times == sorted(times) and times[0] < times[1]
    with server.tail("acme-auditor", position=beats[1].position) as tail:
        made = server.make("acme")
        assert made.creation_id in {e.creation_id for e in tail.events(2)}


@pytest.mark.parametrize("fields,caller,code", [
    ({"position": "forged"}, "auditor", "INVALID_ARGUMENT"),
    ({"heartbeat_interval": Duration(nanos=999_999_999)}, "auditor", "INVALID_ARGUMENT"),
    ({"heartbeat_interval": Duration(seconds=301)}, "auditor", "INVALID_ARGUMENT"),
    ({"heartbeat_interval": Duration(seconds=-1)}, "auditor", "INVALID_ARGUMENT"),
    ({"organization": "globex"}, "acme-auditor", "PERMISSION_DENIED"),
    ({}, "writer", "PERMISSION_DENIED")])
def test_what_is_refused(server, fields, caller, code):
    with pytest.raises(grpc.RpcError) as refused:
        next(server.audit.TailAuditEvents(
            audit.TailAuditEventsRequest(**fields), metadata=credentials(caller), timeout=LIMIT))
    assert Refusal(refused.value).code == code


def test_the_position_of_another_journal(server, tmp_path):
    with AuditedService(tmp_path) as other, other.tail() as tail:
        with pytest.raises(grpc.RpcError) as refused:
            server.tail(position=tail.position)
        assert Refusal(refused.value).code == "INVALID_ARGUMENT"


def test_it_goes_on_after_a_restart(tmp_path):
    with AuditedService(tmp_path) as server, server.tail() as tail:
        position = tail.position
        made = server.make()
    with AuditedService(tmp_path) as server, server.tail(position=position) as tail:
        kinds = [event.kind for event in tail.events(5)]
        assert made.creation_id
        assert kinds[-2:] == [audit.AUDIT_EVENT_KIND_STOPPED, audit.AUDIT_EVENT_KIND_STARTED]


def test_a_permission_that_is_taken_ends_the_stream(tmp_path):
    readers = [entry("reader", ["acme"], ["audit.read"]), entry("reader", ["acme"], ["policy.read"])]
    with AuditedService(tmp_path, policy_text=policy(readers[0])) as server:
        with server.tail("reader") as tail:
            server.make()
            tail.events(2)
            server.policy.write_text(policy(readers[1]))
            server.process.send_signal(signal.SIGHUP)
            limit = time.monotonic() + LIMIT
            while not server.logged("policy reloaded") and time.monotonic() < limit:
                time.sleep(0.02)
            server.make()
            while not isinstance(end := tail.next(), grpc.RpcError):
                assert end is not None
            assert Refusal(end).code == "PERMISSION_DENIED"


def test_readers_who_stop_reading_cost_little_and_do_not_hold_the_end(tmp_path):
    with AuditedService(tmp_path, "--drain-timeout", "600") as server:
        for _ in range(200):
            server.make()
        before = resident_bytes(server.process.pid)
        channels, calls = [], []
        for number in range(STALLED):
            # Connections of their own: windows are theirs alone, and nobody reads.
            channel = grpc.insecure_channel(
                server.target, options=[("grpc.use_local_subchannel_pool", 1),
                                        ("grpc.http2.bdp_probe", 0), ("n", number)])
            stub = type(server.audit)(channel)
            call = stub.TailAuditEvents(
                audit.TailAuditEventsRequest(), metadata=credentials("auditor"))
            next(call)
            channels.append(channel)
            calls.append(call)
        for _ in range(300):
            server.make()
        grown = resident_bytes(server.process.pid) - before
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(LIMIT) == 0
        for channel in channels:
            channel.close()
    assert grown < STALLED * STALLED_BYTES, f"{grown} bytes"
