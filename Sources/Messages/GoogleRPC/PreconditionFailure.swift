import CMessages

extension GoogleRPC {
  /// What has to be put right before a call can succeed.
  package struct PreconditionFailure: Equatable, Sendable {
    /// All preconditions that were not met.
    package var violations: [PreconditionFailure.Violation]

    package init(violations: [PreconditionFailure.Violation] = []) {
      self.violations = violations
    }
  }
}

extension GoogleRPC.PreconditionFailure: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: google__rpc__precondition_failure__unpack)
}

extension GoogleRPC.PreconditionFailure: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__PreconditionFailure>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      violations: unsafe reader.messages(
        source.pointee.n_violations, source.pointee.violations, "\(path())violations"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__PreconditionFailure>, _ arena: inout Arena
  ) {
    unsafe google__rpc__precondition_failure__init(target)
    unsafe (target.pointee.n_violations, target.pointee.violations) = arena.messages(violations)
  }
}

extension GoogleRPC.PreconditionFailure {
  /// One precondition.
  package struct Violation: Equatable, Sendable {
    /// Kind of the precondition, UPPER_SNAKE_CASE.
    package var type: String
    /// What it is about, e.g. a user pool.
    package var subject: String
    /// What is wrong, and how to put it right.
    package var description: String

    package init(type: String = "", subject: String = "", description: String = "") {
      self.type = type
      self.subject = subject
      self.description = description
    }
  }
}

extension GoogleRPC.PreconditionFailure.Violation: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__PreconditionFailure__Violation>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      type: unsafe reader.text(source.pointee.type, "\(path())type"),
      subject: unsafe reader.text(source.pointee.subject, "\(path())subject"),
      description: unsafe reader.text(source.pointee.description, "\(path())description"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__PreconditionFailure__Violation>,
    _ arena: inout Arena
  ) {
    unsafe google__rpc__precondition_failure__violation__init(target)
    unsafe target.pointee.type = arena.text(type)
    unsafe target.pointee.subject = arena.text(subject)
    unsafe target.pointee.description = arena.text(description)
  }
}
