import Provisioning

/// Counts occurrences that are alike and come too often to be recorded one by one.
///
/// Times are microseconds of the Unix epoch.
protocol EventCoalescer: Sendable {
  associatedtype Occurrence: Sendable
  /// Occurrences that are counted together.
  associatedtype Held: Sendable

  /// Between two looks for what has been held long enough.
  static var interval: Duration { get }

  init()

  /// Whether nothing is held and nothing is known that has to be forgotten some day.
  var isEmpty: Bool { get }

  /// Whether an occurrence is to be recorded by itself; if not, it is held.
  mutating func admits(_ occurrence: Occurrence, at now: Int64) -> Bool

  /// What has been held long enough.
  ///
  /// - Parameter isLast: releases all that is held and forgets the rest.
  mutating func release(at now: Int64, isLast: Bool) -> [Held]

  static func event(_ id: Identifier, of occurrence: Occurrence, at now: Int64) -> AuditEvent

  static func event(_ id: Identifier, of held: Held) -> AuditEvent
}

extension DenialCoalescer: EventCoalescer {
  static let interval = Duration.seconds(1)

  static func event(_ id: Identifier, of denial: Denial, at now: Int64) -> AuditEvent {
    AuditEvent(id: id, denial: denial, wallMicroseconds: now)
  }

  static func event(_ id: Identifier, of held: CoalescedDenials) -> AuditEvent {
    var event = event(id, of: held.denial, at: held.lastMicroseconds)
    event.durationMicroseconds = held.lastMicroseconds - held.firstMicroseconds
    event.count = held.count
    return event
  }
}

extension ReadingCoalescer: EventCoalescer {
  static let interval = Duration.seconds(5)

  static func event(_ id: Identifier, of reading: AuditReading, at now: Int64) -> AuditEvent {
    AuditEvent(id: id, reading: reading, wallMicroseconds: now)
  }

  static func event(_ id: Identifier, of held: CoalescedReadings) -> AuditEvent {
    var event = event(id, of: held.reading, at: held.last)
    event.durationMicroseconds = held.last - held.first
    event.count = held.count
    return event
  }
}
