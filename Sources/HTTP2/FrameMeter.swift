/// What a peer has sent, by kind of frame.
struct FrameCounts: Equatable {
  var total = 0
  var settings = 0
  var pings = 0
  var resets = 0
  var priorities = 0
  var windowUpdates = 0
  var continuations = 0
  /// The most CONTINUATION frames that one header section had.
  var longestSection = 0
  var unknown = 0
  /// DATA, HEADERS and CONTINUATION without content that end neither a stream nor a section.
  var empty = 0

  /// Whether anything is here that a budget limits.
  var isLimited: Bool {
    settings + pings + resets + priorities + windowUpdates + continuations + unknown + empty > 0
  }
}

/// Reads the 9-byte frame headers that stand in front of the library (RFC 9113 §4.1), because the
/// library does not tell of every frame: not of DATA on a stream that was reset, nor of unknown
/// types, nor of frames of a wrong size.
struct FrameMeter {
  /// Bytes of the client's connection preface, ahead of its first frame (RFC 9113 §3.4).
  static let prefaceSize = 24

  private static let headerSize = 9
  private static let endStream: UInt8 = 0x1
  private static let acknowledgement: UInt8 = 0x1
  private static let endHeaders: UInt8 = 0x4
  private static let padded: UInt8 = 0x8

  /// What was counted since this was last set to nothing.
  var counts = FrameCounts()

  /// The number of the frame at work: another one begins another wait.
  private(set) var frameNumber = 0

  private var head: UInt64 = 0
  private var headBytes = 0
  private var length = 0
  private var payloadLeft: Int
  private var isPadLengthNext = false
  private var isSectionFrame = false
  private var isSectionOpen = false
  private var sectionContinuations = 0

  /// - Parameter prefaceSize: bytes ahead of the first frame.
  init(prefaceSize: Int) {
    payloadLeft = prefaceSize
  }

  /// Some bytes of a frame are here and others are not.
  var isInsideFrame: Bool { headBytes > 0 || payloadLeft > 0 }

  /// A header section has begun and is not complete.
  var isInsideSection: Bool { isSectionOpen || isSectionFrame && payloadLeft > 0 }

  mutating func scan(_ bytes: Span<UInt8>) {
    var position = 0
    while position < bytes.count {
      if payloadLeft > 0 {
        if isPadLengthNext { notePadLength(Int(bytes[position])) }
        let skipped = min(payloadLeft, bytes.count - position)
        payloadLeft -= skipped
        position += skipped
      } else {
        head = head << 8 | UInt64(bytes[position])
        headBytes += 1
        position += 1
        // Five bytes are length, type and flags; the other four are the stream.
        if headBytes == 5 { noteFrame() }
        if headBytes == Self.headerSize {
          headBytes = 0
          payloadLeft = length
        }
      }
    }
  }

  private mutating func noteFrame() {
    let flags = UInt8(truncatingIfNeeded: head)
    length = Int(head >> 16 & 0xff_ffff)
    counts.total += 1
    frameNumber &+= 1
    isSectionFrame = false
    isPadLengthNext = false
    switch UInt8(truncatingIfNeeded: head >> 8) {
    case 0 where flags & Self.endStream == 0:
      if length == 0 { counts.empty += 1 }
      isPadLengthNext = flags & Self.padded != 0
    case 0, 7: break
    case 1, 5:
      sectionContinuations = 0
      noteSection(flags)
    case 2: counts.priorities += 1
    case 3: counts.resets += 1
    case 4: counts.settings += flags & Self.acknowledgement == 0 ? 1 : 0
    case 6: counts.pings += flags & Self.acknowledgement == 0 ? 1 : 0
    case 8: counts.windowUpdates += 1
    case 9:
      counts.continuations += 1
      sectionContinuations += 1
      counts.longestSection = max(counts.longestSection, sectionContinuations)
      noteSection(flags)
    default: counts.unknown += 1
    }
  }

  private mutating func noteSection(_ flags: UInt8) {
    isSectionFrame = true
    isSectionOpen = flags & Self.endHeaders == 0
    if length == 0, isSectionOpen { counts.empty += 1 }
  }

  /// Nothing but padding is nothing (RFC 9113 §6.1).
  private mutating func notePadLength(_ padLength: Int) {
    isPadLengthNext = false
    if padLength + 1 >= length { counts.empty += 1 }
  }
}
