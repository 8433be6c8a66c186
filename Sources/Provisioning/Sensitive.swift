/// A secret or a person's datum. It does not print, reflect or encode itself; whoever needs the
/// value says so with ``exposed``.
package struct Sensitive<Value: Sendable>: Sendable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  /// The value in the clear. Never hand it to a log, an error message, a metric or a store.
  package let exposed: Value

  package init(_ value: Value) {
    exposed = value
  }

  package var description: String { "[redacted]" }
  package var debugDescription: String { "[redacted]" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Sensitive: Equatable where Value: Equatable {}
