/// The open streams of a connection, by their places in the session.
struct StreamTable {
  private var places: [HTTP2Stream?] = []
  private(set) var count = 0

  subscript(key: StreamKey) -> HTTP2Stream? {
    guard key.slot < places.count, let stream = places[key.slot], stream.id == key.id else {
      return nil
    }
    return stream
  }

  mutating func insert(_ stream: HTTP2Stream, at slot: Int) {
    while places.count <= slot {
      places.append(nil)
    }
    if places[slot] == nil { count += 1 }
    places[slot] = stream
  }

  mutating func remove(_ key: StreamKey) {
    guard self[key] != nil else { return }
    places[key.slot] = nil
    count -= 1
  }

  /// Every stream, and none is left.
  mutating func removeAll() -> [HTTP2Stream] {
    let streams = all
    places = []
    count = 0
    return streams
  }

  var all: [HTTP2Stream] { places.compactMap { $0 } }
}
