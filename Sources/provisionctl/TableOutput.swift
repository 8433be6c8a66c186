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

  private static func rowsTable(_ rows: [OutputValue]) -> String {
    var header: [String] = []
    let records = rows.map { row -> [String: String] in
      guard case .object(let fields) = row else { return [:] }
      var record: [String: String] = [:]
      for field in fields {
        guard let text = field.value.scalarText else { continue }
        if !header.contains(field.name) { header.append(field.name) }
        record[field.name] = TextOutput.oneLine(text)
      }
      return record
    }
    return grid(header: header, rows: records.map { record in header.map { record[$0] ?? "" } })
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
