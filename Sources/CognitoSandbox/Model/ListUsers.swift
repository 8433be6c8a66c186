import JSON

/// ListUsers: a page of users, filtered by one standard attribute. The sandbox is consistent at
/// once where Cognito is so only in the end.
struct ListUsers: PoolCall {
  private(set) var userPoolID: String?
  private var filter: String?
  private var limit: Int?
  private var paginationToken: String?

  init(body: [UInt8]) throws(JSONError) {
    var reader = JSONReader(body)
    try reader.object { (reader, member) throws(JSONError) in
      if try reader.null() { return }
      switch member {
      case "UserPoolId": userPoolID = try reader.string()
      case "Filter": filter = try reader.string()
      case "Limit": limit = try reader.integer()
      case "PaginationToken": paginationToken = try reader.string()
      default: try reader.skipValue()
      }
    }
    try reader.end()
  }

  func check(_ violations: inout ConstraintViolations) {
    checkUserPoolID(&violations)
    if let filter { violations.requireLength(of: filter, in: ModelLimits.filter, at: "filter") }
    if let limit { violations.requireValue(limit, in: ModelLimits.pageSize, at: "limit") }
  }

  func run(in pool: SandboxUserPool, now: Int64) throws(ServiceException) -> [UInt8] {
    let filter = try self.filter.map { (text) throws(ServiceException) in try UserFilter(text) }
    let first = try firstOrdinal()
    let size = limit ?? ModelLimits.pageSize.upperBound
    let matching = pool.users.filter { $0.ordinal >= first && filter?.matches($0) != false }
    let page = matching.prefix(size)

    var writer = JSONWriter(reserving: 512 * page.count + 64)
    writer.object { writer in
      writer.name("Users")
      writer.array { writer in
        for user in page { user.write(attributesAs: "Attributes", to: &writer) }
      }
      if matching.count > size, let last = page.last {
        writer.name("PaginationToken")
        writer.string(String(last.ordinal + 1))
      }
    }
    return writer.bytes
  }

  /// A token is the ordinal of the first user of its page.
  private func firstOrdinal() throws(ServiceException) -> Int {
    guard let paginationToken else { return 0 }
    guard let ordinal = Int(paginationToken) else {
      throw .invalidParameter("Invalid pagination token")
    }
    return ordinal
  }
}

/// The filter of ListUsers: `attribute = "value"` or `attribute ^= "prefix"`.
struct UserFilter {
  /// The attributes that Cognito can search for.
  static let searchable: Set<String> = [
    "username", "email", "phone_number", "name", "given_name", "family_name",
    "preferred_username", "cognito:user_status", "status", "sub",
  ]

  private let attribute: String
  private let value: String
  private let isPrefix: Bool

  init(_ text: String) throws(ServiceException) {
    guard let match = try? #/\s*([a-z_:]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*/#.wholeMatch(in: text)
    else { throw .invalidParameter("Error while parsing filter") }
    attribute = String(match.1)
    guard Self.searchable.contains(attribute) else {
      throw .invalidParameter("Filter attribute is not searchable")
    }
    isPrefix = match.2 == "^="
    value = String(match.3.replacing(#/\\(.)/#) { $0.1 })
  }

  func matches(_ user: SandboxUser) -> Bool {
    let found: String? =
      switch attribute {
      case "username": user.username
      case "cognito:user_status": user.status.rawValue
      case "status": user.isEnabled ? "Enabled" : "Disabled"
      default: user.value(of: attribute)
      }
    guard let found else { return false }
    return isPrefix ? found.hasPrefix(value) : found == value
  }
}
