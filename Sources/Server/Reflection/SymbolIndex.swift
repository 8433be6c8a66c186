/// Finds the file that declares a name, and the files that it imports, in a
/// `google.protobuf.FileDescriptorSet`.
struct SymbolIndex: Sendable {
  private struct File {
    var bytes: [UInt8]
    var imports: [String]
  }

  private var files: [String: File] = [:]
  private var fileOfSymbol: [String: String] = [:]
  private var messages: Set<String> = []
  private var fileOfExtension: [DescriptorNames.Extension: String] = [:]

  /// - Parameter descriptorSet: serialized; with all that its files import.
  init(descriptorSet: [UInt8]) throws(WireFields.Malformed) {
    try DescriptorNames.forEach(in: descriptorSet[...]) {
      number, bytes throws(WireFields.Malformed) in
      guard number == 1 else { return }
      let names = try DescriptorNames(file: bytes)
      files[names.fileName] = File(bytes: Array(bytes), imports: names.imports)
      for symbol in names.symbols { fileOfSymbol[symbol] = names.fileName }
      for found in names.extensions { fileOfExtension[found] = names.fileName }
      messages.formUnion(names.messages)
    }
  }

  /// The file of this name, then all that it imports, each a serialized FileDescriptorProto; nil
  /// where there is none.
  func files(named name: String) -> [[UInt8]]? {
    guard files[name] != nil else { return nil }
    var found: [String] = [name]
    var position = 0
    while position < found.count {
      let imports = files[found[position]]?.imports ?? []
      found += imports.filter { !found.contains($0) }
      position += 1
    }
    return found.compactMap { files[$0]?.bytes }
  }

  /// The same for the file that declares a fully qualified name.
  func files(declaring symbol: String) -> [[UInt8]]? {
    fileOfSymbol[symbol].flatMap(files(named:))
  }

  /// The same for the file that declares an extension.
  func files(declaring number: Int, of extendedType: String) -> [[UInt8]]? {
    fileOfExtension[.init(extendedType: extendedType, number: number)].flatMap(files(named:))
  }

  /// The numbers of a message's extensions, sorted; nil where there is no such message.
  func extensionNumbers(of message: String) -> [Int]? {
    guard messages.contains(message) else { return nil }
    return fileOfExtension.keys.filter { $0.extendedType == message }.map(\.number).sorted()
  }
}
