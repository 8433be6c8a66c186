import Foundation

/// A JSON value as it was read, numbers and booleans told apart.
enum JSONInput: Decodable, Equatable {
  case null
  case boolean(Bool)
  case number
  case text(String)
  case list([JSONInput])
  case object([String: JSONInput])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .boolean(flag)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONInput].self) {
      self = .list(list)
    } else if let object = try? container.decode([String: JSONInput].self) {
      self = .object(object)
    } else {
      self = .number
    }
  }

  /// - Returns: `nil` for text that is no JSON.
  init?(parsing text: String) {
    guard let value = try? JSONDecoder().decode(JSONInput.self, from: Data(text.utf8)) else {
      return nil
    }
    self = value
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var boolean: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
  var list: [JSONInput] { if case .list(let list) = self { list } else { [] } }
  var object: [String: JSONInput] { if case .object(let object) = self { object } else { [:] } }
}
