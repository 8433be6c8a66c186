import Provisioning

/// The shape of an entry of `callers`.
enum PolicyCallerShape {
  private typealias Field = DocumentFields.Field

  static let caller = DocumentFields(
    [
      Field("id", .text(pattern: "^\\S+$"), "Name of the caller.", isRequired: true),
      Field("anonymous", .yes, "Calls without any credential. For development."),
      Field(
        "organizations", .list(.text(pattern: "^\\S+$")), "Names of organizations, or [\"*\"].",
        isRequired: true),
      Field(
        "permissions", .list(.words(Permission.allCases.map(\.rawValue) + ["*"])),
        "What the caller may do, or [\"*\"].", isRequired: true),
    ], oneOf: ["anonymous"])
}
