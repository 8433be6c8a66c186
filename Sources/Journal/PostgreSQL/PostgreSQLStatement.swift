import Foundation
import Provisioning

/// A statement that the server prepares once for each connection.
struct PostgreSQLStatement: Sendable {
  /// The types that this journal has columns of.
  enum ValueType: UInt32 {
    // The numbers are those of the server's catalog pg_type.
    case bytes = 17
    case integer = 20
    case text = 25
    case byteStrings = 1001
    case texts = 1009
    case integers = 1016
  }

  let name: String
  let sql: String
  let types: [ValueType]
}

/// A statement with its values.
struct PostgreSQLCall: Sendable {
  var statement: PostgreSQLStatement
  var values: [PostgreSQLValue] = []
}

extension [PostgreSQLValue]: ColumnWriter {
  mutating func add(_ text: String?) { append(PostgreSQLValue(text)) }
  mutating func add(_ integer: Int64?) { append(PostgreSQLValue(integer)) }
  mutating func add(_ bytes: Data?) { append(PostgreSQLValue(bytes)) }
  mutating func add(_ identifier: Identifier?) {
    append(PostgreSQLValue(identifier.map { Data($0.bytes) }))
  }
}

extension [Column] {
  var postgreSQLTypes: [PostgreSQLStatement.ValueType] {
    map { column in
      switch column.kind {
      case .text: .text
      case .integer: .integer
      case .bytes: .bytes
      }
    }
  }
}

/// A value on its way to the server, in the binary format.
enum PostgreSQLValue: Equatable, Sendable {
  case null
  case bytes(Data)
  case integer(Int64)
  case text(String)
  case byteStrings([Data])
  case integers([Int64])
  case texts([String])

  init(_ integer: Int64?) { self = integer.map { .integer($0) } ?? .null }
  init(_ text: String?) { self = text.map { .text($0) } ?? .null }
  init(_ bytes: Data?) { self = bytes.map { .bytes($0) } ?? .null }

  /// - Returns: `false` for the null value, which has no bytes.
  func append(to bytes: inout [UInt8]) -> Bool {
    switch self {
    case .null: return false
    case .bytes(let data): bytes.append(contentsOf: data)
    case .integer(let integer): bytes.append(bigEndian: UInt64(bitPattern: integer))
    case .text(let text): Self.append(text, to: &bytes)
    case .byteStrings(let list):
      Self.append(list, of: .bytes, to: &bytes) { bytes, data in
        bytes.append(bigEndian: UInt32(data.count))
        bytes.append(contentsOf: data)
      }
    case .integers(let list):
      Self.append(list, of: .integer, to: &bytes) { bytes, integer in
        bytes.append(bigEndian: UInt32(MemoryLayout<Int64>.size))
        bytes.append(bigEndian: UInt64(bitPattern: integer))
      }
    case .texts(let list):
      Self.append(list, of: .text, to: &bytes) { bytes, text in
        var element: [UInt8] = []
        Self.append(text, to: &element)
        bytes.append(bigEndian: UInt32(element.count))
        bytes.append(contentsOf: element)
      }
    }
    return true
  }

  /// The server's text holds no NUL; the record's own bytes keep what was there.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    guard bytes[start...].contains(0) else { return }
    bytes.removeSubrange(start...)
    bytes.append(contentsOf: text.replacingOccurrences(of: "\0", with: "\u{FFFD}").utf8)
  }

  /// An array of one dimension whose lowest index is 1, without nulls.
  private static func append<Element>(
    _ list: [Element], of type: PostgreSQLStatement.ValueType, to bytes: inout [UInt8],
    _ element: (inout [UInt8], Element) -> Void
  ) {
    for number in [list.isEmpty ? 0 : 1, 0, type.rawValue] { bytes.append(bigEndian: number) }
    guard !list.isEmpty else { return }
    for number in [UInt32(list.count), 1] { bytes.append(bigEndian: number) }
    for value in list { element(&bytes, value) }
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian number: some FixedWidthInteger) {
    for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}

/// What a statement gave.
struct PostgreSQLResult: Sendable {
  /// Rows that it inserted, changed, removed or selected.
  var count = 0
  var rows: [PostgreSQLRow] = []
}

/// One row, in the binary format.
struct PostgreSQLRow: Sendable {
  let columns: [Data?]

  func data(_ index: Int) throws(ColumnMismatch) -> Data? {
    guard columns.indices.contains(index) else { throw ColumnMismatch() }
    return columns[index]
  }

  func integer(_ index: Int) throws(ColumnMismatch) -> Int64? {
    guard let data = try data(index) else { return nil }
    guard [1, 4, 8].contains(data.count), let first = data.first else { throw ColumnMismatch() }
    return data.reduce(first & 0x80 == 0 ? 0 : -1) { $0 << 8 | Int64($1) }
  }

  func text(_ index: Int) throws(ColumnMismatch) -> String? {
    guard let data = try data(index) else { return nil }
    guard let text = String(data: data, encoding: .utf8) else { throw ColumnMismatch() }
    return text
  }
}

/// Reads a row column by column.
struct PostgreSQLRowReader: ColumnReader {
  let row: PostgreSQLRow
  private var index = 0

  init(_ row: PostgreSQLRow) {
    self.row = row
  }

  mutating func text() throws -> String? { try row.text(next()) }
  mutating func integer() throws -> Int64? { try row.integer(next()) }
  mutating func bytes() throws -> Data? { try row.data(next()) }

  private mutating func next() -> Int {
    defer { index += 1 }
    return index
  }
}
