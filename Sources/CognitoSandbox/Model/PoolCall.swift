import JSON

/// One operation on a user pool: its input, read from a body, and what it does.
protocol PoolCall {
  /// UserPoolId, required by every operation here.
  var userPoolID: String? { get }

  /// Reads the body; unknown members are ignored.
  init(body: [UInt8]) throws(JSONError)

  /// Collects what breaks the constraints of the API model.
  func check(_ violations: inout ConstraintViolations)

  /// Runs the operation and returns the body of the answer.
  ///
  /// - Parameter now: milliseconds of the Unix epoch.
  func run(in pool: SandboxUserPool, now: Int64) throws(ServiceException) -> [UInt8]
}

extension PoolCall {
  /// UserPoolIdType
  func checkUserPoolID(_ violations: inout ConstraintViolations) {
    violations.requirePresence(of: userPoolID, at: "userPoolId")
    if let userPoolID {
      violations.requireLength(of: userPoolID, in: ModelLimits.userPoolID, at: "userPoolId")
      violations.requirePattern(.userPoolID, of: userPoolID, at: "userPoolId")
    }
  }

  /// UsernameType
  func checkUsername(_ username: String?, _ violations: inout ConstraintViolations) {
    violations.requirePresence(of: username, at: "username")
    if let username {
      violations.requireLength(of: username, in: ModelLimits.username, at: "username")
      violations.requirePattern(.username, of: username, at: "username")
    }
  }
}
