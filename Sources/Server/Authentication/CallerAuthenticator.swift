import GRPC
import Provisioning
import Synchronization

/// A caller of the policy in force, as a call finds it.
final class KnownCaller: Sendable {
  let caller: Caller
  /// `nil`: without limit.
  private let meter: CallMeter?

  init(_ caller: Caller, meter: CallMeter?) {
    self.caller = caller
    self.meter = meter
  }

  /// Counts a call, unless the caller's rate refuses it.
  ///
  /// - Returns: how long to wait; `nil` for a call that may go on.
  func wait(at time: ContinuousClock.Instant) -> Duration? {
    meter?.wait(at: time)
  }
}

/// Finds out which caller of one policy document a call comes from. What was verified is
/// remembered: a certificate and a JSON Web Token are read once, then only their times are looked
/// at. A document that replaces this one, or new keys of an issuer, begin with nothing.
final class CallerAuthenticator: Sendable {
  /// Certificates and tokens that are remembered, of each kind; beyond it all are forgotten.
  static let memoryLimit = 4096

  private struct KnownCertificate: Sendable {
    let identity: CertificateIdentity
    /// The first that the certificate matches.
    let entry: Int?
  }

  private let callers: [KnownCaller]
  private let entries: [CallerEntry]
  private let anonymous: KnownCaller?
  /// Whether any caller is known by a certificate: then one that is shown has to be some caller's.
  private let knowsCertificates: Bool
  private let tokens: TokenTable
  private let webTokens: JSONWebTokenVerifier
  private let certificates = Mutex<[CertificateKey: KnownCertificate]>([:])
  private let verified = Mutex<[TokenDigest: JSONWebTokenVerifier.Verified]>([:])

  /// - Parameter keySets: of every file that the policy names, by their paths.
  init(_ policy: Policy, keySets: [String: JSONWebKeySet], rates: CallRates) {
    entries = policy.callers
    let meters = rates.meters(of: entries)
    callers = entries.map { KnownCaller($0.caller, meter: meters[$0.caller.id]) }
    anonymous = entries.firstIndex { $0.credential == .anonymous }.map { [callers] in callers[$0] }
    knowsCertificates = entries.contains { $0.credential.authentication == .certificate }
    tokens = TokenTable(entries)
    webTokens = JSONWebTokenVerifier(entries, keySets: keySets)
  }

  /// The first entry that the call's identity matches. Every credential that is presented has to be
  /// valid.
  ///
  /// - Parameter now: seconds of the Unix epoch; asked where a credential has times.
  func caller(
    of context: ServerContext, now: () -> Int64
  ) throws(AuthenticationFailure) -> KnownCaller {
    let token = try BearerToken(context.metadata)
    guard token != nil || !context.peerCertificates.isEmpty else {
      guard let anonymous else { throw .missing }
      return anonymous
    }
    let byCertificate = try entry(ofCertificates: context.peerCertificates, now)
    let byToken = try token.map { token throws(AuthenticationFailure) in
      try entry(of: token, now)
    }
    if let entry = [byCertificate, byToken].compactMap({ $0 }).min() { return callers[entry] }
    // A certificate that TLS asked for names nobody where no caller is known by one.
    guard !knowsCertificates, let anonymous else { throw .certificate }
    return anonymous
  }

  private func entry(
    ofCertificates chain: [[UInt8]], _ now: () -> Int64
  ) throws(AuthenticationFailure) -> Int? {
    guard let leaf = chain.first else { return nil }
    let key = CertificateKey(der: leaf)
    let known: KnownCertificate
    if let remembered = certificates.withLock({ $0[key] }) {
      known = remembered
    } else {
      known = try read(key)
    }
    try known.identity.checkValidity(at: Double(now()))
    return known.entry
  }

  private func read(_ key: CertificateKey) throws(AuthenticationFailure) -> KnownCertificate {
    let identity = try CertificateIdentity(der: key.der)
    let known = KnownCertificate(
      identity: identity, entry: entries.firstIndex { identity.matches($0.credential) })
    certificates.withLock { $0.remember(known, for: key, limit: Self.memoryLimit) }
    return known
  }

  private func entry(
    of token: BearerToken, _ now: () -> Int64
  ) throws(AuthenticationFailure) -> Int {
    guard let digest = token.digest else { throw .token }
    if let entry = tokens.entry(of: digest) { return entry }
    guard !webTokens.isEmpty else { throw .token }
    if let known = verified.withLock({ $0[digest] }) {
      try known.checkValidity(at: now())
      return known.entry
    }
    let fresh = try webTokens.verify(token.bytes)
    try fresh.checkValidity(at: now())
    verified.withLock { $0.remember(fresh, for: digest, limit: Self.memoryLimit) }
    return fresh.entry
  }
}

extension Dictionary {
  fileprivate mutating func remember(_ value: Value, for key: Key, limit: Int) {
    if count >= limit { removeAll(keepingCapacity: true) }
    self[key] = value
  }
}

/// A certificate as a key. The hash takes the end of it alone, which is its signature: only what an
/// authority of ours has signed is looked for.
private struct CertificateKey: Hashable, Sendable {
  let der: [UInt8]

  func hash(into hasher: inout Hasher) {
    hasher.combine(der.suffix(8).reduce(UInt64(der.count)) { $0 << 8 ^ UInt64($1) })
  }
}
