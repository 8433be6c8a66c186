"""An authority, a server and a client, made by openssl for one run of the tests."""

import pathlib
import ssl
import subprocess


def _openssl(directory: pathlib.Path, *arguments: str):
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)


class Certificates:
    """PEM files in a directory: ca, other-ca, server, client, stranger (of the other authority)."""

    def __init__(self, directory: pathlib.Path):
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.self_sign("ca")
        self.self_sign("other-ca")
        self.issue("server", "ca")
        self.issue("client", "ca")
        self.issue("stranger", "other-ca")

    def issue(self, name: str, authority: str):
        (self.directory / "names.cnf").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        _openssl(self.directory, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                 "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self.sign(name, name, authority)

    def sign(self, name: str, request: str, authority: str):
        """A further certificate for a request has its key."""
        _openssl(self.directory, "x509", "-req", "-in", f"{request}.csr", "-days", "2", "-CA",
                 f"{authority}.pem", "-CAkey", f"{authority}.key", "-CAcreateserial",
                 "-extfile", "names.cnf", "-out", f"{name}.pem")

    def self_sign(self, name: str):
        """A certificate that is its own authority."""
        _openssl(self.directory, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                 "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                 "-keyout", f"{name}.key", "-out", f"{name}.pem")

    def path(self, file: str) -> str:
        return str(self.directory / file)

    def read(self, file: str) -> bytes:
        return (self.directory / file).read_bytes()

    @property
    def server_options(self) -> list:
        return ["--tls-certificate", self.path("server.pem"),
                "--tls-private-key", self.path("server.key")]

    @property
    def mutual_options(self) -> list:
        return [*self.server_options, "--tls-client-ca", self.path("ca.pem")]

    def context(self, client: str | None = None, protocols=("h2",),
                authority="ca.pem") -> ssl.SSLContext:
        """What a client of ours uses; `client` names the certificate that it shows."""
        context = ssl.create_default_context(cafile=self.path(authority))
        if protocols:
            context.set_alpn_protocols(list(protocols))
        if client:
            context.load_cert_chain(self.path(f"{client}.pem"), self.path(f"{client}.key"))
        return context
