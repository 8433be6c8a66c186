"""Follows the health of a service, as a load balancer does."""

import queue
import threading

import grpc
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1 import health_pb2_grpc as rpc

SERVING, NOT_SERVING = pb.HealthCheckResponse.SERVING, pb.HealthCheckResponse.NOT_SERVING
LIMIT_SECONDS = 60


class HealthWatch:
    """One watch of the service that creates users; a context manager."""

    def __init__(self, server):
        self._call = rpc.HealthStub(server.channel).Watch(
            pb.HealthCheckRequest(service="provisioning.v1.UserProvisioningService"))
        self._changes = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for answer in self._call:
                self._changes.put(answer.status)
        except grpc.RpcError:
            pass  # It was cancelled.

    def wait_for(self, status):
        """Until the service says so."""
        while self._changes.get(timeout=LIMIT_SECONDS) != status:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._call.cancel()
