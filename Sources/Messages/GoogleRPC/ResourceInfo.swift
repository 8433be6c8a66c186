import CMessages

extension GoogleRPC {
  /// Which resource an error is about.
  package struct ResourceInfo: Equatable, Sendable {
    /// Kind of the resource, e.g. "user pool".
    package var resourceType: String
    /// Name of the resource.
    package var resourceName: String
    /// Owner of the resource.
    package var owner: String
    /// What went wrong with it.
    package var description: String

    package init(
      resourceType: String = "", resourceName: String = "", owner: String = "",
      description: String = ""
    ) {
      self.resourceType = resourceType
      self.resourceName = resourceName
      self.owner = owner
      self.description = description
    }
  }
}

extension GoogleRPC.ResourceInfo: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: google__rpc__resource_info__unpack)
}

extension GoogleRPC.ResourceInfo: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__ResourceInfo>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      resourceType: unsafe reader.text(source.pointee.resource_type, "\(path())resource_type"),
      resourceName: unsafe reader.text(source.pointee.resource_name, "\(path())resource_name"),
      owner: unsafe reader.text(source.pointee.owner, "\(path())owner"),
      description: unsafe reader.text(source.pointee.description, "\(path())description"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__ResourceInfo>, _ arena: inout Arena
  ) {
    unsafe google__rpc__resource_info__init(target)
    unsafe target.pointee.resource_type = arena.text(resourceType)
    unsafe target.pointee.resource_name = arena.text(resourceName)
    unsafe target.pointee.owner = arena.text(owner)
    unsafe target.pointee.description = arena.text(description)
  }
}
