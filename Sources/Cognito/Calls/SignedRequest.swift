import NIOCore
import SigV4

/// One request as it goes out: head and body in one buffer, signed.
struct SignedRequest {
  /// The parts of the head that all requests to one endpoint share.
  struct Template {
    let host: String
    /// From the request line to the last header that never changes.
    let start: [UInt8]

    init(host: String) {
      self.host = host
      start = Array(
        """
        POST / HTTP/1.1\r
        Host: \(host)\r
        Content-Type: \(SignedRequest.contentType)\r
        User-Agent: \(SignedRequest.userAgent)\r

        """.utf8)
    }
  }

  static let service = "cognito-idp"
  static let contentType = "application/x-amz-json-1.1"
  /// Who calls, as the service's operators see it.
  static let userAgent = "provisiond/0.1"

  let message: ByteBuffer

  /// - Parameter attempt: counts from 1.
  init(
    operation: Operation, body: [UInt8], template: Template, signer: inout SigV4Signer,
    date: DateStamp, invocationID: String, attempt: Int, allocator: ByteBufferAllocator
  ) {
    let dateText = String(decoding: date.text, as: UTF8.self)
    let token = signer.credentials.sessionToken
    var headers: [CanonicalRequest.Header] = []
    headers.reserveCapacity(5)
    headers.append(.init(name: "content-type", value: Self.contentType))
    headers.append(.init(name: "host", value: template.host))
    headers.append(.init(name: "x-amz-date", value: dateText))
    if let token { headers.append(.init(name: "x-amz-security-token", value: token)) }
    headers.append(.init(name: "x-amz-target", value: operation.target))
    let authorization = signer.authorization(
      method: "POST", path: "/", headers: headers,
      payloadHash: SHA256Text.digest(of: body.span), date: date)

    var message = allocator.buffer(
      capacity: Self.typicalHeadByteCount + (token?.utf8.count ?? 0) + body.count)
    message.writeBytes(template.start)
    message.writeString("X-Amz-Target: ")
    message.writeString(operation.target)
    message.writeString("\r\nX-Amz-Date: ")
    message.writeBytes(date.text)
    if let token {
      message.writeString("\r\nX-Amz-Security-Token: ")
      message.writeString(token)
    }
    message.writeString("\r\nAuthorization: ")
    message.writeBytes(authorization)
    message.writeString("\r\namz-sdk-invocation-id: ")
    message.writeString(invocationID)
    message.writeString(
      "\r\namz-sdk-request: attempt=\(attempt); max=\(RetryPolicy.maximumAttempts)")
    message.writeString("\r\nContent-Length: \(body.count)\r\n\r\n")
    message.writeBytes(body)
    self.message = message
  }

  /// Room for a head without its session token, so that writing it allocates once.
  private static let typicalHeadByteCount = 900
}
