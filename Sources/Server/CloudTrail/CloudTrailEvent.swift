import Foundation
import JSON

/// What an event of CloudTrail says of somebody's way to a new user. The user's name is not in it:
/// CloudTrail hides that.
struct CloudTrailEvent: Equatable, Sendable {
  /// Calls of `cognito-idp.amazonaws.com` by which users come to be.
  static let creatingCalls: Set<String> = [
    "AdminCreateUser", "SignUp", "StartUserImportJob",
  ]
  static let source = "cognito-idp.amazonaws.com"

  var eventID = ""
  /// Microseconds of the Unix epoch, to the second.
  var time: Int64 = 0
  var name = ""
  /// `x-amzn-RequestId` of the call.
  var requestID = ""
  /// Empty for a call that succeeded.
  var errorCode = ""
  /// Who called, by the ARN of its identity.
  var principal = ""
  var userPoolID = ""
  /// The user's id in its pool, where the event has it.
  var sub = ""
}

/// Reads files of CloudTrail: documents with `Records`, or events one after the other.
struct CloudTrailReader {
  private(set) var events: [CloudTrailEvent] = []
  /// The times of the first and the last event of any kind: what lies between is known.
  private(set) var coverage: ClosedRange<Int64>?

  /// - Throws: a `JSONError` for bytes that are no JSON.
  mutating func read(_ bytes: [UInt8]) throws(JSONError) {
    var reader = JSONReader(bytes)
    while !reader.isAtEnd {
      var event = CloudTrailEvent()
      var source = ""
      try reader.object { reader, name throws(JSONError) in
        if name == "Records" {
          try reader.array { reader throws(JSONError) in
            var (event, source) = (CloudTrailEvent(), "")
            try reader.object { reader, name throws(JSONError) in
              try Self.read(&event, &source, &reader, name)
            }
            take(event, source)
          }
        } else {
          try Self.read(&event, &source, &reader, name)
        }
      }
      if !event.eventID.isEmpty { take(event, source) }
    }
  }

  private mutating func take(_ event: CloudTrailEvent, _ source: String) {
    guard source == CloudTrailEvent.source else { return }
    coverage =
      coverage.map { min($0.lowerBound, event.time)...max($0.upperBound, event.time) }
      ?? event.time...event.time
    if CloudTrailEvent.creatingCalls.contains(event.name) { events.append(event) }
  }

  private static func read(
    _ event: inout CloudTrailEvent, _ source: inout String, _ reader: inout JSONReader,
    _ name: JSONReader.Name
  ) throws(JSONError) {
    switch name {
    case "eventID": event.eventID = try reader.text()
    case "eventTime": event.time = microseconds(try reader.text())
    case "eventSource": source = try reader.text()
    case "eventName": event.name = try reader.text()
    case "requestID": event.requestID = try reader.text()
    case "errorCode": event.errorCode = try reader.text()
    case "userIdentity": event.principal = try reader.member("arn")
    case "requestParameters":
      let pool = try reader.member("userPoolId")
      if !pool.isEmpty { event.userPoolID = pool }
    case "additionalEventData": event.sub = try reader.member("sub")
    default: try reader.skipValue()
    }
  }

  private static func microseconds(_ text: String) -> Int64 {
    let date = try? Date.ISO8601FormatStyle().parse(text)
    return date.map { Int64($0.timeIntervalSince1970) * 1_000_000 } ?? 0
  }
}

extension JSONReader {
  /// Whether nothing but white space is left.
  fileprivate var isAtEnd: Bool {
    var rest = self
    do {
      try rest.end()
      return true
    } catch {
      return false
    }
  }

  /// A text; empty for what is none, e.g. null.
  fileprivate mutating func text() throws(JSONError) -> String {
    var other = self
    if let text = try? other.string() {
      self = other
      return text
    }
    try skipValue()
    return ""
  }

  /// A text of an object; empty where there is none.
  fileprivate mutating func member(_ wanted: StaticString) throws(JSONError) -> String {
    var value = ""
    var other = self
    guard (try? other.null()) == false else {
      try skipValue()
      return ""
    }
    try object { reader, name throws(JSONError) in
      if name == wanted { value = try reader.text() } else { try reader.skipValue() }
    }
    return value
  }
}
