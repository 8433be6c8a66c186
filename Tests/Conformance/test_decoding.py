"""The service's reading of CreateUserRequest against that of Google's library: random messages and
their neighbours."""

import json
import os
import random
import struct
import subprocess

from daemon import binary
from google.protobuf.message import DecodeError
from protocol import v1
from random_requests import Generator

ROUNDS = int(os.environ.get("DECODING_ROUNDS", "4000"))
SEED = 20261121


def neighbour(random_source, encoded: bytes) -> bytes:
    data = bytearray(encoded)
    for _ in range(random_source.randint(0, 3)):
        place = random_source.randrange(len(data) + 1)
        match random_source.randrange(4):
            case 0: data[place:place + 1] = random_source.randbytes(1)
            case 1: data[place:place] = random_source.randbytes(random_source.randint(1, 4))
            case 2: del data[place:place + random_source.randint(1, 8)]
            case 3: data[place:place] = data[place:place + 16]
    return bytes(data)


def theirs(encoded: bytes):
    """What Google's library reads; None for what it refuses."""
    try:
        message = v1.CreateUserRequest.FromString(encoded)
    except DecodeError:
        return None

    def enum(kind, prefix, number):
        return kind.Name(number).removeprefix(prefix) if number in kind.values() else str(number)

    def pairs(attributes):
        return [[a.name, a.value] for a in attributes]

    return {
        "organization": message.organization, "username": message.username,
        "user_attributes": pairs(message.user_attributes),
        "validation_data": pairs(message.validation_data),
        "temporary_password": message.temporary_password,
        "force_alias_creation": message.force_alias_creation,
        "client_metadata": dict(message.client_metadata), "request_id": message.request_id,
        "validate_only": message.validate_only, "user_pool_id": message.user_pool_id,
        "message_action": enum(v1.MessageAction, "MESSAGE_ACTION_", message.message_action),
        "desired_delivery_mediums": [
            enum(v1.DeliveryMedium, "DELIVERY_MEDIUM_", medium)
            for medium in message.desired_delivery_mediums],
    }


HIGHEST_FIELD = (1 << 29) - 1
# Of the fields of one text the last counts.
SINGULAR_TEXTS = {1, 2, 5, 10, 12}
# How the fields are written (wire types).
TYPES = {1: {2}, 2: {2}, 3: {2}, 4: {2}, 5: {2}, 6: {0}, 7: {0}, 8: {0, 2}, 9: {2}, 10: {2}, 11: {0},
         12: {2}, 13: {0}}
PAIRS = {3, 4, 9}


def fields(encoded: bytes) -> list[tuple[int, bytes, bytes]]:
    """The fields of a message, each with its number, all its bytes, and its content if it has a
    length."""
    found, place = [], 0

    def varint() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = encoded[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(encoded):
        start = content = place
        key = varint()
        match key & 7:
            case 0: varint()
            case 1: place += 8
            case 5: place += 4
            case 2:
                length = varint()
                content, place = place, place + length
        found.append((key >> 3, encoded[start:place], encoded[content:place]))
    return found


def is_unusual(encoded: bytes) -> bool:
    """Whether a field that we know is written as one of another type: to them it is one that they do
    not know, protobuf-c refuses it, or takes it for a bool. Or whether a pair is more than one name and
    one value, where they look at texts that do not count, and pass over entries of a map. No client of
    the contract writes such."""
    for number, data, content in fields(encoded):
        if data[0] & 7 not in TYPES.get(number, {data[0] & 7}):
            return True
        if number in PAIRS:
            parts = [(part, inner[0] & 7) for part, inner, _ in fields(content)]
            if len(set(parts)) < len(parts) or not set(parts) <= {(1, 2), (2, 2)}:
                return True
    return False


def without_what_does_not_count(encoded: bytes) -> bytes:
    """Two things are refused by them and passed over by us, because nothing comes of them: fields
    whose numbers no message can have, and texts that are none and are replaced by later ones."""
    known = [field for field in fields(encoded) if field[0] <= HIGHEST_FIELD]
    last = {number: place for place, (number, _, _) in enumerate(known)}
    return b"".join(data for place, (number, data, _) in enumerate(known)
                    if number not in SINGULAR_TEXTS or last[number] == place)


def test_both_read_the_same():
    source, generator = random.Random(SEED), Generator(SEED)
    inputs = []
    for _ in range(ROUNDS):
        encoded = generator.request().SerializeToString()
        inputs.append(encoded if source.random() < 0.2 else neighbour(source, encoded))
    frames = b"".join(struct.pack(">I", len(data)) + data for data in inputs)
    result = subprocess.run([binary("fuzz"), "decode"], input=frames, capture_output=True,
                            timeout=300, check=True)
    ours = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(ours) == len(inputs)
    refused = sum(one is None for one in ours)
    assert ROUNDS * 0.1 < refused < ROUNDS * 0.9
    differing = 0
    for data, one in zip(inputs, ours):
        other = theirs(data)
        if one == other:
            continue
        differing += 1
        if one is None and "\\u0000" in json.dumps(other):
            continue  # A character to them; Cognito takes none, and a C string ends there.
        if one is not None and other is None and one == theirs(without_what_does_not_count(data)):
            continue
        assert is_unusual(data), data.hex()
    assert differing < ROUNDS * 0.02
