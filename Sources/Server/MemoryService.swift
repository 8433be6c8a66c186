import ServiceLifecycle

/// Gives memory that nobody uses back to the kernel. By itself glibc does that at the end of a heap
/// only: what a burst has left in the middle would stay, and the next burst may fall into another heap.
struct MemoryService: Service {
  /// Rare, because what is given back and needed again costs a page fault for each page.
  static let interval = Duration.seconds(10)

  func run() async throws {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.interval) }
      ProcessSurroundings.returnFreeMemory()
    }
  }
}
