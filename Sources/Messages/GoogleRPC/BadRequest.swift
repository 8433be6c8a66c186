import CMessages

extension GoogleRPC {
  /// What is wrong with a request.
  package struct BadRequest: Equatable, Sendable {
    /// All invalid fields.
    package var fieldViolations: [BadRequest.FieldViolation]

    package init(fieldViolations: [BadRequest.FieldViolation] = []) {
      self.fieldViolations = fieldViolations
    }
  }
}

extension GoogleRPC.BadRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: google__rpc__bad_request__unpack)
}

extension GoogleRPC.BadRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__BadRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      fieldViolations: unsafe reader.messages(
        source.pointee.n_field_violations, source.pointee.field_violations,
        "\(path())field_violations"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__BadRequest>, _ arena: inout Arena
  ) {
    unsafe google__rpc__bad_request__init(target)
    unsafe (target.pointee.n_field_violations, target.pointee.field_violations) = arena.messages(
      fieldViolations)
  }
}

extension GoogleRPC.BadRequest {
  /// One invalid field.
  package struct FieldViolation: Equatable, Sendable {
    /// Path of the field in the request, e.g. "user_attributes[3].value".
    package var field: String
    /// What is accepted.
    package var description: String
    /// Cause of the violation, UPPER_SNAKE_CASE.
    package var reason: String
    /// The description in the language of the client.
    package var localizedMessage: GoogleRPC.LocalizedMessage?

    package init(
      field: String = "", description: String = "", reason: String = "",
      localizedMessage: GoogleRPC.LocalizedMessage? = nil
    ) {
      self.field = field
      self.description = description
      self.reason = reason
      self.localizedMessage = localizedMessage
    }
  }
}

extension GoogleRPC.BadRequest.FieldViolation: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__BadRequest__FieldViolation>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      field: unsafe reader.text(source.pointee.field, "\(path())field"),
      description: unsafe reader.text(source.pointee.description, "\(path())description"),
      reason: unsafe reader.text(source.pointee.reason, "\(path())reason"),
      localizedMessage: unsafe reader.message(
        source.pointee.localized_message, "\(path())localized_message"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__BadRequest__FieldViolation>, _ arena: inout Arena
  ) {
    unsafe google__rpc__bad_request__field_violation__init(target)
    unsafe target.pointee.field = arena.text(field)
    unsafe target.pointee.description = arena.text(description)
    unsafe target.pointee.reason = arena.text(reason)
    unsafe target.pointee.localized_message = arena.message(localizedMessage)
  }
}

extension GoogleRPC {
  /// A message in the language of a person.
  package struct LocalizedMessage: Equatable, Sendable {
    /// The language, as BCP 47 has it, e.g. "en-US".
    package var locale: String
    /// The message.
    package var message: String

    package init(locale: String = "", message: String = "") {
      self.locale = locale
      self.message = message
    }
  }
}

extension GoogleRPC.LocalizedMessage: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: google__rpc__localized_message__unpack)
}

extension GoogleRPC.LocalizedMessage: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__LocalizedMessage>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      locale: unsafe reader.text(source.pointee.locale, "\(path())locale"),
      message: unsafe reader.text(source.pointee.message, "\(path())message"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__LocalizedMessage>, _ arena: inout Arena
  ) {
    unsafe google__rpc__localized_message__init(target)
    unsafe target.pointee.locale = arena.text(locale)
    unsafe target.pointee.message = arena.text(message)
  }
}
