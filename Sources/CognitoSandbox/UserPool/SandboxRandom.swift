/// SplitMix64 (Steele, Lea, Flood 2014): fast and repeatable. Its identifiers and passwords are for
/// a sandbox only; they can be guessed.
struct SandboxRandom: RandomNumberGenerator {
  private var state: UInt64

  /// - Parameter seed: `nil` for a random one.
  init(seed: UInt64?) {
    state = seed ?? UInt64.random(in: .min ... .max)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in 0 ..< 1.
  mutating func unitInterval() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A version 4 UUID (RFC 9562, section 5.4) in lower case.
  mutating func uuid() -> String {
    let high = next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for nibble in 0..<32 {
      if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
        text.append(UInt8(ascii: "-"))
      }
      let word = nibble < 16 ? high : low
      text.append(Self.hexadecimal[Int(word >> UInt64(60 - 4 * (nibble % 16)) & 0xF)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A password with characters of every kind, at least ``passwordLength`` long.
  mutating func password(for policy: SandboxPasswordPolicy) -> String {
    let length = max(policy.minimumLength, Self.passwordLength)
    var text: [UInt8] = []
    text.reserveCapacity(length)
    for position in 0..<length {
      let characters = Self.passwordCharacters[position % Self.passwordCharacters.count]
      text.append(characters[Int(next() % UInt64(characters.count))])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Characters of a generated password where the policy wants no more.
  static let passwordLength = 16

  private static let hexadecimal = Array("0123456789abcdef".utf8)
  private static let passwordCharacters = [
    Array("ABCDEFGHJKLMNPQRSTUVWXYZ".utf8), Array("abcdefghijkmnopqrstuvwxyz".utf8),
    Array("23456789".utf8), Array("!#%+-=?@".utf8),
  ]
}
