"""Each knob of the policy document, with the tests that turn it and look at what goes upstream or
comes back. Knobs of `company` and of an organization are the same; only the company locks."""

RULES, CALLERS = "test_policy_rules.py::", "test_callers_"
GRANTS, RATES = CALLERS + "grants.py::", CALLERS + "rates.py::test_beyond_its_rate_a_caller_is_told_when_to_come_back"
CERTIFICATES = CALLERS + "certificates.py::test_a_caller_is_known_by_its_certificate"
TOKENS = CALLERS + "tokens.py::"
SUPPRESSION = RULES + "test_suppression_comes_before_default_and_request"
LOCKS = "test_policy_locks.py::test_a_locked_key_stays_the_companys"
METADATA, VALIDATION = RULES + "test_client_metadata", RULES + "test_validation_data"

KNOBS = {
    "version": ["test_start.py::test_a_policy_with_a_typo"],
    "locked": [LOCKS],
    "user_pools.id": [RULES + "test_several_pools"],
    "user_pools.region": [RULES + "test_the_region_of_a_pool"],
    "user_pools.role_arn": ["test_roles.py::test_a_user_is_created_with_the_role_alone"],
    "desired_delivery_mediums.default": [RULES + "test_mediums"],
    "desired_delivery_mediums.allow": [RULES + "test_mediums"],
    "desired_delivery_mediums.fixed": [RULES + "test_mediums"],
    "message_action.default": [RULES + "test_message_action"],
    "message_action.allow": [RULES + "test_message_action"],
    "message_action.fixed": [RULES + "test_message_action"],
    "message_action.suppress_when.email_domain": [SUPPRESSION],
    "message_action.suppress_when.attribute.name": [SUPPRESSION],
    "message_action.suppress_when.attribute.in": [SUPPRESSION],
    "message_action.suppress_when.caller": [RULES + "test_suppression_by_caller"],
    "force_alias_creation.default": [RULES + "test_force_alias_creation"],
    "force_alias_creation.allow": [RULES + "test_force_alias_creation"],
    "force_alias_creation.fixed": [RULES + "test_force_alias_creation"],
    "temporary_password.source": [RULES + "test_passwords_made_here",
                                  RULES + "test_passwords_of_the_directory_and_of_callers"],
    "temporary_password.allow_caller": [RULES + "test_passwords_of_the_directory_and_of_callers"],
    "username.normalize": [RULES + "test_names_get_their_normal_form"],
    "username.pattern": [RULES + "test_names_match_the_pattern_as_a_whole",
                         "test_policy_pattern.py::test_patterns_match_as_in_python"],
    "username.generate": [RULES + "test_names_are_generated",
                          RULES + "test_names_are_filled_from_the_address"],
    "attributes.required": [RULES + "test_required_attributes"],
    "attributes.forbidden": [RULES + "test_attributes_that_a_caller_may_not_set"],
    "attributes.allow": [RULES + "test_reserved_attributes_that_are_allowed"],
    "attributes.default": [RULES + "test_values_and_variables"],
    "attributes.fixed": [RULES + "test_values_and_variables"],
    "attributes.verified": [RULES + "test_verified_contacts"],
    "attributes.email_domains.allow": [RULES + "test_email_domains"],
    "attributes.email_domains.deny": [RULES + "test_email_domains"],
    "attributes.phone_region": [RULES + "test_national_numbers",
                                "test_policy_phone.py::test_every_regions_numbers_as_people_write_them"],
    "client_metadata.default": [METADATA],
    "client_metadata.fixed": [METADATA],
    "client_metadata.max_bytes": [METADATA],
    "validation_data.default": [VALIDATION],
    "validation_data.fixed": [VALIDATION],
    "request_id.required": [RULES + "test_a_required_request_id"],
    "callers.id": [GRANTS + "test_permission_by_field"],
    "callers.organizations": [GRANTS + "test_organization_and_pool"],
    "callers.permissions": [GRANTS + "test_permission_by_field"],
    "callers.spiffe_id": [CERTIFICATES],
    "callers.dns": [CERTIFICATES],
    "callers.token_sha256": [TOKENS + "test_callers_by_token"],
    "callers.anonymous": [TOKENS + "test_a_bad_credential_never_falls_back_to_anonymous"],
    "callers.jwt.issuer": [TOKENS + "test_a_bad_json_web_token"],
    "callers.jwt.audience": [TOKENS + "test_a_bad_json_web_token"],
    "callers.jwt.subject": [TOKENS + "test_a_bad_json_web_token"],
    "callers.jwt.jwks_file": [TOKENS + "test_keys_that_change_are_read_again"],
    "callers.rate.per_second": [RATES],
    "callers.rate.burst": [RATES],
}
