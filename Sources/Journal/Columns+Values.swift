import Foundation
import Provisioning

/// The value of a column, as it can be compared.
enum ColumnValue: Equatable, Sendable {
  case null
  case text(String)
  case integer(Int64)
  case bytes(Data)

  /// PostgreSQL's texts hold no NUL: what stands there in its place counts as the same.
  fileprivate init(_ text: String?) {
    self = text.map { .text($0.replacingOccurrences(of: "\0", with: "\u{FFFD}")) } ?? .null
  }
}

/// What a row has in its columns, in their order.
struct ColumnValues: ColumnWriter, Equatable, Sendable {
  private(set) var values: [ColumnValue] = []

  init() {}

  /// Reads a row that has these columns.
  init(of columns: [Column], from reader: inout some ColumnReader) throws {
    for column in columns {
      switch column.kind {
      case .text: add(try reader.text())
      case .integer: add(try reader.integer())
      case .bytes: add(try reader.bytes())
      }
    }
  }

  mutating func add(_ text: String?) { values.append(ColumnValue(text)) }
  mutating func add(_ integer: Int64?) { values.append(integer.map { .integer($0) } ?? .null) }
  mutating func add(_ identifier: Identifier?) { add(identifier.map { Data($0.bytes) }) }
  mutating func add(_ bytes: Data?) { values.append(bytes.map { .bytes($0) } ?? .null) }
}
