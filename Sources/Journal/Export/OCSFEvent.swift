import Foundation
import Provisioning

/// Writes a record as an event of OCSF. What has no place there stands in `raw_data`, which is the
/// record as it is stored: its leaf hash can be computed from it, and proven.
struct OCSFEvent {
  /// Informational: what a security team makes of it is its own matter.
  private static let severity: Int64 = 1
  /// Cognito's name as an API.
  private static let upstream: StaticString = "cognito-idp.amazonaws.com"
  private static let product: StaticString = "provisiond"

  let place: SealedRecord
  let record: ExportedRecord
  let ocsf: OCSFClass
  /// The time of the record as a JSON string.
  let time: [UInt8]

  func write(to json: inout CanonicalJSON) {
    json.object { json in
      json.member("activity_id", ocsf.activity)
      json.member("activity_name", plain: ocsf.activityName)
      if ocsf.uid != 6002 { writeActor(to: &json) }
      if ocsf.uid != 6002 { writeAPI(to: &json) }
      if ocsf.uid == 6002 { writeProduct("app", to: &json) }
      json.member("category_name", plain: ocsf.categoryName)
      json.member("category_uid", ocsf.category)
      json.member("class_name", plain: ocsf.name)
      json.member("class_uid", ocsf.uid)
      if ocsf.uid == 3001 { writeCloud(to: &json) }
      writeCount(to: &json)
      writeMetadata(to: &json)
      json.member("raw_data", escaping: record.bytes.span)
      json.member("severity", plain: "Informational")
      json.member("severity_id", Self.severity)
      writeSource(to: &json)
      if ocsf.status == .other {
        json.member("status", record.kind.rawValue)
      } else {
        json.member("status", plain: ocsf.status.name)
      }
      write("status_code", record.upstream?.errorType, to: &json)
      write("status_detail", record.reason, to: &json)
      json.member("status_id", ocsf.status.rawValue)
      json.member("time", milliseconds(record.wallMicroseconds))
      json.member("type_uid", ocsf.uid * 100 + ocsf.activity)
      Self.writeUnmapped(place, kind: record.kind.rawValue, to: &json)
      if ocsf.uid == 3001 { writeUser(to: &json) }
    }
  }

  /// A record whose body is gone: its place, so that there is no gap, and its hash.
  static func writeExpired(_ place: SealedRecord, to json: inout CanonicalJSON) {
    let ocsf = OCSFClass.expired
    json.object { json in
      json.member("activity_id", ocsf.activity)
      json.member("category_uid", ocsf.category)
      json.member("class_uid", ocsf.uid)
      json.name("metadata")
      json.object { json in
        writeProduct("product", to: &json)
        json.member("sequence", place.treeIndex)
        json.member("version", plain: OCSFClass.version)
      }
      json.member("severity_id", severity)
      json.member("time", 0)
      json.member("type_uid", 0)
      writeUnmapped(place, kind: "expired", to: &json)
    }
  }

  private func write(
    _ name: StaticString, _ text: ExportedRecord.Text?, to json: inout CanonicalJSON
  ) {
    json.member(name, verbatim: text, in: record.bytes)
  }

  private func writeActor(to json: inout CanonicalJSON) {
    let caller = record.caller
    let isKnown = !caller.id.isEmptyText
    json.name("actor")
    json.object { json in
      write("invoked_by", caller.onBehalfOf, to: &json)
      json.name("user")
      json.object { json in
        if isKnown || ocsf.uid == 3001 {
          write("name", isKnown ? caller.id : caller.auth, to: &json)
        } else {
          // What no caller asked for, the service has done by itself.
          json.member("name", plain: Self.product)
        }
        write("type", caller.auth, to: &json)
        json.member("type_id", isKnown ? 99 : ocsf.uid == 3001 ? 0 : 3)
        write("uid", isKnown ? caller.id : nil, to: &json)
      }
    }
  }

  private func writeAPI(to json: inout CanonicalJSON) {
    json.name("api")
    json.object { json in
      json.member("operation", plain: ocsf.operation)
      let requestID = record.upstream?.requestID ?? record.requestID
      if !requestID.isEmptyText {
        json.name("request")
        json.object { json in write("uid", requestID, to: &json) }
      }
      if let upstream = record.upstream {
        json.name("response")
        json.object { json in
          json.member("code", upstream.httpStatus.map(Int64.init))
          write("error", upstream.errorType, to: &json)
        }
      }
      json.name("service")
      json.object { json in
        json.member("name", plain: ocsf.uid == 3001 ? Self.upstream : Self.product)
      }
    }
  }

  private func writeCloud(to json: inout CanonicalJSON) {
    json.name("cloud")
    json.object { json in
      json.member("provider", plain: "AWS")
      write("region", record.poolRegion, to: &json)
    }
  }

  private func writeCount(to json: inout CanonicalJSON) {
    json.member("count", record.count.map(Int64.init))
    guard let duration = record.durationMicroseconds else { return }
    json.member("duration", milliseconds(duration))
    json.member("end_time", milliseconds(record.wallMicroseconds))
  }

  private func milliseconds(_ microseconds: Int) -> Int64 { Int64(microseconds / 1000) }

  private func writeMetadata(to json: inout CanonicalJSON) {
    json.name("metadata")
    json.object { json in
      write("correlation_uid", record.creationID, to: &json)
      json.member("log_name", plain: "audit")
      json.member("log_provider", plain: Self.product)
      json.member("original_time", verbatim: time.indices, in: time)
      Self.writeProduct("product", to: &json)
      if ocsf.uid == 3001 {
        json.name("profiles")
        json.array(["cloud"]) { json, name in json.string(name) }
      }
      json.member("sequence", place.treeIndex)
      write("tenant_uid", record.organization.isEmptyText ? nil : record.organization, to: &json)
      write("uid", record.eventID, to: &json)
      json.member("version", plain: OCSFClass.version)
    }
  }

  private func writeProduct(_ name: StaticString, to json: inout CanonicalJSON) {
    Self.writeProduct(name, to: &json)
  }

  private static func writeProduct(_ name: StaticString, to json: inout CanonicalJSON) {
    json.name(name)
    json.object { json in
      json.member("name", plain: product)
      json.member("vendor_name", plain: product)
    }
  }

  private func writeSource(to json: inout CanonicalJSON) {
    let hasPeer = !record.caller.peer.isEmptyText
    guard hasPeer || ocsf.uid == 6003 else { return }
    json.name("src_endpoint")
    json.object { json in
      if hasPeer {
        write("ip", record.caller.peer, to: &json)
      } else {
        json.member("svc_name", plain: Self.product)
      }
    }
  }

  private static func writeUnmapped(
    _ place: SealedRecord, kind: String, to json: inout CanonicalJSON
  ) {
    json.name("unmapped")
    json.object { json in
      json.member("kind", kind)
      json.member("leaf_hash", hexadecimal: place.leafHash)
      json.member("tree_index", place.treeIndex)
    }
  }

  /// The user by the id that its pool gave it, else by the keyed hash of its name.
  private func writeUser(to json: inout CanonicalJSON) {
    let hasNoID = record.sub == nil && record.userHash == nil
    json.name("user")
    json.object { json in
      write("domain", record.poolID, to: &json)
      if hasNoID { json.member("name", plain: "unknown") }
      if !record.organization.isEmptyText {
        json.name("org")
        json.object { json in write("name", record.organization, to: &json) }
      }
      json.member("type_id", 1)
      write("uid", record.sub ?? record.userHash, to: &json)
      write("uid_alt", record.sub == nil ? nil : record.userHash, to: &json)
    }
  }
}

extension ExportedRecord.Text {
  /// Whether it is a JSON string of nothing: its quotation marks.
  fileprivate var isEmptyText: Bool { count == 2 }
}
