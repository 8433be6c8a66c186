import Testing

/// `#expect` for what changes a value: the macro admits no mutating call inside of it.
func equal<Value: Equatable>(
  _ value: Value, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(value == expected, sourceLocation: sourceLocation)
}
