import Provisioning
import Synchronization

/// Values of `amz-sdk-invocation-id`: UUIDs of version 4 that tell calls apart in the service's
/// logs. They need to be distinct, not secret, so a counter is mixed with a seed and the system's
/// generator is asked only once.
final class InvocationIDs: Sendable {
  private let seed: (high: UInt64, low: UInt64)
  private let counter = Atomic<UInt64>(0)

  init() {
    seed = (.random(in: .min ... .max), .random(in: .min ... .max))
  }

  func next() -> Identifier {
    let count = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let high = Self.mix(seed.high &+ count &* 0x9E37_79B9_7F4A_7C15)
    let low = Self.mix(seed.low &+ count &* 0xBF58_476D_1CE4_E5B9)
    return Identifier(
      high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
      low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }

  /// The finalizer of SplitMix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
