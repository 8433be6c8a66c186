/// One `google.protobuf.FileDescriptorProto`: what it is called, imports and declares.
struct DescriptorNames: Equatable {
  /// A field that another message gets.
  struct Extension: Hashable {
    var extendedType: String
    var number: Int
  }

  private(set) var fileName = ""
  private(set) var imports: [String] = []
  /// Fully qualified names of what the file declares: messages and enums, nested ones, too, their
  /// fields, oneofs and values, extensions, services and methods.
  private(set) var symbols: [String] = []
  /// Fully qualified names of the messages alone.
  private(set) var messages: [String] = []
  private(set) var extensions: [Extension] = []

  /// - Parameter bytes: a serialized FileDescriptorProto.
  init(file bytes: ArraySlice<UInt8>) throws(WireFields.Malformed) {
    var scope = ""
    // The package stands before what it qualifies, but no rule of the wire format says so.
    try Self.forEach(in: bytes) { number, value throws(WireFields.Malformed) in
      if number == 2 { scope = Self.text(value) }
    }
    try Self.forEach(in: bytes) { number, value throws(WireFields.Malformed) in
      switch number {
      case 1: fileName = Self.text(value)
      case 3: imports.append(Self.text(value))
      case 4: try addMessage(value, scope)
      case 5: try addEnum(value, scope)
      case 6: try addService(value, scope)
      case 7: try addExtension(value, scope)
      default: break
      }
    }
  }

  /// DescriptorProto
  private mutating func addMessage(
    _ bytes: ArraySlice<UInt8>, _ scope: String
  ) throws(WireFields.Malformed) {
    let name = try add(bytes, scope)
    messages.append(name)
    try Self.forEach(in: bytes) { number, value throws(WireFields.Malformed) in
      switch number {
      case 2, 8: _ = try add(value, name)
      case 3: try addMessage(value, name)
      case 4: try addEnum(value, name)
      case 6: try addExtension(value, name)
      default: break
      }
    }
  }

  /// EnumDescriptorProto. The values of an enum stand beside it, not in it (protobuf, "Enum Value
  /// Options"); they are found below the enum's name, too, because people write that.
  private mutating func addEnum(
    _ bytes: ArraySlice<UInt8>, _ scope: String
  ) throws(WireFields.Malformed) {
    let name = try add(bytes, scope)
    try Self.forEach(in: bytes) { number, value throws(WireFields.Malformed) in
      guard number == 2 else { return }
      _ = try add(value, scope)
      _ = try add(value, name)
    }
  }

  /// ServiceDescriptorProto
  private mutating func addService(
    _ bytes: ArraySlice<UInt8>, _ scope: String
  ) throws(WireFields.Malformed) {
    let name = try add(bytes, scope)
    try Self.forEach(in: bytes) { number, value throws(WireFields.Malformed) in
      if number == 2 { _ = try add(value, name) }
    }
  }

  /// FieldDescriptorProto of an extension: `extendee` begins with a full stop.
  private mutating func addExtension(
    _ bytes: ArraySlice<UInt8>, _ scope: String
  ) throws(WireFields.Malformed) {
    _ = try add(bytes, scope)
    var found = Extension(extendedType: "", number: 0)
    var fields = WireFields(bytes)
    while let (number, value) = try fields.next() {
      switch (number, value) {
      case (2, .bytes(let name)):
        found.extendedType = String(decoding: name.drop { $0 == UInt8(ascii: ".") }, as: UTF8.self)
      case (3, .number(let tag)): found.number = Int(truncatingIfNeeded: tag)
      default: break
      }
    }
    extensions.append(found)
  }

  /// Adds what a descriptor declares; in each of them field 1 is the name.
  private mutating func add(
    _ bytes: ArraySlice<UInt8>, _ scope: String
  ) throws(WireFields.Malformed) -> String {
    var name = ""
    try Self.forEach(in: bytes) { number, value throws(WireFields.Malformed) in
      if number == 1 { name = Self.text(value) }
    }
    let symbol = scope.isEmpty ? name : "\(scope).\(name)"
    symbols.append(symbol)
    return symbol
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// Calls `body` for each field that is a string or a message.
  static func forEach(
    in bytes: ArraySlice<UInt8>,
    _ body: (Int, ArraySlice<UInt8>) throws(WireFields.Malformed) -> Void
  ) throws(WireFields.Malformed) {
    var fields = WireFields(bytes)
    while let (number, value) = try fields.next() {
      if case .bytes(let bytes) = value { try body(number, bytes) }
    }
  }
}
