"""What callers prove themselves with: certificates with any names and times, and signed tokens."""

import base64
import datetime
import hashlib
import ipaddress
import json
import pathlib
import time

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import protocol

PEM = serialization.Encoding.PEM
PLAIN = serialization.NoEncryption()
PKCS8 = serialization.PrivateFormat.PKCS8
# What a call may take before it counts as hung.
LIMIT = 20


def token_sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Authority:
    """Signs certificates; its own lies in a file."""

    def __init__(self, directory: pathlib.Path, name: str = "ca"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        self.certificate = (
            x509.CertificateBuilder().subject_name(self.name).issuer_name(self.name)
            .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=9))
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(self.key, hashes.SHA256()))
        self.pem = self.certificate.public_bytes(PEM)
        self.path = directory / f"{name}.pem"
        self.path.write_bytes(self.pem)

    def issue(self, names=(), common_name="client", starts=-3600, ends=3600, is_authority=False,
              usage=("digital_signature",), purpose=ExtendedKeyUsageOID.CLIENT_AUTH):
        """Key and certificate in PEM; times in seconds from now. `usage=None` leaves it out."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder().issuer_name(self.name).public_key(key.public_key())
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(seconds=starts))
            .not_valid_after(now + datetime.timedelta(seconds=ends))
            .add_extension(x509.BasicConstraints(is_authority, None), True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), False))
        if usage is not None:
            flags = dict.fromkeys(
                ["digital_signature", "content_commitment", "key_encipherment",
                 "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
                 "encipher_only", "decipher_only"], False)
            builder = builder.add_extension(
                x509.KeyUsage(**(flags | dict.fromkeys(usage, True))), True)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
        certificate = builder.sign(self.key, hashes.SHA256())
        return key.private_bytes(PEM, PKCS8, PLAIN), certificate.public_bytes(PEM)

    def server_options(self, directory: pathlib.Path) -> list:
        key, certificate = self.issue(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))],
            purpose=ExtendedKeyUsageOID.SERVER_AUTH)
        (directory / "server.key").write_bytes(key)
        (directory / "server.pem").write_bytes(certificate)
        return ["--tls-certificate", str(directory / "server.pem"),
                "--tls-private-key", str(directory / "server.key")]


def uri(text: str):
    return x509.UniformResourceIdentifier(text)


def dns(text: str):
    return x509.DNSName(text)


class Client:
    """One connection of a caller; `identity` is a key and a certificate."""

    def __init__(self, target: str, authority: Authority | None = None, identity=None, token=None):
        options = [("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)]
        if authority:
            key, certificate = identity or (None, None)
            self.channel = grpc.secure_channel(
                target, grpc.ssl_channel_credentials(authority.pem, key, certificate), options)
        else:
            self.channel = grpc.insecure_channel(target, options)
        self.users = protocol.v1_grpc.UserProvisioningServiceStub(self.channel)
        self.audit = protocol.audit_grpc.AuditServiceStub(self.channel)
        self.metadata = [("authorization", f"Bearer {token}")] if token else []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def create(self, request, metadata=None):
        """The response, or the refusal as a value."""
        try:
            return self.users.CreateUser(
                request, timeout=LIMIT, metadata=self.metadata if metadata is None else metadata)
        except grpc.RpcError as error:
            return protocol.Refusal(error)

    def denials(self, **filters) -> list:
        """The newest denials of the audit trail, newest first."""
        page = self.audit.ListAuditEvents(
            protocol.audit.ListAuditEventsRequest(page_size=1000, **filters), timeout=LIMIT,
            metadata=self.metadata)
        return [e for e in page.events if e.kind == protocol.audit.AUDIT_EVENT_KIND_DENIED]

    def denials_after(self, known: int, count: int = 1) -> list:
        """The denials that came after `known` of them; they are recorded without being waited for."""
        limit = time.monotonic() + LIMIT
        while len(found := self.denials()) < known + count and time.monotonic() < limit:
            time.sleep(0.02)
        assert len(found) == known + count
        return found[:count]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Issuer:
    """Signs JSON Web Tokens, well-formed or not."""

    name = "https://issuer.example"

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.keys = {
            "rsa": rsa.generate_private_key(65537, 2048),
            "p256": ec.generate_private_key(ec.SECP256R1()),
            "p384": ec.generate_private_key(ec.SECP384R1()),
            "ed25519": ed25519.Ed25519PrivateKey.generate()}
        self.publish()

    def publish(self):
        self.path.write_text(json.dumps({"keys": [self._public(kid) for kid in self.keys]}))

    def _public(self, kid: str) -> dict:
        key = self.keys[kid].public_key()
        if isinstance(key, rsa.RSAPublicKey):
            numbers = key.public_numbers()
            members = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        elif isinstance(key, ec.EllipticCurvePublicKey):
            size = key.key_size // 8
            numbers = key.public_numbers()
            members = {"kty": "EC", "crv": f"P-{key.key_size}",
                       "x": b64(numbers.x.to_bytes(size, "big")),
                       "y": b64(numbers.y.to_bytes(size, "big"))}
        else:
            members = {"kty": "OKP", "crv": "Ed25519", "x": b64(key.public_bytes_raw())}
        return members | {"kid": kid, "use": "sig"}

    def public_pem(self, kid: str) -> bytes:
        return self.keys[kid].public_key().public_bytes(
            PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def claims(self, **changes) -> dict:
        """Valid claims with changes; None takes a claim out."""
        now = int(time.time())
        claims = {"iss": self.name, "aud": "provisiond", "sub": "job", "iat": now, "nbf": now,
                  "exp": now + 600} | changes
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, kid: str, data: bytes, pss=False) -> bytes:
        key = self.keys[kid]
        if isinstance(key, rsa.RSAPrivateKey):
            scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if pss else padding.PKCS1v15()
            return key.sign(data, scheme, hashes.SHA256())
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(data)
        size = key.key_size // 8
        digest = hashes.SHA256() if size == 32 else hashes.SHA384()
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def token(self, header: dict, claims: dict, signer="p256", signature=None) -> str:
        """Signed by `signer`, whatever the header says."""
        data = ".".join(b64(json.dumps(part).encode()) for part in (header, claims)).encode()
        if signature is None:
            signature = self.sign(signer, data)
        elif callable(signature):
            signature = signature(data)
        return data.decode() + "." + b64(signature)
