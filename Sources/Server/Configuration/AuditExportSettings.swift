/// Where a running service exports the audit trail to.
package struct AuditExportSettings: Equatable, Sendable {
  /// A file, or `-` for standard output.
  package var target: String
  /// The file that keeps how far the export has come.
  package var cursorPath: String

  /// - Returns: `nil` where nothing is exported.
  static func read(
    _ reader: SettingReader, journal: JournalLocation
  ) throws(ConfigurationError) -> AuditExportSettings? {
    func path(_ setting: Setting, accepted: String) throws(ConfigurationError) -> String? {
      try reader.one(setting, accepted: accepted) { $0.isEmpty ? nil : $0 }
    }
    let accepted = "the path of a file"
    let target = try path(.auditExport, accepted: "\(accepted), or - for standard output")
    let cursor = try path(.auditExportCursor, accepted: accepted)
    guard let target else { return nil }
    if let cursor { return AuditExportSettings(target: target, cursorPath: cursor) }
    if target != "-" { return AuditExportSettings(target: target, cursorPath: target + ".cursor") }
    guard case .sqlite(let path) = journal else {
      return AuditExportSettings(
        target: target, cursorPath: try reader.required(.auditExportCursor, accepted: accepted))
    }
    return AuditExportSettings(target: target, cursorPath: path + ".export")
  }
}
