/// The answers of the admin port: pure, so that they are tested without a socket.
struct AdminRouter: Sendable {
  struct Answer: Equatable, Sendable {
    var status: Int
    var contentType = "text/plain; charset=utf-8"
    var body: String
  }

  var readiness: @Sendable () -> Readiness
  var metrics: @Sendable () -> String

  func answer(method: String, uri: String) -> Answer {
    guard method == "GET" || method == "HEAD" else {
      return Answer(status: 405, body: "GET or HEAD\n")
    }
    let parts = uri.split(separator: "?", maxSplits: 1)
    switch parts.first {
    case "/livez":
      return Answer(status: 200, body: "ok\n")
    case "/readyz":
      return readyz(verbose: parts.count == 2 && parts[1].split(separator: "&").contains("verbose"))
    case "/metrics":
      return Answer(
        status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: metrics())
    default:
      return Answer(status: 404, body: "served here: /livez, /readyz, /metrics\n")
    }
  }

  private func readyz(verbose: Bool) -> Answer {
    let readiness = readiness()
    let status = readiness.isReady ? 200 : 503
    guard verbose else {
      return Answer(status: status, body: readiness.isReady ? "ok\n" : "not ready\n")
    }
    let lines = readiness.checks.map { "[\($0.passes ? "+" : "-")] \($0.name): \($0.detail)\n" }
    return Answer(status: status, body: lines.joined())
  }
}

/// Whether the service can do its work, and why.
package struct Readiness: Equatable, Sendable {
  package struct Check: Equatable, Sendable {
    package var name: String
    package var passes: Bool
    package var detail: String
  }

  package var checks: [Check]

  package var isReady: Bool { checks.allSatisfy(\.passes) }
}
