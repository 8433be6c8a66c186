import Foundation
import Provisioning

/// What a creation ended in, as it is sealed for replay: canonical JSON, with the version of its
/// layout.
enum SealedAnswer {
  /// The layout that this release writes.
  private static let version: Int64 = 1

  static func write(_ answer: DirectoryAnswer, to json: inout CanonicalJSON) {
    json.object { json in
      switch answer {
      case .failure(let failure):
        json.name("failure")
        write(failure, to: &json)
        write(failure.trace, to: &json)
      case .success(let created):
        json.name("invitation")
        JournalRecord.write(created.invitation, to: &json)
        write(created.trace, to: &json)
        json.name("user")
        write(created.user, to: &json)
      }
      json.member("v", version)
    }
  }

  private static func write(_ failure: DirectoryFailure, to json: inout CanonicalJSON) {
    json.object { json in
      json.member("executed", failure.executed.rawValue)
      json.member("kind", failure.kind.rawValue)
      json.member("reason_code", failure.reasonCode)
    }
  }

  private static func write(_ trace: UpstreamTrace, to json: inout CanonicalJSON) {
    json.name("upstream")
    JournalRecord.write(trace, to: &json)
  }

  private static func write(_ user: User, to json: inout CanonicalJSON) {
    json.object { json in
      json.name("attributes")
      json.array(user.attributes) { json, attribute in
        json.pair(attribute.name, attribute.value)
      }
      write("create_time", user.createTime, to: &json)
      json.member("enabled", user.enabled ? 1 : 0)
      if !user.mfaOptions.isEmpty {
        json.name("mfa_options")
        json.array(user.mfaOptions) { json, option in
          json.pair(option.attributeName, option.deliveryMedium)
        }
      }
      json.member("name", user.username)
      json.member("status", user.status?.rawValue)
      write("update_time", user.lastModifiedTime, to: &json)
    }
  }

  private static func write(
    _ name: StaticString, _ time: Timestamp?, to json: inout CanonicalJSON
  ) {
    guard let time else { return }
    json.name(name)
    json.array([time.seconds, Int64(time.nanoseconds)]) { json, part in json.integer(part) }
  }

  /// - Returns: `nil` for a layout or a value that this release does not know.
  static func answer(from bytes: Data, pool: UserPool) -> DirectoryAnswer? {
    guard let layout = try? JSONDecoder.snakeCase.decode(Layout.self, from: bytes),
      layout.v == version
    else { return nil }
    let trace = layout.upstream.trace
    if let failure = layout.failure {
      guard let kind = DirectoryFailure.Kind(rawValue: failure.kind),
        let executed = Executed(rawValue: failure.executed)
      else { return nil }
      return .failure(
        DirectoryFailure(
          kind: kind, executed: executed, reasonCode: failure.reasonCode, trace: trace))
    }
    guard let invitation = layout.invitation?.invitation,
      let user = layout.user?.user(pool: pool)
    else { return nil }
    return .success(CreatedUser(user: user, invitation: invitation, trace: trace))
  }

  private struct Layout: Decodable {
    var failure: Failure?
    var invitation: RecordLayout.Message?
    var upstream: RecordLayout.Upstream
    var user: Person?
    var v: Int64
  }

  private struct Failure: Decodable {
    var executed: String
    var kind: String
    var reasonCode: String?
  }

  private struct Person: Decodable {
    var attributes: [[String]]
    var createTime: [Int64]?
    var enabled: Int
    var mfaOptions: [[String]]?
    var name: String
    var status: String?
    var updateTime: [Int64]?

    func user(pool: UserPool) -> User? {
      guard let attributes = all(attributes, \.attribute),
        let options = all(mfaOptions ?? [], \.attribute)
      else { return nil }
      return User(
        username: name, attributes: attributes, createTime: Self.time(createTime),
        lastModifiedTime: Self.time(updateTime), enabled: enabled == 1,
        status: status.map { UserStatus(rawValue: $0) ?? .unknown },
        mfaOptions: options.map {
          MFAOption(deliveryMedium: $0.value, attributeName: $0.name)
        }, pool: pool)
    }

    private static func time(_ parts: [Int64]?) -> Timestamp? {
      guard let parts, parts.count == 2 else { return nil }
      return Timestamp(seconds: parts[0], nanoseconds: Int32(clamping: parts[1]))
    }
  }
}
