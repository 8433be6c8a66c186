import NIOCore
import Provisioning
import SigV4

/// The requests of one operation to one endpoint, within one second and with the same credentials:
/// they differ in their bodies and in what tells them apart. Head and body go out in one buffer,
/// signed.
struct RequestForm {
  /// Who calls, as the service's operators see it.
  static let userAgent = "provisiond/0.1"

  /// From the request line up to the value of `Authorization`.
  private let start: [UInt8]
  private var signing: SigningTemplate

  init(operation: Operation, host: String, date: DateStamp, signer: inout SigV4Signer) {
    let dateText = String(decoding: date.text, as: UTF8.self)
    let token = signer.credentials.sessionToken
    let contentType = operation.service.contentType
    signing = signer.template(
      method: "POST", path: "/",
      headers: [
        .init(name: "content-type", value: contentType),
        .init(name: "host", value: host),
        .init(name: "x-amz-date", value: dateText),
      ] + (token.map { [.init(name: "x-amz-security-token", value: $0)] } ?? [])
        + (operation.target.map { [.init(name: "x-amz-target", value: $0)] } ?? []),
      date: date)
    start = Array(
      """
      POST / HTTP/1.1\r
      Host: \(host)\r
      Content-Type: \(contentType)\r
      User-Agent: \(Self.userAgent)\r
      \(operation.target.map { "X-Amz-Target: \($0)\r\n" } ?? "")X-Amz-Date: \(dateText)\r
      \(token.map { "X-Amz-Security-Token: \($0)\r\n" } ?? "")Authorization:\u{20}
      """.utf8)
  }

  /// - Parameter attempt: counts from 1.
  mutating func message(
    body: [UInt8], invocationID: Identifier, attempt: Int, allocator: ByteBufferAllocator
  ) -> ByteBuffer {
    signing.sign(body: body)
    var message = allocator.buffer(
      capacity: start.count + signing.authorization.count + Self.typicalRestByteCount + body.count)
    message.writeBytes(start)
    message.writeBytes(signing.authorization)
    message.writeStaticString("\r\namz-sdk-invocation-id: ")
    message.writeString(invocationID.description)
    message.writeStaticString("\r\namz-sdk-request: attempt=")
    message.writeString(String(attempt))
    message.writeBytes(Self.afterAttempt)
    message.writeString(String(body.count))
    message.writeStaticString("\r\n\r\n")
    message.writeBytes(body)
    return message
  }

  private static let afterAttempt = Array(
    "; max=\(RetryPolicy.maximumAttempts)\r\nContent-Length: ".utf8)
  /// Room for what follows the signature up to the body, so that writing a request allocates once.
  private static let typicalRestByteCount = 160
}
