/// Reads raw setting values as typed ones, and says what is accepted where they are not.
struct SettingReader {
  var values: [Setting: SettingValue]

  /// The value of a setting that may be given once; `nil` when it is not given.
  func one<Value>(
    _ setting: Setting, accepted: String, _ parse: (String) -> Value?
  ) throws(ConfigurationError) -> Value? {
    guard let value = values[setting] else { return nil }
    guard value.texts.count == 1, let parsed = parse(value.texts[0]) else {
      throw wrong(setting, value, accepted)
    }
    return parsed
  }

  /// The values of a setting that may be repeated; `nil` when it is not given.
  func all<Value>(
    _ setting: Setting, accepted: String, _ parse: (String) -> Value?
  ) throws(ConfigurationError) -> [Value]? {
    guard let value = values[setting] else { return nil }
    let parsed = value.texts.compactMap(parse)
    guard !parsed.isEmpty, parsed.count == value.texts.count else {
      throw wrong(setting, value, accepted)
    }
    return parsed
  }

  func required(_ setting: Setting, accepted: String) throws(ConfigurationError) -> String {
    guard let value = try one(setting, accepted: accepted, { $0.isEmpty ? nil : $0 }) else {
      throw ConfigurationError(
        "--\(setting.rawValue) (or \(setting.environmentName)) is required; accepted: \(accepted)")
    }
    return value
  }

  func flag(_ setting: Setting) throws(ConfigurationError) -> Bool {
    try one(setting, accepted: "true, false", Bool.init) ?? false
  }

  private func wrong(
    _ setting: Setting, _ value: SettingValue, _ accepted: String
  ) -> ConfigurationError {
    ConfigurationError(
      setting: setting, value: value, problem: "is not usable; accepted: \(accepted)")
  }
}
