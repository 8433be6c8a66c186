"""Where the instructions of a call go: ours beside the C server's, counted by callgrind.

One call at a time on one connection, forwarded without a journal. The kernel is not in it, and
SHA-256 is done without the instructions that processors have for it. A piece of work is told of the
code that does it, whoever asks for it.
"""

import argparse
import pathlib
import re
import sys
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "Thresholds"))

import counting  # noqa: E402
from counting import servers  # noqa: E402

CALLS = 200
# Functions of the runtime and of the C library: whose they are tells less than what they do.
WORK = [
    ("counting references", r"swift_(retain|release|bridgeObject|isUnique)|RefCount"),
    ("checks of exclusive access", r"swift_(begin|end)Access|AccessSet|SwiftTLSContext"),
    ("allocating", r"^(malloc|free|calloc|realloc|_int_|_mid_memalign|unlink_chunk)"
                   r"|malloc_consolidate|swift_(slow)?([aA]lloc|[dD]ealloc)"),
    ("copying and comparing", r"^_*mem(cpy|move|set|cmp)"),
    ("tasks", r"swift_(task|job)|AsyncTask|StackAllocator|withStatusRecord|future_adapter"),
    ("SHA-256", r"(?i)sha256|CCryptoBoringSSL"),
]
LIBRARIES = {"libnghttp2": "nghttp2", "libprotobuf-c": "protobuf-c", "libcrypto": "SHA-256",
             "libc.so": "C library"}
MODULES = {"NIOCore": "SwiftNIO", "NIOPosix": "SwiftNIO", "NIOConcurrencyHelpers": "SwiftNIO",
           "Crypto": "SHA-256", "CryptoBoringWrapper": "SHA-256"}
ROOMS = ["HTTP2", "GRPC", "Messages", "Server", "Provisioning", "Cognito", "JSON", "SigV4"]


class Floor(counting.Service):
    """The C server, forwarding."""

    def command(self, upstream: int) -> list:
        return [self.program, "forward", str(self.port), str(upstream)]


class EchoFloor(counting.Service):
    """The C server, answering by itself."""

    def command(self, upstream: int) -> list:
        return [self.program, "echo", str(self.port)]


def owner(function: str, library: str) -> str:
    for work, pattern in WORK:
        if re.search(pattern, function):
            return work
    for part, name in LIBRARIES.items():
        if part in library:
            return name
    # A mangled name begins with the length and the name of its module.
    if mangled := re.match(r"\$s(\d+)", function):
        module = function[mangled.end():mangled.end() + int(mangled[1])]
        return module if module in ROOMS else MODULES.get(module, "Swift's library")
    return "floor" if library.endswith("/floor") else "Swift's library"


def own_costs(dump: pathlib.Path) -> Counter:
    """Of each function of each library, without what it calls: the format of callgrind's files
    (https://valgrind.org/docs/manual/cl-format.html). A name is written once, with its number."""
    functions, libraries, costs = {}, {}, Counter()
    function = library = ""
    is_of_callee = False
    for line in dump.read_text().splitlines():
        if named := re.match(r"(c?)(fn|ob)=\((\d+)\)(?: (.+))?", line):
            callee, kind, number, text = named.groups()
            names = functions if kind == "fn" else libraries
            if text:
                names[number] = text
            if not callee and kind == "fn":
                function = names[number]
            elif not callee:
                library = names[number]
        elif line.startswith("calls="):
            is_of_callee = True
        elif cost := re.match(r"[+*-]?\d* (\d+)$", line):
            if not is_of_callee:
                costs[function, library] += int(cost[1])
            is_of_callee = False
    return costs


def profile(service_type: type, program: pathlib.Path, kind: str) -> Counter:
    """Instructions of one call, by whose they are."""
    found = Counter()
    with counting.callgrind(service_type, str(program), kind, CALLS) as dump:
        for (function, library), count in own_costs(dump).items():
            found[owner(function, library)] += count / CALLS
        assert abs(sum(found.values()) * CALLS / counting.instructions_of(dump) - 1) < 0.001
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--provisiond", required=True, type=pathlib.Path, help="a release binary, "
                        "with unjournaled-provisiond beside it")
    program = parser.parse_args().provisiond.resolve().with_name("unjournaled-provisiond")
    servers.build()
    floor = servers.BUILD / "floor"
    columns = {"C echo": profile(EchoFloor, floor, "echo"),
               "echo": profile(counting.Service, program, "echo"),
               "C forward": profile(Floor, floor, "create"),
               "forward": profile(counting.Service, program, "create")}
    rows = sorted(set().union(*columns.values()), key=lambda row: -columns["forward"][row])
    print("instructions of a call     " + "".join(f"{name:>11}" for name in columns))
    for row in [*rows, "all"]:
        figures = (c.total() if row == "all" else c[row] for c in columns.values())
        print(f"{row:27}" + "".join(f"{figure:11,.0f}" for figure in figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
