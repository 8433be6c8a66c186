"""National phone numbers, held against libphonenumber itself."""

import pathlib
import random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat as Format

import phone_regions
from policy_calls import RuledService
from protocol import Refusal, v1

TABLE = pathlib.Path(__file__).parents[2] / "Sources/Provisioning/Phone/PhoneRegionTable.swift"
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
KINDS = [getattr(phonenumbers.PhoneNumberType, kind)
         for kind in ["FIXED_LINE", "MOBILE", "TOLL_FREE", "PREMIUM_RATE", "VOIP"]]
# Numbers that libphonenumber rearranges in the middle (Argentina's 15) have to be written in E.164.
LEAST_SHARE = 0.97


def test_the_table_is_what_the_metadata_say():
    assert TABLE.read_text() == phone_regions.table()


@pytest.fixture(scope="module")
def service(directory, upstream):
    organizations = {code: {"attributes": {"phone_region": code}} for code in REGIONS}
    with RuledService(directory, upstream, organizations) as running:
        yield running


def e164(service, region, number):
    """What becomes of a number; None where it is refused."""
    answer = service.call(region, {"phone_number": number}, validate_only=True,
                          message_action=v1.MESSAGE_ACTION_SUPPRESS)
    if isinstance(answer, Refusal):
        assert answer.code == "INVALID_ARGUMENT", answer
        return None
    return answer.effective_request.user_attributes[0].value


def expected(region, number):
    try:
        return phonenumbers.format_number(phonenumbers.parse(number, region), Format.E164)
    except phonenumbers.NumberParseException:
        return None


def examples(region):
    for kind in KINDS:
        number = phonenumbers.example_number_for_type(region, kind)
        if number:
            yield number


def test_every_regions_numbers_as_people_write_them(service):
    asked, answered = 0, 0
    for region in REGIONS:
        for number in examples(region):
            for form in [Format.NATIONAL, Format.INTERNATIONAL, Format.E164]:
                text = phonenumbers.format_number(number, form)
                found = e164(service, region, text)
                assert found in {None, expected(region, text)}, (region, text)
                asked, answered = asked + 1, answered + (found is not None)
    assert asked > 2000 and answered / asked > LEAST_SHARE, (asked, answered)


def test_digits_at_random_are_never_taken_for_another_number(service):
    """Refusing is always right; another number than libphonenumber's would be a stranger's."""
    dice = random.Random(20261121)
    answered = 0
    for region in REGIONS:
        national = phonenumbers.example_number(region)
        digits = phonenumbers.national_significant_number(national) if national else "12345678"
        for _ in range(12):
            prefix = dice.choice(["", "", "0", "00", "1", "8", "9", "011", "15", digits[:3],
                                  str(phonenumbers.country_code_for_region(region))])
            body = "".join(dice.choice("0123456789") if dice.random() < 0.3 else digit
                           for digit in digits)
            number = (prefix + body)[:17]
            found = e164(service, region, number)
            assert found in {None, expected(region, number)}, (region, number)
            answered += found is not None
    assert answered > 500
