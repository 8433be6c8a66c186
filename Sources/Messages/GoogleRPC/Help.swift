import CMessages

extension GoogleRPC {
  /// Where help can be found.
  package struct Help: Equatable, Sendable {
    /// Where to look.
    package var links: [Help.Link]

    package init(links: [Help.Link] = []) {
      self.links = links
    }
  }
}

extension GoogleRPC.Help: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: google__rpc__help__unpack)
}

extension GoogleRPC.Help: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__Help>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      links: unsafe reader.messages(
        source.pointee.n_links, source.pointee.links, "\(path())links"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__Help>, _ arena: inout Arena
  ) {
    unsafe google__rpc__help__init(target)
    unsafe (target.pointee.n_links, target.pointee.links) = arena.messages(links)
  }
}

extension GoogleRPC.Help {
  /// One address.
  package struct Link: Equatable, Sendable {
    /// What is there.
    package var description: String
    /// The address.
    package var url: String

    package init(description: String = "", url: String = "") {
      self.description = description
      self.url = url
    }
  }
}

extension GoogleRPC.Help.Link: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__Help__Link>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      description: unsafe reader.text(source.pointee.description, "\(path())description"),
      url: unsafe reader.text(source.pointee.url, "\(path())url"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__Help__Link>, _ arena: inout Arena
  ) {
    unsafe google__rpc__help__link__init(target)
    unsafe target.pointee.description = arena.text(description)
    unsafe target.pointee.url = arena.text(url)
  }
}
