import GRPC
import Logging

extension ServerConfiguration {
  /// Sets up the process's logging; once, before anything logs.
  package func bootstrapLogging() {
    let (format, level) = (logFormat, logLevel)
    let provider = CallSpan.logMetadataProvider
    let make = { @Sendable (label: String, provider: Logger.MetadataProvider?) -> any LogHandler in
      var handler: any LogHandler =
        switch format {
        case .json: JSONLogHandler(label: label)
        case .text: StreamLogHandler.standardError(label: label)
        }
      handler.logLevel = level
      handler.metadataProvider = provider
      return handler
    }
    LoggingSystem.bootstrap(make, metadataProvider: provider)
  }
}
