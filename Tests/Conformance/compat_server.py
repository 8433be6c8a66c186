"""The server side of connectrpc/conformance's protocol, driven as its runner drives it.

The runner itself (a Go program) is not at hand; this speaks its handshake: a length and a
ServerCompatRequest to standard input, a length and a ServerCompatResponse from standard output.
"""

import signal
import struct
import subprocess

import grpc

from conformance_server import server_binary
from daemon import STOP_LIMIT_SECONDS
from testing_protocol import ConformanceService, connect

PROTOCOL_GRPC, HTTP_VERSION_2 = 2, 2


class CompatServer:
    """One server started for one configuration; a context manager that gives itself."""

    def __init__(self, message_limit=0, certificates=None, client_certificate=False):
        self.request = connect.ServerCompatRequest(
            protocol=PROTOCOL_GRPC, http_version=HTTP_VERSION_2,
            message_receive_limit=message_limit)
        self.certificates, self.client = certificates, client_certificate
        # The runner's certificates are their own authorities.
        if certificates:
            certificates.self_sign("runner-server")
            certificates.self_sign("runner-client")
            self.request.use_tls = True
            self.request.server_creds.cert = certificates.read("runner-server.pem")
            self.request.server_creds.key = certificates.read("runner-server.key")
            if client_certificate:
                self.request.client_tls_cert = certificates.read("runner-client.pem")

    def __enter__(self):
        self.process = subprocess.Popen(
            [server_binary()], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        message = self.request.SerializeToString()
        self.process.stdin.write(struct.pack(">I", len(message)) + message)
        self.process.stdin.flush()
        size = struct.unpack(">I", self.process.stdout.read(4))[0]
        self.response = connect.ServerCompatResponse.FromString(self.process.stdout.read(size))
        self.port = self.response.port
        self.channel = self._channel()
        self.stub = ConformanceService(self.channel)
        return self

    def _channel(self, shows_certificate=True) -> grpc.Channel:
        options = [("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)]
        address = f"{self.response.host}:{self.port}"
        if not self.certificates:
            return grpc.insecure_channel(address, options)
        key = chain = None
        if self.client and shows_certificate:
            key = self.certificates.read("runner-client.key")
            chain = self.certificates.read("runner-client.pem")
        credentials = grpc.ssl_channel_credentials(
            self.response.pem_cert, private_key=key, certificate_chain=chain)
        return grpc.secure_channel(address, credentials, options)

    def stranger(self) -> grpc.Channel:
        """A client that shows no certificate."""
        return self._channel(shows_certificate=False)

    def __exit__(self, *_):
        self.channel.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.stdin.close()
        try:
            self.status = self.process.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()
