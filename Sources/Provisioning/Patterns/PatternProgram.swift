/// A pattern as a list of instructions (a nondeterministic automaton after Thompson, CACM 11/6,
/// 1968): runs in steps of at most its own length for each scalar, whatever pattern and text are.
struct PatternProgram: Equatable, Sendable {
  enum Instruction: Equatable, Sendable {
    /// Takes a scalar of the set with this number, and goes on behind.
    case take(Int)
    /// Goes on behind, and there as well.
    case split(Int)
    case jump(Int)
    case match
  }

  /// Instructions of a program: bounds both the memory of a policy and the work for a name.
  static let maximumLength = 4096

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [ScalarSet] = []

  /// - Returns: `nil` for a program that would be too long.
  init?(_ node: PatternNode) {
    guard Self.length(of: node) < Self.maximumLength else { return nil }
    append(node)
    instructions.append(.match)
  }

  /// Counted before anything is unfolded, because repeats in repeats multiply.
  private static func length(of node: PatternNode) -> Int {
    switch node {
    case .scalars: 1
    case .sequence(let parts): parts.reduce(0) { min($0 + length(of: $1), maximumLength) }
    case .alternatives(let branches):
      branches.reduce(0) { min($0 + length(of: $1) + 2, maximumLength) }
    case .repeated(let part, let counts):
      min(counts.upperBound * (length(of: part) + 1), maximumLength)
    }
  }

  private mutating func append(_ node: PatternNode) {
    switch node {
    case .scalars(let set): append(set)
    case .sequence(let parts): for part in parts { append(part) }
    case .alternatives(let branches): append(branches)
    case .repeated(let part, let counts): append(part, counts)
    }
  }

  private mutating func append(_ set: ScalarSet) {
    let number = sets.firstIndex(of: set) ?? sets.count
    if number == sets.count { sets.append(set) }
    instructions.append(.take(number))
  }

  private mutating func append(_ branches: [PatternNode]) {
    var jumps: [Int] = []
    for branch in branches.dropLast() {
      let split = reserve()
      append(branch)
      jumps.append(reserve())
      instructions[split] = .split(instructions.count)
    }
    for branch in branches.suffix(1) { append(branch) }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
  }

  /// `a{2,4}` as `aa(a(a)?)?`: from each optional part the way leads to the end.
  private mutating func append(_ part: PatternNode, _ counts: ClosedRange<Int>) {
    for _ in 0..<counts.lowerBound { append(part) }
    var splits: [Int] = []
    for _ in counts.lowerBound..<counts.upperBound {
      splits.append(reserve())
      append(part)
    }
    for split in splits { instructions[split] = .split(instructions.count) }
  }

  private mutating func reserve() -> Int {
    instructions.append(.match)
    return instructions.count - 1
  }
}
