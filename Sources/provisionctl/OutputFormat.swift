import ArgumentParser

/// How an answer is printed (`--output`), with the AWS CLI's names.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case json, yaml, text, table

  func render(_ value: OutputValue) -> String {
    switch self {
    case .json: JSONOutput.render(value)
    case .yaml: YAMLOutput.render(value)
    case .text: TextOutput.render(value)
    case .table: TableOutput.render(value)
    }
  }
}
