package import HTTP2
import Synchronization

/// A call's part of a trace: made by an interceptor for a call that is traced, kept in its context,
/// and while the handler runs in the task, so that everything which is logged there can name it.
package final class CallSpan: MessageObserver, Sendable {
  /// A message of the call (gRFC A72).
  package struct Event: Sendable, Hashable {
    package let direction: MessageDirection
    /// Counted from 0 for each direction.
    package let sequenceNumber: Int
    /// As it crossed the wire, without its prefix.
    package let byteCount: Int
    package let isCompressed: Bool
  }

  /// Messages remembered of one call; those behind are only counted.
  static let maximumEventCount = 128

  private struct State {
    var events: [Event] = []
    var inbound = 0
    var outbound = 0
  }

  package let traceID: TraceID
  package let id: UInt64
  /// The caller's span; nil where the trace begins here.
  package let parentID: UInt64?
  /// Whether the caller records its part; a trace that begins here is recorded.
  package let isSampled: Bool
  private let state = Mutex(State())

  /// The span of the call that this task serves.
  @TaskLocal package static var current: CallSpan?

  /// Continues the caller's trace, or begins one.
  package init(continuing context: TraceContext?) {
    traceID =
      context?.traceID
      ?? TraceID(high: .random(in: 1...UInt64.max), low: .random(in: .min ... .max))
    id = .random(in: 1...UInt64.max)
    parentID = context?.parentID
    isSampled = context?.isSampled ?? true
  }

  package var events: [Event] { state.withLock(\.events) }

  package func messageDidCross(_ direction: MessageDirection, byteCount: Int, isCompressed: Bool) {
    state.withLock { state in
      let number = direction == .inbound ? state.inbound : state.outbound
      switch direction {
      case .inbound: state.inbound += 1
      case .outbound: state.outbound += 1
      }
      guard state.events.count < Self.maximumEventCount else { return }
      state.events.append(
        Event(
          direction: direction, sequenceNumber: number, byteCount: byteCount,
          isCompressed: isCompressed))
    }
  }
}
