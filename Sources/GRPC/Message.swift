import NIOCore

/// What a type must do to be received by calls: decode itself from bytes. This room knows nothing of
/// protobuf.
package protocol DecodableMessage: Sendable {
  /// Decodes a message. An error that is `RPCErrorConvertible` gives the status of the call, every
  /// other one gives INTERNAL (statuscodes.md: a message that cannot be decoded).
  init(serializedBytes: Span<UInt8>) throws
}

/// What a type must do to be sent by calls: encode itself to bytes.
package protocol EncodableMessage: Sendable {
  /// Lends the encoded bytes to `body`. An error of `body` is passed on.
  func withSerializedBytes<R>(_ body: (Span<UInt8>) throws -> R) throws -> R
}

/// What is both sent and received.
package protocol Message: DecodableMessage, EncodableMessage {}

extension DecodableMessage {
  /// Decodes the payload of one message.
  ///
  /// - Throws: what `RPCErrorConvertible` says of the decoder's error, else INTERNAL. The text
  ///   of the decoder's error is dropped: it may quote the message.
  static func decode(_ payload: ByteBuffer) throws(RPCError) -> Self {
    do {
      return try Self(serializedBytes: payload.readableBytesUInt8Span)
    } catch {
      throw RPCError(
        error, otherwise: .internalError, message: "The message cannot be decoded.")
    }
  }
}

extension EncodableMessage {
  /// The message with its five-byte prefix, ready to be sent.
  ///
  /// - Throws: RESOURCE_EXHAUSTED for a message of more than `limit` bytes; for an error of the
  ///   encoder what `RPCErrorConvertible` says of it, else INTERNAL.
  func framed(limit: Int, compressed: Bool = false) throws(RPCError) -> ByteBuffer {
    do {
      return try withSerializedBytes { bytes in
        compressed
          ? try MessageFraming.compressedFrame(bytes, limit: limit)
          : try MessageFraming.frame(bytes, limit: limit)
      }
    } catch {
      throw RPCError(
        error, otherwise: .internalError, message: "The message cannot be encoded.")
    }
  }
}
