/// Where hashes of names and requests and the passwords of creations come from: the journal has the
/// keys.
package protocol CreationIdentity: Sendable {
  /// Of a request's ``UserRequest/canonicalBytes``.
  func fingerprint(ofRequest bytes: Sensitive) -> KeyedHash
  func claims(of specification: UserSpecification) -> NameClaims

  /// Of the password that the service makes for a creation: the same each time, for a day at least
  /// and two at most.
  ///
  /// - Parameter time: when the creation was made, in microseconds of the Unix epoch.
  func passwordNumbers(of creation: Identifier, createdAt time: Int64) -> any RandomSource

  /// Makes the keys of the passwords to come, and destroys those whose time is over. Blocks.
  func rotatePasswordKeys(now: Int64) throws(JournalError)
}

extension UserRequest {
  /// The same bytes for the same request, before any default: what tells a repeat from another
  /// request under the same id. The order of attributes and metadata says nothing. The temporary
  /// password is in it: only a keyed hash of these bytes may be kept.
  package var canonicalBytes: Sensitive {
    Sensitive(capacity: canonicalByteLimit) { bytes in
      Self.append(organization, to: &bytes)
      Self.append(username, to: &bytes)
      temporaryPassword.withBytes { Self.append($0, to: &bytes) }
      Self.append(userPoolID, to: &bytes)
      Self.append(userAttributes, to: &bytes)
      Self.append(validationData, to: &bytes)
      Self.append(clientMetadata, to: &bytes)
      bytes.append(forceAliasCreation ? 1 : 0)
      Self.append(number(of: messageAction, among: MessageAction.allCases), to: &bytes)
      Self.append(Int32(desiredDeliveryMediums.count), to: &bytes)
      for medium in desiredDeliveryMediums {
        Self.append(number(of: medium, among: DeliveryMedium.allCases), to: &bytes)
      }
    }
  }

  /// At least as many as the canonical bytes are: four bytes before each text, and as many for each
  /// number.
  var canonicalByteLimit: Int {
    let texts = 8 * (userAttributes.count + validationData.count + clientMetadata.count)
    return RequestValidation.textBytes(of: self) + texts + 4 * desiredDeliveryMediums.count + 64
  }

  /// In the order of their names and values. It is their places that are sorted, so that no text is
  /// copied.
  private static func append(_ entries: [some NamedValue], to bytes: inout OutputSpan<UInt8>) {
    append(Int32(entries.count), to: &bytes)
    let places = entries.indices.sorted {
      (entries[$0].entryName, entries[$0].value) < (entries[$1].entryName, entries[$1].value)
    }
    for place in places {
      append(entries[place].entryName, to: &bytes)
      append(entries[place].value, to: &bytes)
    }
  }

  private static func append(_ text: String, to bytes: inout OutputSpan<UInt8>) {
    append(text.utf8.span, to: &bytes)
  }

  /// With its length before it, so that no two lists of texts give the same bytes.
  private static func append(_ text: Span<UInt8>, to bytes: inout OutputSpan<UInt8>) {
    append(Int32(text.count), to: &bytes)
    for index in text.indices { bytes.append(text[index]) }
  }

  private static func append(_ number: Int32, to bytes: inout OutputSpan<UInt8>) {
    for shift in [24, 16, 8, 0] as [Int32] {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private func number<Value: Equatable>(
    of field: EnumField<Value>, among values: [Value]
  ) -> Int32 {
    switch field {
    case .unspecified: 0
    case .value(let value): -1 - Int32(values.firstIndex(of: value) ?? 0)
    case .unrecognized(let number): number
    }
  }
}

extension UserSpecification {
  /// The names that only one creation at a time may be in flight for, without case: pools may not
  /// tell cases apart. An invitation that is sent again takes no alias.
  package var claimedNames: (user: String, email: String?, phone: String?) {
    func value(_ name: String) -> String? {
      guard messageAction != .resend else { return nil }
      return userAttributes.first { $0.name == name }?.value.lowercased()
    }
    return (username.lowercased(), value("email"), value("phone_number"))
  }
}
