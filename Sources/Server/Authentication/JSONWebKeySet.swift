import JSON

/// Why a file of public keys is refused. It names members, never their values.
enum JSONWebKeySetError: Error, Equatable, Sendable, CustomStringConvertible {
  case unreadable
  /// No JSON, or of another shape.
  case malformed
  /// A member that a key needs.
  case missing(String)
  case invalid(String)
  /// `alg` does not go with the kind of key; those that do.
  case algorithm(String)
  /// A shared or private key: whoever reads the file could make tokens.
  case secret
  case duplicateKeyID
  case noKey

  var description: String {
    switch self {
    case .unreadable: "the file cannot be read"
    case .malformed: "the file is not a JSON Web Key Set"
    case .missing(let member): "a key of the file has no \(member)"
    case .invalid(let member): "a key of the file has no valid \(member)"
    case .algorithm(let names): "a key of the file has an alg that is none of its own: \(names)"
    case .secret: "the file holds a private or shared key"
    case .duplicateKeyID: "two keys of the file have the same kid"
    case .noKey: "the file has no key that tokens can be verified with"
    }
  }
}

/// The members of a key that are text.
struct JSONWebKeyMembers: Sendable {
  private var texts: [String: String] = [:]

  subscript(name: String) -> String? { texts[name] }

  func bytes(_ name: String) throws(JSONWebKeySetError) -> [UInt8] {
    guard let text = texts[name] else { throw .missing(name) }
    guard let bytes = Base64URL.decode(text.utf8), !bytes.isEmpty else { throw .invalid(name) }
    return bytes
  }

  /// A member that stands twice is an error: which of them counts is not the same everywhere.
  mutating func read(from json: inout JSONReader) throws(JSONError) {
    var names: Set<String> = []
    try json.object { json, name throws(JSONError) in
      guard names.insert(name.text).inserted else { throw .malformed }
      var attempt = json
      if let text = try? attempt.string() {
        texts[name.text] = text
        json = attempt
      } else {
        try json.skipValue()
      }
    }
  }
}

/// The public keys of an issuer (RFC 7517, section 5), by their ids.
struct JSONWebKeySet: Sendable {
  /// Bytes of a file: hundreds of keys.
  static let maximumBytes = 1_048_576

  /// Members of private and shared keys (RFC 7518, section 6; RFC 8037).
  private static let secretMembers = ["d", "p", "q", "dp", "dq", "qi", "k"]

  private var keys: [String: JSONWebKey] = [:]

  /// Keys for encryption and of kinds that are not known are passed over.
  init(_ bytes: [UInt8]) throws(JSONWebKeySetError) {
    guard bytes.count <= Self.maximumBytes, let all = try? Self.members(of: bytes) else {
      throw .malformed
    }
    for members in all {
      guard members["kty"] != "oct", !Self.secretMembers.contains(where: { members[$0] != nil })
      else { throw .secret }
      guard (members["use"] ?? "sig") == "sig" else { continue }
      guard JSONWebKey.isKnownKind(members) else { continue }
      let key = try JSONWebKey(members)
      guard keys.updateValue(key, forKey: key.id) == nil else { throw .duplicateKeyID }
    }
    guard !keys.isEmpty else { throw .noKey }
  }

  private static func members(of bytes: [UInt8]) throws(JSONError) -> [JSONWebKeyMembers] {
    var json = JSONReader(bytes)
    var all: [JSONWebKeyMembers]?
    try json.object { json, name throws(JSONError) in
      guard name == "keys" else { return try json.skipValue() }
      guard all == nil else { throw .malformed }
      var keys: [JSONWebKeyMembers] = []
      try json.array { json throws(JSONError) in
        var members = JSONWebKeyMembers()
        try members.read(from: &json)
        keys.append(members)
      }
      all = keys
    }
    try json.end()
    guard let all else { throw .malformed }
    return all
  }

  subscript(id: String) -> JSONWebKey? { keys[id] }
}
