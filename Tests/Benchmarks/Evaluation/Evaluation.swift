import Foundation
import Glibc
import Provisioning
import Server

/// What one evaluation of a policy costs: CPU time of the thread, with requests made beforehand as a
/// call makes them, each with lists of its own.
@main
struct Evaluation {
  static let requests = 1_000
  static let rounds = 200

  static func main() throws {
    let path = CommandLine.arguments.dropFirst().first ?? "deploy/policy.example.yaml"
    let document = try String(contentsOfFile: path, encoding: .utf8)
    let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
    let plain = lines.filter { !$0.contains("normalize:") }.joined(separator: "\n")
    let (without, with) = (try measure(plain, path), try measure(document, path))
    print("policy evaluation, \(path): \(without) us; with normalization of the name: \(with) us")
  }

  /// Microseconds of one evaluation: the median of the rounds.
  private static func measure(_ document: String, _ path: String) throws -> String {
    let policy = try PolicyDocument.load(yaml: document, file: path)
    guard let caller = policy.anonymousCaller else { throw CocoaError(.featureUnsupported) }
    let inputs = PolicyInputs(creationID: .nil, requestID: "", now: Timestamp(seconds: 0))
    var figures: [Double] = []
    for _ in 0..<rounds {
      var waiting = (0..<requests).map(request)
      let start = threadSeconds()
      while let next = waiting.popLast() {
        _ = try policy.evaluate(next, caller: caller, inputs: inputs)
      }
      figures.append((threadSeconds() - start) / Double(requests) * 1e6)
    }
    figures.sort()
    return String(format: "%.2f", figures[rounds / 2])
  }

  private static func request(_ number: Int) -> UserRequest {
    UserRequest(
      organization: "acme", username: "user.\(number)",
      userAttributes: [
        UserAttribute(name: "email", value: "user.\(number)@example.com"),
        UserAttribute(name: "given_name", value: "Zoe Alexandra"),
        UserAttribute(name: "family_name", value: "Smith"),
        UserAttribute(name: "custom:department", value: "accounting-and-finance"),
      ])
  }

  private static func threadSeconds() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
