/// Bytes of a secret: a password, or what holds one. They do not print, reflect or encode themselves,
/// and their memory is overwritten when the last one lets go of it.
@safe
package final class Sensitive: @unchecked Sendable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  package static let empty = Sensitive("")

  /// Ours alone, and never changed: that is what makes it safe to share.
  private let memory: UnsafeMutableBufferPointer<UInt8>

  package init(utf8 bytes: Span<UInt8>) {
    unsafe memory = .allocate(capacity: bytes.count)
    unsafe bytes.withUnsafeBufferPointer { bytes in
      _ = unsafe memory.initialize(from: bytes)
    }
  }

  package convenience init(_ text: String) {
    self.init(utf8: text.utf8.span)
  }

  /// Bytes that are written where they stay: no copy is left behind.
  ///
  /// - Parameter capacity: as many as `fill` appends, or more.
  package init(capacity: Int, fill: (inout OutputSpan<UInt8>) -> Void) {
    let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
    var bytes = unsafe OutputSpan(buffer: room, initializedCount: 0)
    fill(&bytes)
    let count = unsafe bytes.finalize(for: room)
    unsafe memory = UnsafeMutableBufferPointer(rebasing: room[..<count])
  }

  /// Takes the bytes over from a list that nobody else has, and overwrites them there.
  package convenience init(erasing bytes: inout [UInt8]) {
    self.init(utf8: bytes.span)
    bytes.erase()
  }

  deinit {
    unsafe Self.overwrite(UnsafeMutableRawBufferPointer(memory))
    unsafe memory.deallocate()
  }

  /// Not inlined, else the compiler leaves out what nobody reads afterwards.
  @inline(never)
  package static func overwrite(_ memory: UnsafeMutableRawBufferPointer) {
    guard let start = memory.baseAddress else { return }
    unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: memory.count)
  }

  package var isEmpty: Bool { byteCount == 0 }

  package var byteCount: Int { unsafe memory.count }

  /// Lends the bytes.
  package func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeBufferPointer(memory).span)
  }

  /// The text in the clear, in memory that is not overwritten: for tests and the sandbox.
  package var exposed: String { unsafe String(decoding: memory, as: UTF8.self) }

  package var description: String { "[redacted]" }
  package var debugDescription: String { "[redacted]" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Sensitive: Equatable {
  package static func == (a: Sensitive, b: Sensitive) -> Bool {
    unsafe a.memory.elementsEqual(b.memory)
  }
}

extension [UInt8] {
  /// Overwrites the bytes with zeros, where this list is the only one that has them.
  package mutating func erase() {
    unsafe withUnsafeMutableBytes { unsafe Sensitive.overwrite($0) }
  }
}
