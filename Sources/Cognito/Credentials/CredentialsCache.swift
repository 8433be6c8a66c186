import SigV4
import Synchronization

/// The credentials in use. Calls take them without waiting; one refresh runs at a time and all that
/// need it wait for it; a failed refresh is forgotten, so that the next call tries again.
final class CredentialsCache: Sendable {
  final class Held: Sendable {
    let credentials: AWSCredentials
    /// Counts the refreshes, so that late news of a rejection does not refresh twice.
    let generation: Int

    init(credentials: AWSCredentials, generation: Int) {
      self.credentials = credentials
      self.generation = generation
    }
  }

  private struct State {
    var held: Held?
    var refresh: Task<Result<Held, CredentialsError>, Never>?
  }

  private let provider: any CredentialsProvider
  private let state = Mutex(State())

  init(provider: any CredentialsProvider) {
    self.provider = provider
  }

  func held() async throws(CredentialsError) -> Held {
    if let held = state.withLock({ $0.held }) { return held }
    return try await refresh(replacing: nil)
  }

  /// Newer credentials than `rejected`; at once when another call has got them already.
  func refresh(replacing rejected: Held?) async throws(CredentialsError) -> Held {
    enum Step {
      case held(Held)
      case wait(Task<Result<Held, CredentialsError>, Never>)
    }
    let step = state.withLock { state -> Step in
      if let held = state.held, held.generation != rejected?.generation { return .held(held) }
      if let refresh = state.refresh { return .wait(refresh) }
      let generation = (state.held?.generation ?? 0) + 1
      // Files are read: off the event loop that the caller may be on.
      let refresh = Task.detached { await self.load(generation: generation) }
      state.refresh = refresh
      return .wait(refresh)
    }
    switch step {
    case .held(let held): return held
    case .wait(let refresh): return try await refresh.value.get()
    }
  }

  private func load(generation: Int) async -> Result<Held, CredentialsError> {
    let result: Result<Held, CredentialsError>
    do throws(CredentialsError) {
      let held = Held(credentials: try await provider.credentials(), generation: generation)
      result = .success(held)
    } catch {
      result = .failure(error)
    }
    state.withLock { state in
      state.refresh = nil
      if case .success(let held) = result { state.held = held }
    }
    return result
  }
}
