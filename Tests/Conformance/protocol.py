"""The public contract, compiled by grpcio-tools from proto/ the way any Python client would."""

import atexit
import importlib
import pathlib
import shutil
import sys
import tempfile

import grpc_tools
from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _compile() -> pathlib.Path:
    output = pathlib.Path(tempfile.mkdtemp(prefix="provisioning-stubs-"))
    atexit.register(shutil.rmtree, output, ignore_errors=True)
    wellknown = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    files = sorted(str(path) for path in (ROOT / "proto").rglob("*.proto"))
    arguments = [f"-I{ROOT / 'proto'}", f"-I{wellknown}", f"--python_out={output}",
                 f"--grpc_python_out={output}"]
    if protoc.main(["protoc", *arguments, *files]) != 0:
        raise RuntimeError("proto/ does not compile")
    return output


sys.path.insert(0, str(_compile()))

v1 = importlib.import_module("provisioning.v1.user_provisioning_pb2")
v1_grpc = importlib.import_module("provisioning.v1.user_provisioning_pb2_grpc")
audit = importlib.import_module("provisioning.v1.audit_pb2")
audit_grpc = importlib.import_module("provisioning.v1.audit_pb2_grpc")
status = importlib.import_module("google.rpc.status_pb2")
details = importlib.import_module("google.rpc.error_details_pb2")

CREATE_USER = "/provisioning.v1.UserProvisioningService/CreateUser"


def attributes(values: dict) -> list:
    return [v1.UserAttribute(name=name, value=value) for name, value in values.items()]


class Refusal:
    """What a failed call said, details unpacked."""

    def __init__(self, error):
        self.code = error.code().name
        self.message = error.details()
        self.trailers = {key: value for key, value in error.trailing_metadata()}
        self.status = status.Status.FromString(self.trailers.get("grpc-status-details-bin", b""))
        self.info = self._detail(details.ErrorInfo)
        self.bad_request = self._detail(details.BadRequest)
        self.retry_info = self._detail(details.RetryInfo)

    def _detail(self, kind):
        for any_message in self.status.details:
            if any_message.Is(kind.DESCRIPTOR):
                message = kind()
                any_message.Unpack(message)
                return message
        return None

    @property
    def reason(self):
        return self.info.reason if self.info else None

    @property
    def executed(self):
        return self.info.metadata.get("executed") if self.info else None

    @property
    def everything(self) -> bytes:
        """All bytes that reached the client, to look for what must not be there."""
        parts = [self.message.encode()]
        for key, value in self.trailers.items():
            parts += [key.encode(), value if isinstance(value, bytes) else value.encode()]
        return b"\n".join(parts)

    def __repr__(self):
        return f"{self.code} {self.reason} executed={self.executed}: {self.message}"
