import Logging

extension ServerConfiguration {
  /// Sets up the process's logging; once, before anything logs.
  package func bootstrapLogging() {
    let (format, level) = (logFormat, logLevel)
    LoggingSystem.bootstrap { label in
      var handler: any LogHandler =
        switch format {
        case .json: JSONLogHandler(label: label)
        case .text: StreamLogHandler.standardError(label: label)
        }
      handler.logLevel = level
      return handler
    }
  }
}
