//! Express: accounts, parcels, and the scans of their way.

use shouxin_model::Moment;

use crate::{
    day::{DAY_SECONDS, civil, daytime, time_text},
    dice::Dice,
    generator::{Turn, yuan},
    identifier::{landline, permit, social_credit_code, waybill},
    name::Name,
    person::{Other, Person},
    place::City,
    record::SynthRecord,
    scene::Scene,
    staffing::Handler,
};

use goods::GOODS;

mod goods;

/// The records of one account holder.
pub(crate) fn subject(turn: &Turn<'_>, dice: &mut Dice) -> Vec<SynthRecord> {
    let person = Person::roll(dice, turn.index, turn.seed, turn.city, turn.today);
    let mut records = vec![customer(dice, &person)];
    // Most send now and then; shops send often.
    let parcels = dice.pick(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6]);
    for place in 0..parcels {
        let parcel = Parcel::roll(turn, dice, &person, place);
        records.push(parcel.record(turn, dice));
        records.extend(parcel.way(dice));
        if dice.permille(25) {
            records.push(parcel.complaint(turn, dice));
        }
    }
    records
}

fn customer(dice: &mut Dice, person: &Person) -> SynthRecord {
    let company = dice.permille(120);
    // Senders are checked by resident ID; people from abroad by another paper.
    let checked = dice.permille(800);
    let permit = (checked && person.resident_id.is_none()).then(|| permit(dice));
    SynthRecord::new("customer")
        .with("name", &*person.name.full)
        .with("mobile", &*person.mobile)
        .with_some(
            "landline",
            (company || dice.permille(40)).then(|| landline(dice, person.city.area_code)),
        )
        .with_some(
            "resident_id",
            person.resident_id.as_deref().filter(|_| checked),
        )
        .with_some("permit", permit)
        .with("address", &*person.address.full)
        .with_some(
            "company_code",
            company.then(|| social_credit_code(dice, person.city.province)),
        )
        .with("account_type", if company { "company" } else { "person" })
        .with(
            "real_name_state",
            if checked {
                dice.pick(&["checked", "checked", "checked", "expired"])
            } else {
                "unchecked"
            },
        )
        .with("member_level", dice.pick_early(&["none", "silver", "gold"]))
}

/// One parcel on its way from a sender to a recipient; the account holder is one of the two.
struct Parcel<'a> {
    person: &'a Person,
    other: Other,
    sends: bool,
    destination: &'static City,
    waybill: String,
    origin: &'a Handler,
    handler: &'a Handler,
    accepted: Moment,
    steps: Vec<Step>,
    status: &'static str,
    goods: (&'static str, &'static str),
    pieces: u32,
}

/// One scan.
struct Step {
    event: &'static str,
    at: Moment,
    station: String,
    operator: String,
}

impl<'a> Parcel<'a> {
    fn roll(turn: &'a Turn<'_>, dice: &mut Dice, person: &'a Person, place: u64) -> Self {
        // The courier at the recipient's end has the case.
        let sends = turn.must_be_open.is_none() && dice.permille(600);
        let (far, far_city) = turn.staff.anyone(dice);
        let (origin, handler) = if sends {
            (turn.handler, far)
        } else {
            (far, turn.handler)
        };
        let other = Other::roll(dice, far_city, turn.today);
        let must_be_open = turn.must_be_open.map(|open| open && place == 0);
        let under_way = must_be_open.unwrap_or_else(|| dice.permille(300));
        // A parcel is on its way for four days at most; delivered ones are kept for weeks.
        let age = match (under_way, must_be_open) {
            (true, Some(_)) => dice.between(90 * 3600, 100 * 3600),
            (true, None) => dice.between(600, 90 * 3600),
            (false, _) => dice.between(6 * DAY_SECONDS, 40 * DAY_SECONDS),
        };
        let accepted = daytime(turn.now.plus_seconds(-age)).min(turn.now);
        let mut parcel = Self {
            person,
            other,
            sends,
            destination: if sends { far_city } else { person.city },
            origin,
            waybill: waybill(turn.slot(place), turn.seed),
            handler,
            accepted,
            steps: Vec::with_capacity(9),
            status: "accepted",
            goods: dice.pick_early(&GOODS),
            pieces: if dice.permille(900) {
                1
            } else {
                2 + dice.below(4)
            },
        };
        parcel.travel(turn, dice, under_way);
        parcel
    }

    /// Goes the usual way and stops where the present finds it.
    fn travel(&mut self, turn: &Turn<'_>, dice: &mut Dice, under_way: bool) {
        let (origin, destination) = (&self.origin.site, &self.handler.site);
        let (first_hub, last_hub) = (hub(dice, self.origin), hub(dice, self.handler));
        let mut at = self.accepted;
        for (event, status, station, hours) in [
            ("accepted", "accepted", origin, 0),
            ("departed", "in-transit", origin, 4),
            ("arrived", "sorting", &first_hub, 8),
            ("sorted", "sorting", &first_hub, 3),
            ("departed", "in-transit", &first_hub, 3),
            ("arrived", "in-transit", &last_hub, 22),
            ("arrived", "in-transit", destination, 8),
            ("out-for-delivery", "out-for-delivery", destination, 8),
        ] {
            at = at.plus_seconds(dice.between(hours * 1800, hours * 3600));
            if event == "out-for-delivery" {
                at = daytime(at);
            }
            if at > turn.now {
                return;
            }
            self.status = status;
            self.steps.push(Step {
                event,
                at,
                station: station.clone(),
                operator: self.operator(dice, event, station),
            });
        }
        if under_way {
            return;
        }
        let ends: &[(&str, &str)] = match dice.below(100) {
            0..2 => &[("failed", "out-for-delivery"), ("returned", "returned")],
            2..7 => &[("failed", "out-for-delivery"), ("signed", "delivered")],
            7..25 => &[("at-station", "out-for-delivery"), ("signed", "delivered")],
            _ => &[("signed", "delivered")],
        };
        for &(event, status) in ends {
            at = daytime(at.plus_seconds(dice.between(1800, DAY_SECONDS / 3)));
            self.status = status;
            let operator = self.operator(dice, event, destination);
            self.steps.push(Step {
                event,
                at,
                station: destination.clone(),
                operator,
            });
        }
    }

    fn operator(&self, dice: &mut Dice, event: &str, station: &str) -> String {
        match event {
            "out-for-delivery" | "signed" | "failed" => self.handler.login.clone(),
            "at-station" | "returned" => format!("station.{}", station.to_lowercase()),
            _ => format!("sorter.{}.{}", station.to_lowercase(), 1 + dice.below(9)),
        }
    }

    fn record(&self, turn: &Turn<'_>, dice: &mut Dice) -> SynthRecord {
        let delivered = self
            .steps
            .last()
            .filter(|step| step.event == "signed")
            .map(|step| time_text(step.at));
        let ready = self.status == "out-for-delivery" || delivered.is_some();
        let pickup = (ready && dice.permille(450)).then(|| {
            format!(
                "{}-{}-{:04}",
                1 + dice.below(30),
                1 + dice.below(6),
                dice.below(10_000)
            )
        });
        let (person, other) = (self.person, &self.other);
        let account = [&*person.name.full, &*person.mobile, &*person.address.full];
        let stranger = [&*other.name.full, &*other.mobile, &*other.address.full];
        let (sender, recipient) = if self.sends {
            (account, stranger)
        } else {
            (stranger, account)
        };
        let route = format!(
            "{}-{:02}{}",
            self.handler.site,
            1 + dice.below(24),
            dice.pick(&['A', 'B', 'C'])
        );
        SynthRecord::new("parcel")
            .with("waybill", &*self.waybill)
            .with("status", self.status)
            .with("courier", &*self.handler.login)
            .with("station", &*self.handler.site)
            .with("region", &*self.handler.region)
            .with("route_code", route)
            .with("sender_name", sender[0])
            .with("sender_mobile", sender[1])
            .with("sender_address", sender[2])
            .with("recipient_name", recipient[0])
            .with("recipient_mobile", recipient[1])
            .with("recipient_address", recipient[2])
            .with("goods_text", self.say("parcel.goods", turn, dice))
            .with("goods_class", self.goods.1)
            .with(
                "weight_g",
                (dice.between(2, 400) * dice.between(1, 40) * 5).to_string(),
            )
            .with("pieces", self.pieces.to_string())
            .with_some(
                "cod_amount",
                dice.permille(60).then(|| yuan(dice, 30, 3000)),
            )
            .with_some(
                "insured_amount",
                dice.permille(110).then(|| yuan(dice, 200, 12_000)),
            )
            .with_some("pickup_code", pickup)
            .with("accepted_at", time_text(self.accepted))
            .with_some("delivered_at", delivered)
    }

    fn way(&self, dice: &mut Dice) -> Vec<SynthRecord> {
        let recipient = if self.sends {
            &self.other.name
        } else {
            &self.person.name
        };
        self.steps
            .iter()
            .map(|step| {
                let signed = step.event == "signed";
                // One parcel in seven is taken in by a neighbour or the doorman.
                let signatory = signed.then(|| match dice.permille(850) {
                    true => recipient.full.clone(),
                    false => {
                        Name::roll(
                            dice,
                            true,
                            civil(step.at.china_day()).0 - 52,
                            self.destination.province,
                        )
                        .full
                    }
                });
                SynthRecord::new("parcel_event")
                    .with("waybill", &*self.waybill)
                    .with("event", step.event)
                    .with("at", time_text(step.at))
                    .with("station", &*step.station)
                    .with("operator", &*step.operator)
                    .with_some("signatory", signatory)
                    .with_some(
                        "sign_place",
                        signed.then(|| self.destination.position(dice)),
                    )
            })
            .collect()
    }

    fn complaint(&self, turn: &Turn<'_>, dice: &mut Dice) -> SynthRecord {
        let at = self
            .steps
            .last()
            .map_or(self.accepted, |step| step.at)
            .plus_seconds(dice.between(60, 3000))
            .min(turn.now);
        let settled = turn.now.seconds_since(at) > 7 * DAY_SECONDS;
        SynthRecord::new("complaint")
            .with("number", format!("CP{}", &self.waybill[2..]))
            .with("waybill", &*self.waybill)
            .with(
                "category",
                dice.pick(&[
                    "lost", "damaged", "delayed", "delayed", "attitude", "privacy", "other",
                ]),
            )
            .with("content", self.say("parcel.complaint", turn, dice))
            .with_some(
                "result",
                settled.then(|| self.say("complaint.result", turn, dice)),
            )
            .with(
                "state",
                if settled {
                    "settled"
                } else {
                    dice.pick(&["received", "handling"])
                },
            )
            .with("region", &*self.handler.region)
            .with("received_at", time_text(at))
    }
}

impl Parcel<'_> {
    fn say(&self, rule: &str, turn: &Turn<'_>, dice: &mut Dice) -> String {
        let pieces = self.pieces.to_string();
        let case = [
            ("company", "快递客服中心"),
            ("waybill", &*self.waybill),
            ("order", &*self.waybill),
            ("goods", self.goods.0),
            ("pieces", &*pieces),
            (
                "city",
                dice.pick(&["杭州", "郑州", "武汉", "广州", "成都", "西安", "天津"]),
            ),
        ];
        let day = self.accepted.china_day().min(turn.today);
        Scene {
            person: self.person,
            other: &self.other,
            day,
            case: &case,
        }
        .say(rule, dice)
    }
}

fn hub(dice: &mut Dice, near: &Handler) -> String {
    format!("HUB-{}-{}", near.region.to_uppercase(), 1 + dice.below(3))
}
