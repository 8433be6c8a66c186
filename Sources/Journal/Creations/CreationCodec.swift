import Foundation
import Provisioning

/// Turns creations into rows and back: seals what could tell who somebody is.
struct CreationCodec: Sendable {
  /// What a sealed column holds; a part of its context, so that no column opens as the other.
  private enum Column: UInt8 {
    case intent = 1
    case answer = 2
  }

  let keys: JournalKeys

  /// What changes a row from `stamp` to `creation`, or makes one.
  ///
  /// - Parameter buffer: memory to write in what is sealed; what it has is lost.
  func change(
    to creation: Creation, from stamp: CreationStamp?, using buffer: inout [UInt8]
  ) throws(JournalError) -> CreationRowChange {
    do {
      guard let stamp else { return .insert(try row(creation, &buffer)) }
      return .update(stamp, try standing(creation, &buffer))
    } catch {
      throw .unavailable("a creation cannot be sealed")
    }
  }

  private func row(_ creation: Creation, _ buffer: inout [UInt8]) throws -> CreationRow {
    let creationID = creation.id.bytes
    let sealedIntent = try sealed(.intent, of: creationID, &buffer) { json in
      SealedIntent.write(creation.intent, to: &json)
    }
    return CreationRow(
      callerID: creation.key.callerID, requestID: creation.key.requestID,
      creationID: Data(creationID), fingerprint: Data(creation.fingerprint.bytes),
      organization: creation.intent.organization,
      poolID: creation.intent.specification.pool.id,
      userHash: Data(creation.claims.user.bytes),
      emailHash: creation.claims.email.map { Data($0.bytes) },
      phoneHash: creation.claims.phone.map { Data($0.bytes) },
      createTime: creation.createTime, sealKey: Int64(JournalKeys.epoch(of: sealedIntent)),
      sealedIntent: sealedIntent,
      standing: try standing(creation, &buffer))
  }

  private func standing(
    _ creation: Creation, _ buffer: inout [UInt8]
  ) throws -> CreationRow.Standing {
    CreationRow.Standing(
      state: creation.state.rawValue, attempt: Int64(creation.attempt),
      fence: Int64(creation.fence), leaseEnd: creation.leaseEnd, updateTime: creation.updateTime,
      attemptTime: creation.attemptTime, evidenceStart: creation.evidenceStart,
      sendEnd: creation.sendEnd, evidence: creation.evidence?.rawValue,
      operatorVerdict: creation.operatorVerdict?.rawValue,
      sealedAnswer: try creation.answer.map { answer in
        try sealed(.answer, of: creation.id.bytes, &buffer) { json in
          SealedAnswer.write(answer, to: &json)
        }
      })
  }

  private func sealed(
    _ column: Column, of creationID: [UInt8], _ buffer: inout [UInt8],
    _ write: (inout CanonicalJSON) -> Void
  ) throws -> Data {
    buffer.removeAll(keepingCapacity: true)
    CanonicalJSON.append(to: &buffer, write)
    return try keys.seal(buffer, context: Self.context(creationID, column))
  }

  func creation(_ row: CreationRow) throws(JournalError) -> Creation {
    do {
      return try opened(row).present()
    } catch is JournalKeys.Erased {
      if let creation = erased(row) { return creation }
    } catch {}
    throw .unavailable("a stored creation is damaged")
  }

  private func opened(_ row: CreationRow) throws -> Creation? {
    let content = try keys.open(
      row.sealedIntent, context: Self.context(Array(row.creationID), .intent))
    guard let intent = SealedIntent.intent(from: content, row: row),
      var creation = unanswered(row, intent)
    else { return nil }
    if let sealed = row.standing.sealedAnswer {
      let content = try keys.open(sealed, context: Self.context(Array(row.creationID), .answer))
      guard
        let answer = SealedAnswer.answer(from: content, pool: intent.specification.pool)
      else { return nil }
      creation.answer = answer
    }
    return creation
  }

  /// What is left of a creation whose sealed content is gone: who asked when, and what it came to.
  private func erased(_ row: CreationRow) -> Creation? {
    guard let id = Identifier(bytes: row.creationID) else { return nil }
    var creation = unanswered(row, .erased(id, row))
    creation?.isErased = true
    return creation
  }

  private func unanswered(_ row: CreationRow, _ intent: CreationIntent) -> Creation? {
    let standing = row.standing
    guard let state = CreationState(rawValue: standing.state) else { return nil }
    var creation = Creation(
      intent: intent, fingerprint: KeyedHash(bytes: Array(row.fingerprint)),
      claims: NameClaims(
        user: KeyedHash(bytes: Array(row.userHash)),
        email: row.emailHash.map { KeyedHash(bytes: Array($0)) },
        phone: row.phoneHash.map { KeyedHash(bytes: Array($0)) }),
      now: row.createTime, leaseEnd: standing.leaseEnd)
    creation.state = state
    creation.attempt = Int(standing.attempt)
    creation.fence = Int(standing.fence)
    creation.updateTime = standing.updateTime
    creation.attemptTime = standing.attemptTime
    creation.evidenceStart = standing.evidenceStart
    creation.sendEnd = standing.sendEnd
    creation.evidence = standing.evidence.flatMap { Evidence(rawValue: $0) }
    creation.operatorVerdict = standing.operatorVerdict.flatMap { OperatorVerdict(rawValue: $0) }
    return creation
  }

  private static func context(_ creationID: [UInt8], _ column: Column) -> [UInt8] {
    creationID + [column.rawValue]
  }
}

extension CreationIntent {
  /// Without everything that was sealed.
  fileprivate static func erased(_ id: Identifier, _ row: CreationRow) -> CreationIntent {
    CreationIntent(
      reference: CreationReference(creationID: id, requestID: row.requestID),
      origin: CallOrigin(
        callerID: row.callerID, authentication: .unauthenticated, onBehalfOf: nil, peer: ""),
      organization: row.organization, policyDigest: "", decisions: [],
      specification: .recorded(
        pool: UserPool(id: row.poolID, region: ""), username: "", userAttributes: [],
        validationData: [], forceAliasCreation: false, messageAction: .suppress,
        desiredDeliveryMediums: [], clientMetadata: []))
  }
}
