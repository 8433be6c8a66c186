"""Peers that are slow, or say nothing: each holds what it can for as long as it is let.

All of them wait at the same time, so that the timers of the server cost the tests their longest
one only. Patience is given in seconds; an attacker that is not cut by then tells what it held.
"""

import os
import resource
import socket
import ssl
import time

from attack_target import (CONTAINED, CUT, REFUSED, SCALE, SURVIVED, Attacker, Outcome, Target)
from frames import (DATA, HEADERS, PREFACE, data, frame, grpc_message, headers, ping, settings)

# Longer than the server waits for a preface, SETTINGS, a header section, a frame and a write.
SHORT_PATIENCE_SECONDS = 36
# Longer than it waits for the rest of a message, too.
LONG_PATIENCE_SECONDS = 80
DRIP_SECONDS = 0.5
CONNECTIONS_OF_A_FLOOD = 160
CONNECTIONS_OF_A_STORM = 300
DESCRIPTORS_LEFT = 110
SPARE_DESCRIPTORS = 8
# Those who come are let in and thrown out within milliseconds, on a busy machine too.
WATCHED_SECONDS = 1.5


def patience() -> float:
    return SHORT_PATIENCE_SECONDS if SCALE == 1 else LONG_PATIENCE_SECONDS


def _hold(attacker: Attacker, drip: bytes = b"", seconds: float | None = None) -> Outcome:
    """Waits for the end of the connection, with one byte of `drip` now and then, for ever."""
    start, position = time.monotonic(), 0
    seconds = patience() if seconds is None else seconds
    while time.monotonic() < start + seconds and not attacker.closed:
        attacker.next_frame(DRIP_SECONDS)
        if drip and not attacker.send(drip[position:position + 1]):
            break
        position = (position + 1) % max(1, len(drip))
    outcome = attacker.outcome(start, position, patience=0.5)
    outcome.seconds = time.monotonic() - start
    return outcome


def _silent(target: Target, *beginning: bytes, drip=b"") -> Outcome:
    with Attacker(target.port, handshake=False) as attacker:
        attacker.answers_pings = False
        attacker.send(*beginning)
        return _hold(attacker, drip)


def no_preface(target):
    return _silent(target)


def half_preface(target):
    return _silent(target, PREFACE[:10])


def dripped_preface(target):
    """Never more than a byte at once; the preface would be whole after 12 seconds."""
    return _silent(target, drip=PREFACE + settings())


def preface_without_settings(target):
    return _silent(target, PREFACE)


def settings_never_acknowledged(target):
    return _silent(target, PREFACE, settings())


def header_section_without_end(target):
    with Attacker(target.port) as attacker:
        block = attacker.encoder.encode(target.fields())
        attacker.send(headers(1, block[:10], end_headers=False))
        return _hold(attacker)


def dripped_header_section(target):
    """A HEADERS frame of 16 000 bytes, a byte at a time."""
    with Attacker(target.port) as attacker:
        attacker.send(frame(HEADERS, 0x4, 1, length=16_000))
        return _hold(attacker, b"\x82")


def half_frame(target):
    with Attacker(target.port) as attacker:
        attacker.send(ping()[:12])
        return _hold(attacker)


def dripped_frame(target):
    """A DATA frame of 16 000 bytes, a byte at a time."""
    with Attacker(target.port) as attacker:
        stream = attacker.open(target.fields())
        attacker.send(frame(DATA, 0, stream, length=16_000))
        return _hold(attacker, b"\x00")


def body_without_end(target):
    """A message of 1 MiB of which 100 bytes come, on as many streams as there may be. The server
    takes the streams away; the connection may live."""
    start, count = time.monotonic(), 100
    with Attacker(target.port) as attacker:
        for _ in range(count):
            stream = attacker.open(target.fields())
            attacker.send(data(stream, grpc_message(bytes(100), length=1 << 20)))
        attacker.read_until(lambda _: len(attacker.ended) >= count, patience())
        kind = CUT if len(attacker.ended) >= count else SURVIVED
        return Outcome(kind, f"{len(attacker.ended)} streams", time.monotonic() - start)


def slow_tls_handshake(target, beginning=b""):
    """Connects to a TLS port and says nothing, or half of what it should."""
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", target.port), timeout=patience()) as raw:
        raw.sendall(beginning)
        try:
            while raw.recv(4096):
                pass
        except TimeoutError:
            return Outcome(SURVIVED, "TLS", time.monotonic() - start)
        except OSError:
            pass
        return Outcome(CUT, "closed", time.monotonic() - start)


def half_client_hello(target):
    hello = ssl.MemoryBIO()
    context = ssl.create_default_context()
    handshake = context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost")
    try:
        handshake.do_handshake()
    except ssl.SSLWantReadError:
        pass
    whole = hello.read()
    return slow_tls_handshake(target, whole[:len(whole) // 2])


def _open_connections(port: int, count: int) -> list:
    opened = []
    for _ in range(count):
        raw = socket.socket()
        raw.settimeout(2)
        try:
            raw.connect(("127.0.0.1", port))
        except OSError:
            raw.close()
            break
        opened.append(raw)
    return opened


def _closed_by_the_server(opened: list, seconds: float, kept=0) -> int:
    """How many of the connections come to their end within a time; the last ones may stay."""
    limit, closed = time.monotonic() + seconds, 0
    for raw in opened[:len(opened) - kept]:
        try:
            raw.settimeout(max(0.001, limit - time.monotonic()))
            while raw.recv(4096):
                pass
            closed += 1
        except TimeoutError:
            pass
        except OSError:
            closed += 1
    return closed


def conn_flood(target: Target, port: int | None = None, kept=0) -> Outcome:
    """More connections than the process has descriptors left; then they have to go again, but for
    `kept` of them, and at no time may they take the last descriptors: Swift's runtime ends a
    process that has none."""
    start = time.monotonic()
    in_use = len(_descriptors(target.pid))
    old = resource.prlimit(target.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(target.pid, resource.RLIMIT_NOFILE, (in_use + DESCRIPTORS_LEFT, old[1]))
    opened = _open_connections(port or target.port, CONNECTIONS_OF_A_FLOOD)
    try:
        left = in_use + DESCRIPTORS_LEFT - _most_descriptors(target.pid, WATCHED_SECONDS)
        closed = _closed_by_the_server(opened, SHORT_PATIENCE_SECONDS if kept == 0 else 1, kept)
    finally:
        for raw in opened:
            raw.close()
        resource.prlimit(target.pid, resource.RLIMIT_NOFILE, old)
    kind = CUT if opened and closed >= len(opened) - kept and left >= SPARE_DESCRIPTORS else SURVIVED
    detail = f"{closed} of {len(opened)} connections, {left} descriptors left"
    return Outcome(kind, detail, time.monotonic() - start)


def conn_storm(target: Target) -> Outcome:
    """Connects again and again, and keeps as many connections as it gets."""
    start, opened = time.monotonic(), []
    while len(opened) < CONNECTIONS_OF_A_STORM:
        more = _open_connections(target.port, 1)
        if not more:
            break
        opened += more
    return Outcome(SURVIVED, f"{len(opened)} connections", time.monotonic() - start)


def _most_descriptors(pid: int, seconds: float) -> int:
    """How many the process has open at most within a time."""
    limit, most = time.monotonic() + seconds, 0
    while time.monotonic() < limit:
        most = max(most, len(_descriptors(pid)))
        time.sleep(0.01)
    return most


def conn_flood_from_one_address(target: Target, limit: int) -> Outcome:
    """More whole connections than one address may have: those above the limit are closed."""
    start, opened = time.monotonic(), []
    try:
        for number in range(limit + 20):
            attacker = Attacker(target.port, handshake=False)
            opened.append(attacker)
            attacker.send(PREFACE, settings())
            attacker.next_frame(5)
            if attacker.closed:
                return Outcome(REFUSED, f"after {number}", time.monotonic() - start)
        return Outcome(SURVIVED, f"{len(opened)} connections", time.monotonic() - start)
    finally:
        for attacker in opened:
            attacker.close()


def _descriptors(pid: int) -> list:
    return os.listdir(f"/proc/{pid}/fd")


SLOW = {
    "slow no_preface": no_preface,
    "slow half_preface": half_preface,
    "slow dripped_preface": dripped_preface,
    "slow no_settings": preface_without_settings,
    "slow settings_ack": settings_never_acknowledged,
    "slow headers": header_section_without_end,
    "slow headers dripped": dripped_header_section,
    "slow frame": half_frame,
    "slow frame dripped": dripped_frame,
    "slow body": body_without_end,
}
# In the short form only watched: the server waits longer for them than the tests do.
WATCHED = {"slow body", "slow frame dripped"} if SCALE == 1 else set()
ACCEPTED = {name: {CUT, CONTAINED} if name in WATCHED else {CUT} for name in SLOW}
