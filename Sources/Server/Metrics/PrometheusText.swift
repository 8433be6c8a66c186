/// Writes Prometheus' text exposition format, version 0.0.4.
struct PrometheusText: CustomStringConvertible {
  typealias Labels = [(name: String, value: String)]

  private(set) var description = ""

  mutating func header(_ name: String, _ type: String, _ help: String) {
    description += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  mutating func sample(_ name: String, _ labels: Labels = [], _ value: some Numeric) {
    let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    description += pairs.isEmpty ? "\(name) \(value)\n" : "\(name){\(pairs)} \(value)\n"
  }

  mutating func histogram(_ name: String, _ labels: Labels, _ histogram: Histogram) {
    var cumulative = 0
    for (bound, count) in zip(histogram.bounds, histogram.counts) {
      cumulative += count
      sample("\(name)_bucket", labels + [("le", Self.bound(bound))], cumulative)
    }
    sample("\(name)_bucket", labels + [("le", "+Inf")], histogram.count)
    sample("\(name)_sum", labels, histogram.sum)
    sample("\(name)_count", labels, histogram.count)
  }

  /// A whole number is written without a fraction: 4294967296, and not 4.294967296e+09.
  private static func bound(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }

  private static func escaped(_ value: String) -> String {
    value.reduce(into: "") { text, character in
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
  }
}
