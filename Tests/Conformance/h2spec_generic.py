"""The cases of h2spec's suite `generic` (44) and `hpack` (8)."""

from frames import (CANCEL, COMPRESSION_ERROR, DATA, ENABLE_PUSH, HEADER_TABLE_SIZE,
                    INITIAL_WINDOW_SIZE, MAX_CONCURRENT_STREAMS, MAX_FRAME_SIZE,
                    MAX_HEADER_LIST_SIZE, continuation, data, goaway, headers, ping, priority,
                    priority_fields, rst_stream, settings, window_update)
from h2spec_case import (Case, answer_headers, connection_error, first_frame_is_settings,
                         ping_ack, ping_ack_or_closed, settings_ack, some_frame)

NAME = b"h2spec\x00\x00"
some_data = some_frame(DATA, "DATA")


def split_request(*cuts):
    """The header block in pieces: HEADERS, then CONTINUATION frames."""
    def act(c):
        block = c.common()
        edges = [0, *cuts, len(block)]
        pieces = [block[a:b] for a, b in zip(edges, edges[1:])]
        c.send(headers(1, pieces[0], True, False),
               *(continuation(1, piece, index == len(pieces) - 2)
                 for index, piece in enumerate(pieces[1:])))
    return act


def window_closed(*frames_behind):
    """A request whose answer has no window, so that the stream stays half-closed."""
    def act(c):
        c.send(settings((INITIAL_WINDOW_SIZE, 0)), c.request(), *frames_behind)
    return act


def priority_on_closed(c):
    c.send(c.request())
    c.wait_for_stream_end()
    c.send(priority(1), ping())


def posting(*bodies):
    return lambda c: c.send(c.request("POST", end=False), *bodies)


def post_with_trailers(c):
    c.send(c.request("POST", ("trailer", "x-test"), end=False), data(1, b"test"),
           headers(1, c.block([("x-test", "ok")]), True))


def small_table(c):
    c.encoder.header_table_size = 128
    c.send(c.request())


def hpack_bytes(text: str, in_front=False):
    return lambda c: c.send(c.request_with(bytes.fromhex(text), in_front))


def table_size_above_the_limit(c):
    rest = c.peer_settings.get(HEADER_TABLE_SIZE, 4096) + 1 - 31
    update = bytearray([0x3F])
    while rest >= 128:
        update.append(0x80 | rest & 0x7F)
        rest >>= 7
    c.send(c.request_with(bytes(update + bytes([rest])), in_front=True))


ALL_SETTINGS = settings(
    (HEADER_TABLE_SIZE, 4096), (ENABLE_PUSH, 1), (MAX_CONCURRENT_STREAMS, 100),
    (INITIAL_WINDOW_SIZE, 65_535), (MAX_FRAME_SIZE, 16_384), (MAX_HEADER_LIST_SIZE, 100))

STREAMS = [
    Case("generic/1/1", "a client preface", lambda c: c.start(), first_frame_is_settings, False),
    Case("generic/2/1", "PRIORITY on an idle stream",
         lambda c: c.send(priority(1), ping()), ping_ack()),
    Case("generic/2/2", "WINDOW_UPDATE on a half-closed stream",
         window_closed(window_update(1, 1)), some_data),
    Case("generic/2/3", "PRIORITY on a half-closed stream",
         window_closed(priority(1), window_update(1, 1)), some_data),
    Case("generic/2/4", "RST_STREAM on a half-closed stream",
         lambda c: c.send(c.request(), rst_stream(1, CANCEL), ping()), ping_ack_or_closed()),
    Case("generic/2/5", "PRIORITY on a closed stream", priority_on_closed, ping_ack()),
]

FRAMES = [
    Case("generic/3.1/1", "a DATA frame", posting(data(1, b"test", True)), answer_headers),
    Case("generic/3.1/2", "several DATA frames",
         posting(data(1, b"test"), data(1, b"test", True)), answer_headers),
    Case("generic/3.1/3", "a padded DATA frame",
         posting(data(1, b"test", True, padding=5)), answer_headers),
    Case("generic/3.2/1", "a HEADERS frame", lambda c: c.send(c.request()), answer_headers),
    Case("generic/3.2/2", "a padded HEADERS frame",
         lambda c: c.send(c.request(padding=8)), answer_headers),
    Case("generic/3.2/3", "a HEADERS frame with priority",
         lambda c: c.send(c.request(dependency=priority_fields())), answer_headers),
    Case("generic/3.3/1", "PRIORITY of weight 1",
         lambda c: c.send(priority(1, weight=0), c.request()), answer_headers),
    Case("generic/3.3/2", "PRIORITY of weight 256",
         lambda c: c.send(priority(1, weight=255), c.request()), answer_headers),
    Case("generic/3.3/3", "PRIORITY with a dependency",
         lambda c: c.send(priority(3, depends=1, weight=0), c.request()), answer_headers),
    Case("generic/3.3/4", "PRIORITY, exclusive",
         lambda c: c.send(priority(1, weight=0, exclusive=True), c.request()), answer_headers),
    Case("generic/3.3/5", "PRIORITY of an idle stream, then HEADERS of a lower one",
         lambda c: c.send(priority(3), c.request()), answer_headers),
    Case("generic/3.4/1", "RST_STREAM",
         lambda c: c.send(c.request(end=False), rst_stream(1, CANCEL), ping()),
         ping_ack_or_closed()),
    Case("generic/3.5/1", "SETTINGS", lambda c: c.send(ALL_SETTINGS), settings_ack),
    Case("generic/3.7/1", "PING", lambda c: c.send(ping(NAME)), ping_ack(NAME)),
    Case("generic/3.8/1", "GOAWAY",
         lambda c: c.send(goaway(debug=b"h2spec"), ping(NAME)), ping_ack_or_closed(NAME)),
    Case("generic/3.9/1", "WINDOW_UPDATE of the connection",
         lambda c: c.send(window_update(0, 1), ping()), ping_ack()),
    Case("generic/3.9/2", "WINDOW_UPDATE of a stream",
         lambda c: c.send(c.request(), window_update(1, 1)), answer_headers),
    Case("generic/3.10/1", "a CONTINUATION frame", split_request(5), answer_headers),
    Case("generic/3.10/2", "several CONTINUATION frames", split_request(5, 10), answer_headers),
]

MESSAGES = [
    Case("generic/4/1", "GET", lambda c: c.send(c.request()), answer_headers),
    Case("generic/4/2", "HEAD", lambda c: c.send(c.request("HEAD")), answer_headers),
    Case("generic/4/3", "POST", posting(data(1, b"test", True)), answer_headers),
    Case("generic/4/4", "POST with trailers", post_with_trailers, answer_headers),
]

# user-agent: h2spec, and x-test: h2spec, in each representation, plain and by Huffman's code.
NEW_NAME, NEW_NAME_HUFFMAN = "06782d74657374", "85f2b24a84ff"
KNOWN_NAME, KNOWN_NAME_HUFFMAN = "0a757365722d6167656e74", "87b505b161cc5a93"
VALUE, VALUE_HUFFMAN = "06683273706563", "849c48aca4"
REPRESENTATIONS = [
    ("indexed", "ba"),
    ("literal with indexing, known name", "40" + KNOWN_NAME_HUFFMAN + VALUE_HUFFMAN),
    ("literal with indexing, known name, the other code", "40" + KNOWN_NAME + VALUE),
    ("literal with indexing, new name", "40" + NEW_NAME + VALUE),
    ("literal with indexing, new name by Huffman's code", "40" + NEW_NAME_HUFFMAN + VALUE_HUFFMAN),
    ("literal without indexing, known name", "00" + KNOWN_NAME + VALUE),
    ("literal without indexing, known name by Huffman's code",
     "00" + KNOWN_NAME_HUFFMAN + VALUE_HUFFMAN),
    ("literal without indexing, new name", "00" + NEW_NAME + VALUE),
    ("literal without indexing, new name by Huffman's code",
     "00" + NEW_NAME_HUFFMAN + VALUE_HUFFMAN),
    ("literal never indexed, known name", "10" + KNOWN_NAME + VALUE),
    ("literal never indexed, known name by Huffman's code",
     "10" + KNOWN_NAME_HUFFMAN + VALUE_HUFFMAN),
    ("literal never indexed, new name", "10" + NEW_NAME + VALUE),
    ("literal never indexed, new name by Huffman's code",
     "10" + NEW_NAME_HUFFMAN + VALUE_HUFFMAN),
]
COMPRESSION = [
    *(Case(f"generic/5/{number}", title, hpack_bytes(text), answer_headers)
      for number, (title, text) in enumerate(REPRESENTATIONS, 1)),
    Case("generic/5/14", "a smaller dynamic table", small_table, answer_headers),
    Case("generic/5/15", "two updates of the table's size",
         hpack_bytes("3f613fe11f", in_front=True), answer_headers),
]

decoding_error = connection_error(COMPRESSION_ERROR)
HPACK = [
    Case("hpack/2.3.3/1", "an index that is not there", hpack_bytes("c6"), decoding_error),
    Case("hpack/2.3.3/2", "a literal with an index that is not there",
         hpack_bytes("7f0700"), decoding_error),
    Case("hpack/4.2/1", "a size update at the end of a block", hpack_bytes("21"), decoding_error),
    Case("hpack/5.2/1", "Huffman padding of more than seven bits",
         hpack_bytes("0085f2b24a84ff8449509fff"), decoding_error),
    Case("hpack/5.2/2", "Huffman padding of zeros",
         hpack_bytes("0085f2b24a84ff83495090"), decoding_error),
    Case("hpack/5.2/3", "Huffman's code with the end symbol inside",
         hpack_bytes("0085f2b24a84ff874951fffffffa7f"), decoding_error),
    Case("hpack/6.1/1", "index 0", hpack_bytes("80"), decoding_error),
    Case("hpack/6.3/1", "a table larger than SETTINGS_HEADER_TABLE_SIZE",
         table_size_above_the_limit, decoding_error),
]

CASES = STREAMS + FRAMES + MESSAGES + COMPRESSION + HPACK
