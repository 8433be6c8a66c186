import Server

/// `provisiond serve` without a journal, so that the benchmark can tell its price. Settings come
/// from the environment (`PROVISIOND_LISTEN` and so on); nothing of it is installed anywhere.
@main
enum Unjournaled {
  static func main() async throws {
    ProcessSurroundings.prepareToServe()
    let environment = ProcessSurroundings.environment
    let configuration = try ServerConfiguration.resolve(
      options: [:], environment: environment, filePath: nil, standardErrorIsTerminal: false)
    configuration.bootstrapLogging()
    try await ProvisioningServer.run(configuration, environment: environment) { _, _ in
      NoJournal()
    }
  }
}
