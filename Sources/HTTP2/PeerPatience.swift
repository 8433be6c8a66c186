import NIOCore

/// What a slow peer is waited for on one connection, each wait with its own end. A value with the
/// time as an argument.
struct PeerPatience {
  enum Wait: Int, CaseIterable {
    case handshake
    case preface
    case settingsAcknowledgement
    case headerSection
    case frame
    case write

    var error: HTTP2Error {
      switch self {
      case .handshake: HTTP2Error(.protocolError, reason: "handshake_timeout")
      case .preface: HTTP2Error(.protocolError, reason: "preface_timeout")
      case .settingsAcknowledgement: HTTP2Error(.settingsTimeout, reason: "settings_timeout")
      case .headerSection: HTTP2Error(.enhanceYourCalm, reason: "slow_headers")
      case .frame: HTTP2Error(.enhanceYourCalm, reason: "slow_frame")
      case .write: HTTP2Error(.enhanceYourCalm, reason: "slow_reader")
      }
    }
  }

  private let patience: [TimeAmount?]
  private var deadlines: [NIODeadline]
  private var frameNumber = 0

  init(_ limits: PatienceLimits) {
    patience = Wait.allCases.map { wait in
      let limit =
        switch wait {
        case .handshake: limits.handshake
        case .preface: limits.preface
        case .settingsAcknowledgement: limits.settingsAcknowledgement
        case .headerSection: limits.headerSection
        case .frame: limits.frame
        case .write: limits.write
        }
      return limit.map { TimeAmount($0) }
    }
    deadlines = Array(repeating: .distantFuture, count: Wait.allCases.count)
  }

  /// Begins a wait, unless it is going on.
  mutating func begin(_ wait: Wait, at now: NIODeadline) {
    guard deadlines[wait.rawValue] == .distantFuture, let patience = patience[wait.rawValue] else {
      return
    }
    deadlines[wait.rawValue] = now + patience
  }

  mutating func end(_ wait: Wait) {
    deadlines[wait.rawValue] = .distantFuture
  }

  /// Follows the frame and the header section that arrive.
  mutating func observe(_ meter: FrameMeter, at now: NIODeadline) {
    if meter.frameNumber != frameNumber {
      frameNumber = meter.frameNumber
      end(.frame)
    }
    if meter.isInsideFrame { begin(.frame, at: now) } else { end(.frame) }
    if meter.isInsideSection { begin(.headerSection, at: now) } else { end(.headerSection) }
  }

  /// The wait that is over.
  func expired(at now: NIODeadline) -> Wait? {
    Wait.allCases.first { deadlines[$0.rawValue] <= now }
  }

  var nextDeadline: NIODeadline {
    var next = NIODeadline.distantFuture
    for deadline in deadlines { next = min(next, deadline) }
    return next
  }
}
