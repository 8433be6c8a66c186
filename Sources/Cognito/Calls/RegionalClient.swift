import NIOCore
import Provisioning
import SigV4

/// The way from one event loop to one Region: signs requests and sends them through its pool.
/// Confined to its event loop.
final class RegionalClient {
  /// What all requests of one second share, so that each writes and signs only what is its own.
  private struct Signing {
    var signer: SigV4Signer
    /// Of the process, or of a role: pools of one Region may differ in that.
    var credentials: CredentialsCache.Held
    var second: Int64
    var operation: Operation
    var form: RequestForm
  }

  private let host: String
  private let scope: CredentialScope
  private let pool: ConnectionPool
  private let clock: any WallClock
  private let allocator = ByteBufferAllocator()
  private var skew = ClockSkew()
  private var signing: Signing?

  init(
    service: AWSService, region: String, host: String, pool: ConnectionPool, clock: any WallClock
  ) {
    self.host = host
    scope = CredentialScope(region: region, service: service.name)
    self.pool = pool
    self.clock = clock
  }

  /// Makes one attempt.
  ///
  /// - Parameters:
  ///   - number: counts from 1.
  ///   - completion: called once, on the event loop.
  func attempt(
    _ call: ServiceCall, number: Int, credentials: CredentialsCache.Held,
    completion: @escaping (Attempt) -> Void
  ) {
    let sent = clock.now()
    let assumed = skew.seconds
    prepareToSign(call.operation, second: sent.seconds + assumed, credentials)
    guard
      let message = signing?.form.message(
        body: call.body, invocationID: call.invocationID, attempt: number, allocator: allocator)
    else { return completion(Attempt(.failure(.unreachable))) }

    let deadline = call.deadline.map {
      NIODeadline.now() + TimeAmount(ContinuousClock.now.duration(to: $0))
    }
    pool.send(message, responseTimeout: call.responseTimeout, deadline: deadline) { result in
      completion(self.learn(from: result, sent: sent, assumed: assumed))
    }
  }

  private func prepareToSign(
    _ operation: Operation, second: Int64, _ credentials: CredentialsCache.Held
  ) {
    if let signing, signing.second == second, signing.operation == operation,
      signing.credentials === credentials
    {
      return
    }
    // The signer outlives the second, because it keeps the key of the day.
    var signer = SigV4Signer(credentials: credentials.credentials, scope: scope)
    if let signing, signing.credentials === credentials { signer = signing.signer }
    let form = RequestForm(
      operation: operation, host: host, date: DateStamp(epochSeconds: second), signer: &signer)
    signing = Signing(
      signer: signer, credentials: credentials, second: second, operation: operation, form: form)
  }

  func close() {
    pool.close()
  }

  /// Every answer with a date teaches about the clocks, a success too.
  private func learn(
    from result: Result<UpstreamAnswer, TransportFault>, sent: Timestamp, assumed: Int64
  ) -> Attempt {
    var clock = RetryPolicy.ClockEvidence()
    if case .success(let answer) = result {
      clock.isKnown = skew.learn(
        sent: sent, received: self.clock.now(), date: answer.date, hasAge: answer.hasAge)
      clock.change = skew.seconds - assumed
    }
    return Attempt(result, clock: clock)
  }
}
