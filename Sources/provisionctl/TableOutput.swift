/// A table for people: rows of a list of objects, else two columns of paths and values.
enum TableOutput {
  static func render(_ value: OutputValue) -> String {
    if case .object(let fields) = value, case .list(let rows)? = fields.first?.value,
      fields.first.map({ tabular($0.name) }) == true
    {
      return rowsTable(rows)
    }
    let lines = TextOutput.render(value).split(separator: "\n")
    let cells = lines.map { line in
      line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    return grid(header: ["field", "value"], rows: cells)
  }

  /// The lists that are an answer's purpose.
  private static func tabular(_ name: String) -> Bool { name == "events" }

  /// What tells an event from the others at a glance, and the least width of each column in a table
  /// whose rows come one by one. All of an event is in the other formats.
  private static let eventColumns: [(name: String, width: Int)] = [
    ("event_time", 24), ("kind", 16), ("caller", 16), ("organization", 16), ("user_pool_id", 20),
    ("creation_id", 36), ("reason", 24), ("count", 5), ("event_id", 36),
  ]

  private static func rowsTable(_ rows: [OutputValue]) -> String {
    let records = rows.map(cells)
    let header = eventColumns.map(\.name).filter { name in
      records.contains { $0[name] != nil }
    }
    return grid(header: header, rows: records.map { record in header.map { record[$0] ?? "" } })
  }

  private static func cells(_ row: OutputValue) -> [String: String] {
    guard case .object(let fields) = row else { return [:] }
    return fields.reduce(into: [:]) { cells, field in
      cells[field.name] = field.value.scalarText.map(TextOutput.oneLine)
    }
  }

  /// The head of a table whose rows come one by one.
  static var eventHeader: String {
    [eventColumns.map(\.name), eventColumns.map { String(repeating: "-", count: $0.width) }]
      .map(paddedRow).joined(separator: "\n")
  }

  static func eventRow(_ event: OutputValue) -> String {
    let cells = cells(event)
    return paddedRow(eventColumns.map { cells[$0.name] ?? "" })
  }

  private static func paddedRow(_ cells: [String]) -> String {
    let padded = zip(cells, eventColumns).map { cell, column in
      cell + String(repeating: " ", count: max(0, column.width - cell.count))
    }
    return trimmed(padded.joined(separator: "  "))
  }

  private static func grid(header: [String], rows: [[String]]) -> String {
    let widths = header.indices.map { column in
      ([header] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = widths.indices.map { column in
        let cell = column < cells.count ? cells[column] : ""
        return cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return trimmed(padded.joined(separator: "  "))
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
