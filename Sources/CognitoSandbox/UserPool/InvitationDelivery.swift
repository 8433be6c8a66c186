/// By which mediums an invitation goes, and whether the user can be reached by them.
struct InvitationDelivery {
  /// Values of DeliveryMediumType; empty: the API's default, SMS.
  var mediums: [String]
  var defaultDelivery: SandboxPool.DefaultDelivery

  func check(_ attributes: [SandboxUserAttribute]) throws(ServiceException) {
    if mediums.isEmpty && defaultDelivery == .omitted { return }
    if mediums.isEmpty || mediums.contains("SMS") {
      guard attributes.contains(where: { $0.name == "phone_number" }) else {
        throw .invalidParameter("No phone number provided but desired delivery medium was SMS")
      }
    }
    if mediums.contains("EMAIL") {
      guard attributes.contains(where: { $0.name == "email" }) else {
        throw .invalidParameter("No email provided but desired delivery medium was Email")
      }
    }
  }
}
