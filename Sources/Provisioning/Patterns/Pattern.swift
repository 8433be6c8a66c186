/// A pattern that a whole text matches or does not: compiled once, matched in linear time.
package struct Pattern: Equatable, Sendable {
  /// As the document has it.
  package let text: String
  private let matcher: Matcher

  private enum Matcher: Equatable {
    /// What nearly every pattern of a name is: scalars of one set, so many of them.
    case repeated(ScalarSet, ClosedRange<Int>)
    case program(PatternProgram)
  }

  /// - Throws: what is wrong with the pattern, or that it is too large.
  package init(_ text: String) throws(PatternError) {
    let node = try PatternParser.parse(text)
    guard let program = PatternProgram(node) else {
      throw PatternError(
        position: 1, problem: "the pattern is too large when its repeats are written out",
        accepted: "at most \(PatternProgram.maximumLength) parts")
    }
    self.text = text
    if case .repeated(.scalars(let set), let counts) = node {
      matcher = .repeated(set, counts)
    } else {
      matcher = .program(program)
    }
  }

  package func matches(_ text: String) -> Bool {
    switch matcher {
    case .repeated(let set, let counts):
      var count = 0
      for scalar in text.unicodeScalars {
        guard set.contains(scalar) else { return false }
        count += 1
      }
      return counts.contains(count)
    case .program(let program):
      var run = PatternRun(program)
      for scalar in text.unicodeScalars where !run.step(scalar) { return false }
      return run.isMatch
    }
  }
}

/// All places of a program that a text can have led to so far.
private struct PatternRun {
  private let program: PatternProgram
  /// Numbers of `take` and `match` instructions.
  private var places: [Int] = []
  private var nextPlaces: [Int] = []
  /// The step in which an instruction was reached last: each is entered once a step.
  private var reached: [Int]
  private var pending: [Int] = []
  private var steps = 0

  init(_ program: PatternProgram) {
    self.program = program
    reached = [Int](repeating: -1, count: program.instructions.count)
    enter(0)
    swap(&places, &nextPlaces)
  }

  var isMatch: Bool { places.contains { program.instructions[$0] == .match } }

  /// - Returns: whether a match is still possible.
  mutating func step(_ scalar: Unicode.Scalar) -> Bool {
    steps += 1
    nextPlaces.removeAll(keepingCapacity: true)
    for place in places {
      if case .take(let set) = program.instructions[place], program.sets[set].contains(scalar) {
        enter(place + 1)
      }
    }
    swap(&places, &nextPlaces)
    return !places.isEmpty
  }

  /// Follows every way from an instruction that takes no scalar.
  private mutating func enter(_ start: Int) {
    pending.append(start)
    while let place = pending.popLast() {
      if reached[place] == steps { continue }
      reached[place] = steps
      switch program.instructions[place] {
      case .take, .match: nextPlaces.append(place)
      case .jump(let target): pending.append(target)
      case .split(let target):
        pending.append(target)
        pending.append(place + 1)
      }
    }
  }
}
