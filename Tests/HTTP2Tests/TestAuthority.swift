import Foundation

@testable import HTTP2

/// Certificates made by the `openssl` command: an authority with a server and clients, and another
/// authority that nobody trusts. Gone with the value.
final class TestAuthority: Sendable {
  struct Failure: Error {
    let output: String
  }

  /// A certificate with its key.
  struct Identity: Sendable {
    let certificate: TLSMaterial
    let privateKey: TLSMaterial
  }

  let folder: URL

  /// - Throws: when the command is missing or fails.
  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "provisiond-tls-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try run(Self.script)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  var authority: TLSMaterial { file("authority.pem") }
  var otherAuthority: TLSMaterial { file("other.pem") }
  var server: Identity { identity("server") }
  var namedServer: Identity { identity("named") }
  var client: Identity { identity("client") }
  var expiredClient: Identity { identity("expired") }
  var strangeClient: Identity { identity("strange") }

  func file(_ name: String) -> TLSMaterial { .file(folder.appending(path: name).path) }

  /// Copies one identity's files over `current.pem` and `current.key`.
  func install(_ name: String) throws {
    for suffix in ["pem", "key"] {
      let data = try Data(contentsOf: folder.appending(path: "\(name).\(suffix)"))
      try data.write(to: folder.appending(path: "current.\(suffix)"), options: .atomic)
    }
  }

  func overwrite(_ name: String, with text: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic)
  }

  private func identity(_ name: String) -> Identity {
    Identity(certificate: file("\(name).pem"), privateKey: file("\(name).key"))
  }

  private func run(_ script: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", script]
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(output: String(decoding: text, as: UTF8.self))
    }
  }

  private static let script = """
    key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    authority() {
      openssl req -x509 $key -keyout $1.key -out $1.pem -subj "/CN=$1" -days 2 \\
        -addext basicConstraints=critical,CA:TRUE
    }
    issue() {
      openssl req -new $key -keyout $1.key -out $1.csr -subj "/CN=$1"
      echo "subjectAltName=DNS:localhost,${4}URI:spiffe://test/$1" > $1.ext
      openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -out $1.pem \\
        -extfile $1.ext -days $3
    }
    authority authority
    authority other
    issue server authority 2 IP:127.0.0.1,
    issue second authority 2 IP:127.0.0.1,
    issue named authority 2
    issue client authority 2
    issue expired authority -1
    issue strange other 2
    """
}
