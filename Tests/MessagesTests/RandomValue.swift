import Messages

/// SplitMix64: the same seed always gives the same values.
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

protocol RandomValue {
  static func random(_ random: inout Random) -> Self
}

extension Random {
  /// Texts of every length of UTF-8 sequence, some of them long, none with U+0000.
  private static let scalars: [ClosedRange<UInt32>] = [
    0x1...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
  ]

  mutating func text() -> String {
    let count = Int.random(in: 0...3, using: &self) == 0 ? 0 : Int.random(in: 1...40, using: &self)
    let range = Self.scalars.randomElement(using: &self) ?? 0x20...0x7E
    var text = String.UnicodeScalarView()
    for _ in 0..<count {
      text.append(Unicode.Scalar(UInt32.random(in: range, using: &self)) ?? "x")
    }
    return String(text)
  }

  mutating func bytes() -> [UInt8] {
    array { UInt8.random(in: 0...255, using: &$0) }
  }

  mutating func boolean() -> Bool { Bool.random(using: &self) }

  mutating func integer<Number: FixedWidthInteger>() -> Number {
    let edges: [Number] = [0, 1, .min, .max, 127, Number(truncatingIfNeeded: 128)]
    if boolean(), let edge = edges.randomElement(using: &self) { return edge }
    return Number.random(in: .min ... .max, using: &self)
  }

  /// Numbers that this version knows, and some that it does not.
  mutating func enumeration<Value: ProtobufEnum>() -> Value {
    let number: Int32 =
      Int.random(in: 0...7, using: &self) == 0 ? integer() : .random(in: 0...9, using: &self)
    return Value(number: number)
  }

  mutating func map() -> StringMap {
    StringMap(array { StringMap.Entry(key: $0.text(), value: $0.text()) })
  }

  mutating func array<Element>(_ element: (inout Random) -> Element) -> [Element] {
    let count = Int.random(in: 0...1, using: &self) == 0 ? 0 : Int.random(in: 1...3, using: &self)
    return (0..<count).map { _ in element(&self) }
  }

  mutating func optional<Value>(_ value: (inout Random) -> Value) -> Value? {
    boolean() ? value(&self) : nil
  }

  mutating func oneOf<Value>(_ alternatives: [(inout Random) -> Value]) -> Value {
    alternatives[Int.random(in: alternatives.indices, using: &self)](&self)
  }
}

extension GoogleProtobuf.Timestamp: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(seconds: random.integer(), nanos: random.integer())
  }
}

extension GoogleProtobuf.Duration: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(seconds: random.integer(), nanos: random.integer())
  }
}

extension GoogleProtobuf.AnyMessage: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(typeURL: random.text(), value: random.bytes())
  }
}

extension GoogleProtobuf.Int64Value: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(value: random.integer())
  }
}
