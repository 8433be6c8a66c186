/// What the owner of a database runs to make a journal's tables in it.
package enum PostgreSQLScript {
  /// - Parameter role: of the service, which gets what it needs and no more; `nil` when the owner
  ///   runs the service.
  package static func text(role: String?) -> String {
    let grants = role.map(PostgreSQLSchema.grants) ?? []
    return ([PostgreSQLSchema.statements] + grants).joined(separator: "\n") + "\n"
  }
}
