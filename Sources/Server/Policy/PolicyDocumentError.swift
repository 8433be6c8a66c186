/// Why a policy document is refused. Its description is one line.
package struct PolicyDocumentError: Error, Equatable, Sendable, CustomStringConvertible {
  package var file: String
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int
  /// Path of the key, e.g. `organizations.acme.user_pools[0].id`; empty for the whole document.
  package var key: String
  package var problem: String
  package var accepted: String

  package var description: String {
    let place = "\(file):\(line):\(column): "
    return place + (key.isEmpty ? "" : "\(key): ") + "\(problem); accepted: \(accepted)"
  }
}
