import NIOCore
import Provisioning
import SigV4

/// The way from one event loop to one Region: signs requests and sends them through its pool.
/// Confined to its event loop.
final class RegionalClient {
  private let region: String
  private let template: SignedRequest.Template
  private let pool: ConnectionPool
  private let clock: any WallClock
  private var skew = ClockSkew()
  private var signer: SigV4Signer?
  private var date = DateStamp(epochSeconds: 0)

  init(region: String, host: String, pool: ConnectionPool, clock: any WallClock) {
    self.region = region
    template = SignedRequest.Template(host: host)
    self.pool = pool
    self.clock = clock
  }

  /// Makes one attempt.
  ///
  /// - Parameters:
  ///   - number: counts from 1.
  ///   - completion: called once, on the event loop.
  func attempt(
    _ call: ServiceCall, number: Int, credentials: AWSCredentials,
    completion: @escaping (Attempt) -> Void
  ) {
    let sent = clock.now()
    let assumed = skew.seconds
    if date.epochSeconds != sent.seconds + assumed {
      date = DateStamp(epochSeconds: sent.seconds + assumed)
    }
    var signer =
      self.signer.take()
      ?? SigV4Signer(credentials: credentials, scope: Self.scope(region))
    if signer.credentials != credentials {
      signer = SigV4Signer(credentials: credentials, scope: Self.scope(region))
    }
    let request = SignedRequest(
      operation: call.operation, body: call.body, template: template, signer: &signer, date: date,
      invocationID: call.invocationID, attempt: number, allocator: ByteBufferAllocator())
    self.signer = signer

    let deadline = call.deadline.map {
      NIODeadline.now() + TimeAmount(ContinuousClock.now.duration(to: $0))
    }
    pool.send(
      request.message, responseTimeout: call.responseTimeout, deadline: deadline
    ) { result in
      completion(self.learn(from: result, sent: sent, assumed: assumed))
    }
  }

  func close() {
    pool.close()
  }

  /// Every answer with a date teaches about the clocks, a success too.
  private func learn(
    from result: Result<UpstreamAnswer, TransportFault>, sent: Timestamp, assumed: Int64
  ) -> Attempt {
    var attempt = Attempt(result: result)
    if case .success(let answer) = result {
      attempt.clock.isKnown = skew.learn(
        sent: sent, received: clock.now(), date: answer.date, hasAge: answer.hasAge)
      attempt.clock.change = skew.seconds - assumed
    }
    return attempt
  }

  private static func scope(_ region: String) -> CredentialScope {
    CredentialScope(region: region, service: SignedRequest.service)
  }
}
