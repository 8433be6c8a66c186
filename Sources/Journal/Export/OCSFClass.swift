import Provisioning

/// What a record is in the Open Cybersecurity Schema Framework.
struct OCSFClass: Equatable, Sendable {
  /// The version of the schema: https://schema.ocsf.io/1.3.0
  static let version: StaticString = "1.3.0"

  enum Status: Int64 {
    case unknown = 0
    case success = 1
    case failure = 2
    case other = 99

    var name: StaticString {
      switch self {
      case .unknown: "Unknown"
      case .success: "Success"
      case .failure: "Failure"
      case .other: "Other"
      }
    }
  }

  let uid: Int64
  let name: StaticString
  /// The address of its schema.
  let schema: StaticString
  let category: Int64
  let categoryName: StaticString
  let activity: Int64
  let activityName: StaticString
  let status: Status
  /// Of an API's method; empty where no API was called.
  let operation: StaticString

  private static func accountChange(_ status: Status) -> OCSFClass {
    OCSFClass(
      uid: 3001, name: "Account Change",
      schema: "https://schema.ocsf.io/1.3.0/classes/account_change", category: 3,
      categoryName: "Identity & Access Management", activity: 1, activityName: "Create",
      status: status, operation: "AdminCreateUser")
  }

  private static func lifecycle(_ activity: Int64, _ name: StaticString) -> OCSFClass {
    OCSFClass(
      uid: 6002, name: "Application Lifecycle",
      schema: "https://schema.ocsf.io/1.3.0/classes/application_lifecycle", category: 6,
      categoryName: "Application Activity", activity: activity, activityName: name,
      status: .success, operation: "")
  }

  private static func activity(
    _ activity: Int64, _ name: StaticString, _ operation: StaticString
  ) -> OCSFClass {
    OCSFClass(
      uid: 6003, name: "API Activity", schema: "https://schema.ocsf.io/1.3.0/classes/api_activity",
      category: 6,
      categoryName: "Application Activity", activity: activity, activityName: name,
      status: .success, operation: operation)
  }

  /// A record that is not kept any more: an event of no class.
  static let expired = OCSFClass(
    uid: 0, name: "Base Event", schema: "https://schema.ocsf.io/1.3.0/classes/base_event",
    category: 0, categoryName: "Uncategorized",
    activity: 0, activityName: "Unknown", status: .unknown, operation: "")

  init(_ record: ExportedRecord) {
    self =
      switch record.kind {
      case .created, .resent, .reconciledCreated: .accountChange(.success)
      case .failed, .denied, .reconciledAbsent, .existsForeign: .accountChange(.failure)
      case .inDoubt, .unresolved: .accountChange(.unknown)
      case .intended: .accountChange(.other)
      case .operatorResolved:
        .accountChange(
          record.hasReason(OperatorVerdict.created.rawValue) ? .success : .failure)
      case .started: .lifecycle(3, "Start")
      case .stopped: .lifecycle(4, "Stop")
      case .auditQueried: .activity(2, "Read", "ListAuditEvents")
      case .auditTailed: .activity(2, "Read", "TailAuditEvents")
      case .auditExported: .activity(2, "Read", "ExportAuditEvents")
      case .policyChanged: .activity(3, "Update", "ChangePolicy")
      case .keysRotated: .activity(1, "Create", "RotateKeys")
      case .keysDestroyed: .activity(4, "Delete", "DestroyKeys")
      case .erased: .activity(4, "Delete", "EraseCreation")
      case .recordsExpired: .activity(4, "Delete", "ExpireRecords")
      case .backedUp: .activity(2, "Read", "BackUpJournal")
      }
  }

  private init(
    uid: Int64, name: StaticString, schema: StaticString, category: Int64,
    categoryName: StaticString, activity: Int64, activityName: StaticString, status: Status,
    operation: StaticString
  ) {
    self.uid = uid
    self.name = name
    self.schema = schema
    self.category = category
    self.categoryName = categoryName
    self.activity = activity
    self.activityName = activityName
    self.status = status
    self.operation = operation
  }

  static func == (a: OCSFClass, b: OCSFClass) -> Bool {
    (a.uid, a.activity, a.status) == (b.uid, b.activity, b.status)
  }
}
