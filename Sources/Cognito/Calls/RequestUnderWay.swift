import NIOCore
import Provisioning

/// The time that a request is signed with: that of the clock, corrected by what is known of it.
struct SigningTime {
  let sent: Timestamp
  /// Seconds that the clock is taken to be behind.
  let skew: Int64
}

/// One attempt of a call on its way. Signed when it leaves, however long it has waited.
final class RequestUnderWay: UpstreamRequest {
  private let call: ServiceCall
  private let number: Int
  private let credentials: CredentialsCache.Held
  private let client: RegionalClient
  private let completion: (Attempt) -> Void
  /// `nil` until it leaves.
  private var time: SigningTime?

  /// - Parameters:
  ///   - number: counts from 1.
  ///   - completion: called once.
  init(
    _ call: ServiceCall, number: Int, credentials: CredentialsCache.Held, client: RegionalClient,
    completion: @escaping (Attempt) -> Void
  ) {
    self.call = call
    self.number = number
    self.credentials = credentials
    self.client = client
    self.completion = completion
  }

  func message() -> ByteBuffer {
    let time = client.signingTime
    self.time = time
    return client.message(call, number: number, credentials: credentials, at: time)
  }

  func ended(with result: Result<UpstreamAnswer, TransportFault>) {
    completion(client.learn(from: result, signedAt: time))
  }
}
