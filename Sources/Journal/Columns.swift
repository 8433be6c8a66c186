import Foundation
import Provisioning

/// A column that a table has in every store.
struct Column: Sendable {
  enum Kind: Sendable {
    case text, integer, bytes
  }

  let name: String
  let kind: Kind

  static func text(_ name: String) -> Column { Column(name: name, kind: .text) }
  static func integer(_ name: String) -> Column { Column(name: name, kind: .integer) }
  static func bytes(_ name: String) -> Column { Column(name: name, kind: .bytes) }
}

extension [Column] {
  /// As a list in a statement.
  var names: String { map(\.name).joined(separator: ", ") }
}

/// Takes the values of a row, in the order of its columns.
protocol ColumnWriter {
  mutating func add(_ text: String?)
  mutating func add(_ integer: Int64?)
  mutating func add(_ bytes: Data?)
  /// Adds the 16 bytes of an identifier.
  mutating func add(_ identifier: Identifier?)
}

/// Gives the values of a row, in the order of its columns. Throws where one is of another type.
protocol ColumnReader {
  mutating func text() throws -> String?
  mutating func integer() throws -> Int64?
  mutating func bytes() throws -> Data?
}

/// A value that is not of its column's type, or none where there has to be one.
struct ColumnMismatch: Error {}

extension Optional {
  /// The value of a column that is declared NOT NULL.
  func present() throws(ColumnMismatch) -> Wrapped {
    guard let self else { throw ColumnMismatch() }
    return self
  }
}
