import Provisioning
import SigV4
import Synchronization

/// The credentials in use. Calls take them without waiting; one refresh runs at a time and all that
/// need it wait for it. Credentials that end are replaced before, beside the calls.
final class CredentialsCache: Sendable {
  /// So long before their end credentials are replaced, in seconds, or a quarter of their life
  /// before it, where that is less (the SDKs' advisory refresh).
  static let earlyRefresh: Int64 = 15 * 60
  /// From here on calls wait for new ones, in seconds before the end: what is signed now has to be
  /// valid when it arrives.
  static let lastUse: Int64 = 60
  /// How long an early refresh that failed is not tried again, in seconds.
  static let pauseAfterEarlyFailure: Int64 = 30

  final class Held: Sendable {
    let credentials: AWSCredentials
    /// Counts the refreshes, so that late news of a rejection does not refresh twice.
    let generation: Int
    /// When to replace them, in seconds of the Unix epoch; `nil`: when they are rejected.
    fileprivate let refreshTime: Int64?
    /// When calls wait for others.
    fileprivate let lastUseTime: Int64

    init(credentials: AWSCredentials, generation: Int, now: Int64) {
      self.credentials = credentials
      self.generation = generation
      let end = credentials.expiration
      refreshTime = end.map { $0 - min(CredentialsCache.earlyRefresh, max(0, $0 - now) / 4) }
      lastUseTime = end.map { $0 - min(CredentialsCache.lastUse, max(0, $0 - now) / 8) } ?? .max
    }
  }

  private typealias Refresh = Task<Result<Held, CredentialsError>, Never>

  private struct State {
    var held: Held?
    var refresh: Refresh?
    /// The last refresh, where it failed.
    var failure: CredentialsError?
    /// When it did.
    var failureTime: Int64 = 0
  }

  private let provider: any CredentialsProvider
  private let clock: any WallClock
  private let pauseAfterFailure: Int64
  private let state = Mutex(State())

  /// - Parameter pauseAfterFailure: for how many seconds a failed refresh is the answer to whoever
  ///   needs one; 0 tries again for each call.
  init(provider: any CredentialsProvider, clock: any WallClock, pauseAfterFailure: Int64 = 0) {
    self.provider = provider
    self.clock = clock
    self.pauseAfterFailure = pauseAfterFailure
  }

  /// Those in use; `nil` where a call has to wait for others. Most calls wait for none, and need no
  /// room for that in the frames of their tasks.
  var usable: Held? {
    guard let held = state.withLock({ $0.held }) else { return nil }
    guard let refreshTime = held.refreshTime else { return held }
    let now = clock.now().seconds
    if now < refreshTime { return held }
    guard now < held.lastUseTime else { return nil }
    startEarlyRefresh(of: held, now: now)
    return held
  }

  func held() async throws(CredentialsError) -> Held {
    if let usable { return usable }
    return try await refresh(replacing: state.withLock { $0.held })
  }

  /// Newer credentials than `rejected`; at once when another call has got them already.
  func refresh(replacing rejected: Held?) async throws(CredentialsError) -> Held {
    enum Step {
      case held(Held)
      case wait(Refresh)
      case fail(CredentialsError)
    }
    let now = clock.now().seconds
    let step = state.withLock { state -> Step in
      if let held = state.held, held.generation != rejected?.generation { return .held(held) }
      if let refresh = state.refresh { return .wait(refresh) }
      if let failure = state.failure, now < state.failureTime + pauseAfterFailure {
        return .fail(failure)
      }
      return .wait(startRefresh(&state))
    }
    switch step {
    case .held(let held): return held
    case .wait(let refresh): return try await refresh.value.get()
    case .fail(let failure): throw failure
    }
  }

  /// Nobody waits for it: those that are held are good for some time.
  private func startEarlyRefresh(of held: Held, now: Int64) {
    state.withLock { state in
      guard state.refresh == nil, state.held === held,
        state.failure == nil || now >= state.failureTime + Self.pauseAfterEarlyFailure
      else { return }
      _ = startRefresh(&state)
    }
  }

  private func startRefresh(_ state: inout State) -> Refresh {
    let generation = (state.held?.generation ?? 0) + 1
    // Files are read: off the event loop that the caller may be on.
    let refresh = Task.detached { await self.load(generation: generation) }
    state.refresh = refresh
    return refresh
  }

  private func load(generation: Int) async -> Result<Held, CredentialsError> {
    let result: Result<Held, CredentialsError>
    do throws(CredentialsError) {
      let credentials = try await provider.credentials()
      result = .success(
        Held(credentials: credentials, generation: generation, now: clock.now().seconds))
    } catch {
      result = .failure(error)
    }
    let now = clock.now().seconds
    state.withLock { state in
      state.refresh = nil
      switch result {
      case .success(let held):
        state.held = held
        state.failure = nil
      case .failure(let error):
        state.failure = error
        state.failureTime = now
      }
    }
    return result
  }
}
