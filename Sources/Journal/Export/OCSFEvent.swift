import Foundation
import Provisioning

/// Writes a record as an event of OCSF. What has no place there stands in `raw_data`, which is the
/// record as it is stored: its leaf hash can be computed from it, and proven.
struct OCSFEvent {
  /// Informational: what a security team makes of it is its own matter.
  private static let severity: Int64 = 1
  /// Cognito's name as an API.
  private static let upstream = "cognito-idp.amazonaws.com"
  private static let product = "provisiond"

  let record: SealedRecord
  let event: AuditEvent
  let ocsf: OCSFClass

  func write(to json: inout CanonicalJSON) {
    json.object { json in
      json.member("activity_id", ocsf.activity)
      json.member("activity_name", ocsf.activityName)
      if ocsf.uid != 6002 { writeActor(to: &json) }
      if ocsf.uid != 6002 { writeAPI(to: &json) }
      if ocsf.uid == 6002 { writeProduct("app", to: &json) }
      json.member("category_name", ocsf.categoryName)
      json.member("category_uid", ocsf.category)
      json.member("class_name", ocsf.name)
      json.member("class_uid", ocsf.uid)
      if ocsf.uid == 3001 { writeCloud(to: &json) }
      writeCount(to: &json)
      writeMetadata(to: &json)
      json.member("raw_data", record.record.map { String(decoding: $0, as: UTF8.self) })
      json.member("severity", "Informational")
      json.member("severity_id", Self.severity)
      writeSource(to: &json)
      json.member("status", ocsf.status == .other ? event.kind.rawValue : ocsf.status.name)
      json.member("status_code", event.trace?.errorType)
      json.member("status_detail", event.reason)
      json.member("status_id", ocsf.status.rawValue)
      json.member("time", event.wallMicroseconds / 1000)
      json.member("type_uid", ocsf.uid * 100 + ocsf.activity)
      Self.writeUnmapped(record, kind: event.kind.rawValue, to: &json)
      if ocsf.uid == 3001 { writeUser(to: &json) }
    }
  }

  /// A record whose body is gone: its place, so that there is no gap, and its hash.
  static func writeExpired(_ record: SealedRecord, to json: inout CanonicalJSON) {
    let ocsf = OCSFClass.expired
    json.object { json in
      json.member("activity_id", ocsf.activity)
      json.member("category_uid", ocsf.category)
      json.member("class_uid", ocsf.uid)
      json.name("metadata")
      json.object { json in
        writeProduct("product", to: &json)
        json.member("sequence", record.treeIndex)
        json.member("version", OCSFClass.version)
      }
      json.member("severity_id", severity)
      json.member("time", 0)
      json.member("type_uid", 0)
      writeUnmapped(record, kind: "expired", to: &json)
    }
  }

  private func writeActor(to json: inout CanonicalJSON) {
    let origin = event.origin
    let isKnown = !origin.callerID.isEmpty
    // What no caller asked for, the service has done by itself.
    let stranger = ocsf.uid == 3001 ? origin.authentication.rawValue : Self.product
    json.name("actor")
    json.object { json in
      json.member("invoked_by", origin.onBehalfOf)
      json.name("user")
      json.object { json in
        json.member("name", isKnown ? origin.callerID : stranger)
        json.member("type", origin.authentication.rawValue)
        json.member("type_id", isKnown ? 99 : ocsf.uid == 3001 ? 0 : 3)
        json.member("uid", isKnown ? origin.callerID : nil)
      }
    }
  }

  private func writeAPI(to json: inout CanonicalJSON) {
    json.name("api")
    json.object { json in
      json.member("operation", ocsf.operation)
      let requestID = event.trace?.requestID ?? event.requestID
      if !requestID.isEmpty {
        json.name("request")
        json.object { json in json.member("uid", requestID) }
      }
      if let trace = event.trace {
        json.name("response")
        json.object { json in
          json.member("code", trace.httpStatus.map(Int64.init))
          json.member("error", trace.errorType)
        }
      }
      json.name("service")
      json.object { json in
        json.member("name", ocsf.uid == 3001 ? Self.upstream : Self.product)
      }
    }
  }

  private func writeCloud(to json: inout CanonicalJSON) {
    json.name("cloud")
    json.object { json in
      json.member("provider", "AWS")
      json.member("region", event.pool?.region)
    }
  }

  /// Times in milliseconds.
  private func writeCount(to json: inout CanonicalJSON) {
    json.member("count", event.count)
    guard let duration = event.durationMicroseconds else { return }
    json.member("duration", duration / 1000)
    json.member("end_time", event.wallMicroseconds / 1000)
  }

  private func writeMetadata(to json: inout CanonicalJSON) {
    json.name("metadata")
    json.object { json in
      json.member("correlation_uid", event.creationID?.description)
      json.member("log_name", "audit")
      json.member("log_provider", Self.product)
      json.member("original_time", RFC3339.text(microseconds: event.wallMicroseconds))
      Self.writeProduct("product", to: &json)
      if ocsf.uid == 3001 {
        json.name("profiles")
        json.array(["cloud"]) { json, name in json.string(name) }
      }
      json.member("sequence", record.treeIndex)
      json.member("tenant_uid", event.organization.isEmpty ? nil : event.organization)
      json.member("uid", event.id.description)
      json.member("version", OCSFClass.version)
    }
  }

  private func writeProduct(_ name: StaticString, to json: inout CanonicalJSON) {
    Self.writeProduct(name, to: &json)
  }

  private static func writeProduct(_ name: StaticString, to json: inout CanonicalJSON) {
    json.name(name)
    json.object { json in
      json.member("name", product)
      json.member("vendor_name", product)
    }
  }

  private func writeSource(to json: inout CanonicalJSON) {
    let hasPeer = !event.origin.peer.isEmpty
    guard hasPeer || ocsf.uid == 6003 else { return }
    json.name("src_endpoint")
    json.object { json in
      json.member("ip", hasPeer ? event.origin.peer : nil)
      json.member("svc_name", hasPeer ? nil : Self.product)
    }
  }

  private static func writeUnmapped(
    _ record: SealedRecord, kind: String, to json: inout CanonicalJSON
  ) {
    json.name("unmapped")
    json.object { json in
      json.member("kind", kind)
      json.member("leaf_hash", hexadecimal(record.leafHash))
      json.member("tree_index", record.treeIndex)
    }
  }

  /// The user by the id that its pool gave it, else by the keyed hash of its name.
  private func writeUser(to json: inout CanonicalJSON) {
    json.name("user")
    json.object { json in
      json.member("domain", event.pool?.id)
      json.member("name", event.sub == nil && event.userHash == nil ? "unknown" : nil)
      if !event.organization.isEmpty {
        json.name("org")
        json.object { json in json.member("name", event.organization) }
      }
      json.member("type_id", 1)
      json.member("uid", event.sub ?? event.userHash)
      json.member("uid_alt", event.sub == nil ? nil : event.userHash)
    }
  }
}
