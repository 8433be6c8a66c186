/// Memory for the C structs of one message: given out by moving a cursor, given back all at once.
///
/// protobuf-c allocates every string and submessage on its own; here that costs an addition, and
/// nothing has to be freed piece by piece on any path.
@safe struct Arena: ~Copyable {
  /// Bytes of the first chunk: enough for a usual message, with the bytes that it is packed in, so
  /// that it costs one allocation.
  static let firstChunkByteCount = 16 * 1024
  /// Bytes of the largest chunk that is taken ahead of need.
  static let largestChunkByteCount = 256 * 1024
  /// Enough for every C type that protobuf-c puts in a struct, and no more than any memory has:
  /// memory of a larger alignment costs a search of its own.
  private static let alignment = 8

  /// Before what a chunk gives out: where the one before it is, and how many bytes this one has.
  private static let headerByteCount = 2 * alignment

  /// The newest chunk.
  private var chunk: UnsafeMutableRawPointer
  private var chunkByteCount = Self.firstChunkByteCount
  private var cursor: UnsafeMutableRawPointer
  private var room: Int
  /// Bytes of the chunks before the newest.
  private var fullByteCount = 0
  /// Bytes that may still be granted.
  private var budget: Int
  /// Whether memory was refused because the budget was spent.
  private(set) var isExhausted = false

  /// - Parameter budget: how many bytes ``grant(byteCount:)`` gives out, rounding included.
  init(budget: Int = 0) {
    self.budget = budget
    unsafe chunk = Self.newChunk(of: chunkByteCount, after: nil)
    unsafe cursor = unsafe chunk.advanced(by: Self.headerByteCount)
    room = chunkByteCount - Self.headerByteCount
  }

  /// Overwrites what was given out: a password may have stood in it.
  deinit {
    var next: UnsafeMutableRawPointer? = unsafe chunk
    var left = room
    while let chunk = unsafe next {
      unsafe next = chunk.load(as: UnsafeMutableRawPointer?.self)
      let byteCount = unsafe chunk.load(fromByteOffset: Self.alignment, as: Int.self)
      unsafe Self.overwrite(chunk, byteCount: byteCount - left)
      left = 0
      unsafe chunk.deallocate()
    }
  }

  /// Not inlined, else the compiler leaves out what nobody reads afterwards.
  @inline(never)
  private static func overwrite(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  }

  /// Bytes given out, rounding included, and those that were left where a chunk was too small.
  var takenByteCount: Int { fullByteCount + chunkByteCount - room }

  /// Memory for `byteCount` bytes that a peer makes us need; `nil` when the budget is spent.
  @inline(__always)
  mutating func grant(byteCount: Int) -> UnsafeMutableRawPointer? {
    guard byteCount <= budget - Self.alignment else {
      isExhausted = true
      return nil
    }
    budget -= Self.rounded(byteCount)
    return unsafe take(byteCount: byteCount)
  }

  /// Memory for `byteCount` bytes, aligned for any C type and not initialized. Inlined, because it
  /// is an addition, and happens for each text and each submessage.
  @inline(__always)
  mutating func take(byteCount: Int) -> UnsafeMutableRawPointer {
    let byteCount = Self.rounded(byteCount)
    if byteCount > room { addChunk(for: byteCount) }
    let memory = unsafe cursor
    unsafe cursor = unsafe cursor.advanced(by: byteCount)
    room -= byteCount
    return unsafe memory
  }

  /// Memory for up to `byteCount` bytes that are wanted once, at the end; `nil` when the chunk has
  /// too little left.
  func rest(byteCount: Int) -> UnsafeMutablePointer<UInt8>? {
    guard byteCount <= room else { return nil }
    return unsafe cursor.bindMemory(to: UInt8.self, capacity: byteCount)
  }

  @inline(never)
  private mutating func addChunk(for byteCount: Int) {
    fullByteCount += chunkByteCount
    let ahead = min(2 * chunkByteCount, Self.largestChunkByteCount)
    chunkByteCount = max(ahead, byteCount + Self.headerByteCount)
    unsafe chunk = Self.newChunk(of: chunkByteCount, after: chunk)
    unsafe cursor = unsafe chunk.advanced(by: Self.headerByteCount)
    room = chunkByteCount - Self.headerByteCount
  }

  private static func rounded(_ byteCount: Int) -> Int {
    (byteCount + alignment - 1) & ~(alignment - 1)
  }

  private static func newChunk(
    of byteCount: Int, after previous: UnsafeMutableRawPointer?
  ) -> UnsafeMutableRawPointer {
    let chunk = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
    unsafe chunk.storeBytes(of: previous, as: UnsafeMutableRawPointer?.self)
    unsafe chunk.storeBytes(of: byteCount, toByteOffset: alignment, as: Int.self)
    return unsafe chunk
  }
}
