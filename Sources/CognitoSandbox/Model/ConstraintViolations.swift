/// Collects what breaks the API model's constraints, and reports all of it at once in AWS's words.
struct ConstraintViolations {
  /// Violations that a message names; beyond these they are only counted, so that a hostile body
  /// cannot make a message many times its own size.
  static let maximumNamed = 32

  private var messages: [String] = []
  private var count = 0

  mutating func requireLength(
    of value: String, in range: ClosedRange<Int>, at path: @autoclosure () -> String
  ) {
    let count = value.unicodeScalars.count
    if count < range.lowerBound {
      add(path(), "Member must have length greater than or equal to \(range.lowerBound)")
    }
    if count > range.upperBound {
      add(path(), "Member must have length less than or equal to \(range.upperBound)")
    }
  }

  mutating func requireValue(
    _ value: Int, in range: ClosedRange<Int>, at path: @autoclosure () -> String
  ) {
    if value < range.lowerBound {
      add(path(), "Member must have value greater than or equal to \(range.lowerBound)")
    }
    if value > range.upperBound {
      add(path(), "Member must have value less than or equal to \(range.upperBound)")
    }
  }

  mutating func requirePattern(
    _ pattern: ModelPattern, of value: String, at path: @autoclosure () -> String
  ) {
    if !pattern.matches(value) {
      add(path(), "Member must satisfy regular expression pattern: \(pattern.text)")
    }
  }

  mutating func requireEnum(
    _ values: [String], contains value: String, at path: @autoclosure () -> String
  ) {
    if !values.contains(value) {
      add(path(), "Member must satisfy enum value set: [\(values.joined(separator: ", "))]")
    }
  }

  mutating func requirePresence(of value: String?, at path: @autoclosure () -> String) {
    if value == nil {
      add("Value null at '\(path())' failed to satisfy constraint: Member must not be null")
    }
  }

  /// Throws InvalidParameterException if anything was found.
  func check() throws(ServiceException) {
    guard count > 0 else { return }
    let noun = count == 1 ? "error" : "errors"
    throw .invalidParameter(
      "\(count) validation \(noun) detected: \(messages.joined(separator: "; "))")
  }

  private mutating func add(_ path: String, _ constraint: String) {
    add("Value at '\(path)' failed to satisfy constraint: \(constraint)")
  }

  private mutating func add(_ message: @autoclosure () -> String) {
    count += 1
    if messages.count < Self.maximumNamed { messages.append(message()) }
  }
}
