//! More words of English as people in Britain, America, India, Singapore and Hong Kong write it.

use super::Cue;

/// The words, parted by blanks; `_` stands for a blank within a word.
#[rustfmt::skip]
pub(super) const WORDS: &[(Cue, &str)] = &[
    (Cue::Phone, "hp h/p handphone hand_phone mob mob. cell# phone# tel_nr daytime direct_line direct_dial call_back call_me ring_me text_me reach_me \
        whatsapp_me best_number number_to_call contactable contact_no. ph_no phone_num caller_id callers_number calling_from ring_him ring_her his_no her_no my_no his_number her_number my_number enquiry enquiries otp_sent_to sms_to \
        call_him call_her number_is numbers_is mobile_is"),
    (Cue::Plate, "registration registration_no registration_number_is reg reg. reg_no reg_no. reg_number vrm number_plate numberplate license_plate_is plate plate_number tag vehicle rego rego_no rego_number regn_no regn van_number car_number truck_number cab_number bakkie_number vehicle_no vehicle_number"),
    (Cue::IdCard, "nric fin_no hkid hkid_no hk_id hong_kong_id ic_no ic_number identity_card_no ssn social_security social_security_number social social_security_no aadhaar aadhar national_insurance ni_number"),
    (Cue::Bank, "debit_card credit_card card_number card_no card_num acct acct_no account_number account_no a/c a/c_no amex mastercard visa long_number cardholder pan card_holder"),
    (Cue::Imei, "handset_id imei_number imei_no"),
    (Cue::Other, "sw sw_version sw_ver invoice# order# ticket# po# case# ref# extension_of model_number firmware_version serial postcode amount_due po_box room_no seat flight \
        fw fw_version bulletin torque promo promo_code voucher voucher_code discount_code"),
(Cue::Dob, "(b. born:"),
    (Cue::Vehicle, "car van truck lorry cab taxi scooter motorcycle motorbike bakkie ute pickup sedan suv hatchback trailer minivan veh \
        toyota honda ford nissan hyundai kia mazda vw volkswagen bmw audi camry corolla civic accord yaris polo swift hilux ranger golf"),
    (Cue::Spoken, "zero oh nought naught one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
        nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double triple treble"),
];
