"""What schema.ocsf.io, version 1.3.0, says of the classes that the export writes, as JSON Schema: the
attributes of each that are used, with their types, and those that are required."""

from jsonschema import Draft202012Validator

TEXT, NUMBER, FLAG = {"type": "string", "minLength": 1}, {"type": "integer"}, {"type": "integer"}


def closed(properties: dict, required=(), at_least_one=()) -> dict:
    schema = {"type": "object", "properties": properties, "required": list(required),
              "additionalProperties": False, "minProperties": 1}
    if at_least_one:
        schema["anyOf"] = [{"required": [name]} for name in at_least_one]
    return schema


def one_of(*values) -> dict:
    return {"enum": list(values)}


ORGANIZATION = closed({"name": TEXT, "uid": TEXT}, at_least_one=["name", "uid"])
USER = closed(
    {"domain": TEXT, "name": TEXT, "org": ORGANIZATION, "type": TEXT,
     "type_id": one_of(0, 1, 2, 3, 99), "uid": TEXT, "uid_alt": TEXT},
    at_least_one=["account", "name", "uid"])
ACTOR = closed({"invoked_by": TEXT, "user": USER}, at_least_one=["user", "invoked_by"])
PRODUCT = closed({"name": TEXT, "vendor_name": TEXT}, at_least_one=["name", "uid"])
METADATA = closed(
    {"correlation_uid": TEXT, "log_name": TEXT, "log_provider": TEXT, "original_time": TEXT,
     "product": PRODUCT, "profiles": {"type": "array", "items": one_of("cloud")},
     "sequence": NUMBER, "tenant_uid": TEXT, "uid": TEXT, "version": {"const": "1.3.0"}},
    required=["product", "version"])
API = closed(
    {"operation": TEXT, "request": closed({"uid": TEXT}, required=["uid"]),
     "response": closed({"code": NUMBER, "error": TEXT}),
     "service": closed({"name": TEXT}, at_least_one=["name", "uid"])}, required=["operation"])
CLOUD = closed({"provider": TEXT, "region": TEXT}, required=["provider"])
ENDPOINT = closed({"ip": TEXT, "svc_name": TEXT}, at_least_one=["ip", "svc_name"])


def of_class(uid, category, activities, attributes, required) -> dict:
    common = {
        "activity_id": one_of(*activities), "activity_name": TEXT, "category_name": TEXT,
        "category_uid": {"const": category}, "class_name": TEXT, "class_uid": {"const": uid},
        "count": NUMBER, "duration": NUMBER, "end_time": NUMBER, "metadata": METADATA,
        "raw_data": TEXT, "severity": TEXT, "severity_id": one_of(0, 1, 2, 3, 4, 5, 6, 99),
        "status": TEXT, "status_code": TEXT, "status_detail": TEXT,
        "status_id": one_of(0, 1, 2, 99), "time": NUMBER,
        "type_uid": one_of(*(uid * 100 + activity for activity in activities)),
        "unmapped": {"type": "object"}}
    return closed(
        common | attributes,
        ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid",
         *required])


CLASSES = {
    0: of_class(0, 0, [0, 99], {}, []),
    # The profile "cloud" adds api and cloud, and requires cloud.
    3001: of_class(
        3001, 3, [*range(0, 11), 99],
        {"actor": ACTOR, "api": API, "cloud": CLOUD, "src_endpoint": ENDPOINT, "user": USER},
        ["user", "cloud"]),
    6002: of_class(6002, 6, [*range(0, 9), 99], {"app": PRODUCT}, ["app"]),
    6003: of_class(
        6003, 6, [0, 1, 2, 3, 4, 99], {"actor": ACTOR, "api": API, "src_endpoint": ENDPOINT},
        ["actor", "api", "src_endpoint"]),
}


def check(event: dict):
    Draft202012Validator(CLASSES[event["class_uid"]]).validate(event)
    assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
