import NIOCore
import Provisioning
import SigV4

/// The way from one event loop to one Region: sends requests through its pool, and signs them when
/// they leave.
/// Confined to its event loop.
final class RegionalClient {
  /// What all requests of one second share, so that each writes and signs only what is its own.
  private final class Signing {
    let signer: SigV4Signer
    /// Of the process, or of a role: pools of one Region may differ in that.
    let credentials: CredentialsCache.Held
    let second: Int64
    let operation: Operation
    var form: RequestForm

    init(
      signer: SigV4Signer, credentials: CredentialsCache.Held, second: Int64,
      operation: Operation, form: RequestForm
    ) {
      self.signer = signer
      self.credentials = credentials
      self.second = second
      self.operation = operation
      self.form = form
    }
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
    let deadline = call.deadline.map {
      NIODeadline.now() + TimeAmount(ContinuousClock.now.duration(to: $0))
    }
    pool.send(
      RequestUnderWay(
        call, number: number, credentials: credentials, client: self, completion: completion),
      responseTimeout: call.responseTimeout, deadline: deadline)
  }

  /// What a request is signed under now.
  var signingTime: SigningTime { SigningTime(sent: clock.now(), skew: skew.seconds) }

  /// Head and body, signed.
  func message(
    _ call: ServiceCall, number: Int, credentials: CredentialsCache.Held, at time: SigningTime
  ) -> ByteBuffer {
    let signing = signing(call.operation, second: time.sent.seconds + time.skew, credentials)
    // The password of a user may stand in it.
    var body = call.body()
    defer { body.erase() }
    return signing.form.message(
      body: body, invocationID: call.invocationID, attempt: number, allocator: allocator)
  }

  private func signing(
    _ operation: Operation, second: Int64, _ credentials: CredentialsCache.Held
  ) -> Signing {
    if let signing, signing.second == second, signing.operation == operation,
      signing.credentials === credentials
    {
      return signing
    }
    // The signer outlives the second, because it keeps the key of the day.
    var signer = SigV4Signer(credentials: credentials.credentials, scope: scope)
    if let signing, signing.credentials === credentials { signer = signing.signer }
    let form = RequestForm(
      operation: operation, host: host, date: DateStamp(epochSeconds: second), signer: &signer)
    let signing = Signing(
      signer: signer, credentials: credentials, second: second, operation: operation, form: form)
    self.signing = signing
    return signing
  }

  func close() {
    pool.close()
  }

  /// Every answer with a date teaches about the clocks, a success too.
  ///
  /// - Parameter time: of the request; `nil` where it was never signed.
  func learn(
    from result: Result<UpstreamAnswer, TransportFault>, signedAt time: SigningTime?
  ) -> Attempt {
    var clock = RetryPolicy.ClockEvidence()
    if case .success(let answer) = result, let time {
      clock.isKnown = skew.learn(
        sent: time.sent, received: self.clock.now(), date: answer.date, hasAge: answer.hasAge)
      clock.change = skew.seconds - time.skew
    }
    return Attempt(result, clock: clock)
  }
}
