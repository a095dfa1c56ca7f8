//! Car after-sales: customers, their cars, and work orders that open and close.

use crate::{
    day::{DAY_SECONDS, civil, date_text, time_text},
    dice::Dice,
    generator::{Turn, yuan},
    identifier::{landline, plate, vin},
    person::{Other, Person},
    record::SynthRecord,
    scene::Scene,
};

use catalogue::{ELECTRIC, FAULTS, Fault, MODELS, Model, SERVICES};

mod catalogue;

/// The records of one customer.
pub(crate) fn subject(turn: &Turn<'_>, dice: &mut Dice) -> Vec<SynthRecord> {
    let person = Person::roll(dice, turn.index, turn.seed, turn.city, turn.today);
    let other = Other::roll(dice, turn.city, turn.today);
    let cars: Vec<Car> = (0..dice.pick(&[1, 1, 1, 1, 1, 1, 2, 2, 3]))
        .map(|place| Car::roll(turn, dice, &person, place))
        .collect();
    let mut visits: Vec<Visit> = Vec::new();
    for (place, car) in cars.iter().enumerate() {
        car.visits(turn, dice, place, &mut visits);
    }
    open_or_close(turn, dice, &cars, &mut visits);

    let mut records = vec![customer(dice, &person)];
    records.extend(cars.iter().map(|car| car.record(turn, dice)));
    for (place, visit) in visits.iter().enumerate() {
        let car = &cars[visit.car];
        let number = turn.number("RO", visit.day, place as u64);
        let tail = &car.vin[9..];
        let mileage = visit.mileage.to_string();
        let case = [
            ("company", "售后服务中心"),
            ("plate", &*car.plate),
            ("vin", &*car.vin),
            ("vin_tail", tail),
            ("model", car.model.title),
            ("mileage", &*mileage),
            ("order", &*number),
            ("fault_rule", visit.fault.2),
        ];
        let scene = Scene {
            person: &person,
            other: &other,
            day: visit.day,
            case: &case,
        };
        records.push(work_order(turn, dice, visit, car, &number, &scene));
        if visit.service == "rescue" {
            records.push(rescue(turn, dice, visit, place as u64, &scene));
        }
        let last = place + 1 == visits.len();
        if dice.permille(if last { 380 } else { 90 }) {
            records.push(call(turn, dice, visit, &scene));
        }
        if last && dice.permille(40) {
            records.push(complaint(turn, dice, visit, &scene));
        }
    }
    records
}

struct Car {
    model: &'static Model,
    vin: String,
    plate: String,
    bought: i64,
    km_per_day: i64,
}

/// One stay in the workshop.
struct Visit {
    car: usize,
    day: i64,
    service: &'static str,
    status: &'static str,
    mileage: i64,
    /// Fault code, system, and the rule that says it in the customer's words.
    fault: Fault,
    /// The day the car left, if it did.
    closed: Option<i64>,
}

impl Car {
    fn roll(turn: &Turn<'_>, dice: &mut Dice, person: &Person, place: u64) -> Self {
        let model = &MODELS[dice.below(MODELS.len() as u32) as usize];
        let bought = turn.today - 20 - dice.between(0, 3200).min(dice.between(0, 4000));
        // A few plates come from another province: the car moved with its owner.
        let city = if dice.permille(80) {
            crate::place::City::roll(dice)
        } else {
            person.city
        };
        Self {
            vin: vin(
                turn.index * 4 + place,
                turn.seed,
                model.descriptor,
                civil(bought).0,
            ),
            plate: plate(dice, city.plate, city.office, model.green),
            model,
            bought,
            km_per_day: dice.between(12, 85),
        }
    }

    fn mileage(&self, day: i64) -> i64 {
        (day - self.bought) * self.km_per_day + 7
    }

    /// What may break: an electric car has no engine and no gearbox.
    fn fault(&self, dice: &mut Dice) -> Fault {
        let fault = dice.pick_early(&FAULTS);
        let burns = matches!(fault.1, "engine" | "transmission");
        if burns && self.model.energy == "electric" {
            FAULTS[ELECTRIC]
        } else {
            fault
        }
    }

    fn record(&self, turn: &Turn<'_>, dice: &mut Dice) -> SynthRecord {
        SynthRecord::new("vehicle")
            .with("vin", &*self.vin)
            .with("plate", &*self.plate)
            .with("model_code", self.model.code)
            .with("energy", self.model.energy)
            .with("purchased_on", date_text(self.bought))
            .with("warranty_until", date_text(self.bought + 3 * 365))
            .with("mileage_km", self.mileage(turn.today).to_string())
            .with(
                "selling_dealer",
                if dice.permille(700) {
                    &*turn.handler.site
                } else {
                    "OTHER"
                },
            )
    }

    /// The stays so far, at most the last four: maintenance twice a year, and what breaks.
    fn visits(&self, turn: &Turn<'_>, dice: &mut Dice, place: usize, visits: &mut Vec<Visit>) {
        let step = dice.between(110, 290);
        let mut day = self.bought.max(turn.today - 4 * step) + dice.between(60, 200);
        while day < turn.today - 12 && visits.len() < 12 {
            visits.push(Visit {
                car: place,
                day,
                service: dice.pick(&SERVICES),
                status: "closed",
                mileage: self.mileage(day),
                fault: self.fault(dice),
                closed: Some(day + dice.between(0, 6)),
            });
            day += step + dice.between(-40, 40);
        }
    }
}

/// Gives one customer in seven an open order, and the first customers what the staffing promises.
fn open_or_close(turn: &Turn<'_>, dice: &mut Dice, cars: &[Car], visits: &mut Vec<Visit>) {
    let open = turn.must_be_open.unwrap_or_else(|| dice.permille(145));
    if open {
        let day = turn.today - dice.between(0, 9);
        let service = if dice.permille(60) {
            "rescue"
        } else {
            dice.pick(&SERVICES)
        };
        let status = if day == turn.today {
            "booked"
        } else {
            dice.pick(&["in-progress", "in-progress", "waiting-parts", "completed"])
        };
        visits.push(Visit {
            car: 0,
            day,
            service,
            status,
            mileage: cars[0].mileage(day),
            fault: cars[0].fault(dice),
            closed: None,
        });
    } else if visits.is_empty() {
        let day = turn.today - 14;
        let mileage = cars[0].mileage(day).max(7);
        visits.push(Visit {
            car: 0,
            day,
            service: "maintenance",
            status: "closed",
            mileage,
            fault: FAULTS[ELECTRIC],
            closed: Some(day + 1),
        });
    }
}

fn customer(dice: &mut Dice, person: &Person) -> SynthRecord {
    let landline = dice
        .permille(90)
        .then(|| landline(dice, person.city.area_code));
    // The ID number is taken for warranty claims only; the birthday from members only.
    let with_id = dice.permille(550) || person.passport.is_some();
    let member = dice.pick_early(&["none", "silver", "gold", "platinum"]);
    SynthRecord::new("customer")
        .with("name", &*person.name.full)
        .with("mobile", &*person.mobile)
        .with_some("landline", landline)
        .with_some(
            "resident_id",
            person.resident_id.as_deref().filter(|_| with_id),
        )
        .with_some("passport", person.passport.as_deref().filter(|_| with_id))
        .with("address", &*person.address.full)
        .with_some("email", dice.permille(420).then_some(&*person.email))
        .with_some("wechat", dice.permille(640).then_some(&*person.wechat))
        .with_some(
            "date_of_birth",
            (member != "none").then(|| date_text(person.birth_day)),
        )
        .with("member_level", member)
        .with(
            "preferred_contact",
            dice.pick_early(&["phone", "wechat", "sms", "email"]),
        )
        .with(
            "source",
            dice.pick_early(&["store", "app", "hotline", "mini-program", "third-party"]),
        )
}

fn work_order(
    turn: &Turn<'_>,
    dice: &mut Dice,
    visit: &Visit,
    car: &Car,
    number: &str,
    scene: &Scene<'_>,
) -> SynthRecord {
    let handler = turn.case_handler(dice);
    let opened = turn.office_hour(dice, visit.day);
    let closed = visit
        .closed
        .map(|day| turn.office_hour(dice, day).max(opened.plus_seconds(5400)));
    let faulty = visit.service != "maintenance";
    let (fault_code, fault_system, _) = visit.fault;
    let paid = closed.is_some() || visit.status == "completed";
    let claim = match visit.service {
        "warranty" | "recall" if closed.is_some() => {
            dice.pick(&["approved", "approved", "approved", "rejected"])
        }
        "warranty" | "recall" => "submitted",
        _ => "none",
    };
    SynthRecord::new("work_order")
        .with("number", number)
        .with("status", visit.status)
        .with("assignee", &*handler.login)
        .with("site", &*handler.site)
        .with("region", &*handler.region)
        .with("service_type", visit.service)
        .with("vin", &*car.vin)
        .with("mileage_in_km", visit.mileage.to_string())
        .with_some("fault_code", faulty.then_some(fault_code))
        .with_some("fault_system", faulty.then_some(fault_system))
        .with_some("fault_text", faulty.then(|| scene.say("car.fault", dice)))
        .with_some(
            "parts_amount",
            paid.then(|| yuan(dice, 80, if faulty { 5200 } else { 900 })),
        )
        .with_some(
            "labour_amount",
            paid.then(|| yuan(dice, 60, if faulty { 1800 } else { 360 })),
        )
        .with("warranty_claim", claim)
        .with("opened_at", time_text(opened))
        .with_some("closed_at", closed.map(time_text))
}

/// The position is kept for a day at most, so only a rescue under way still has one.
fn rescue(
    turn: &Turn<'_>,
    dice: &mut Dice,
    visit: &Visit,
    place: u64,
    scene: &Scene<'_>,
) -> SynthRecord {
    let city = scene.person.city;
    let under_way = visit.closed.is_none() && visit.day >= turn.today - 1;
    let asked = match under_way {
        true => turn.now.plus_seconds(-dice.between(600, 9000)),
        false => turn.office_hour(dice, visit.day),
    };
    SynthRecord::new("rescue")
        .with("number", turn.number("RS", visit.day, place))
        .with_some("position", under_way.then(|| city.position(dice)))
        .with_some("place", under_way.then(|| city.roadside(dice)))
        .with("requested_at", time_text(asked))
        .with(
            "outcome",
            if under_way {
                "pending"
            } else {
                dice.pick_early(&["towed", "repaired-on-site", "cancelled"])
            },
        )
}

fn call(turn: &Turn<'_>, dice: &mut Dice, visit: &Visit, scene: &Scene<'_>) -> SynthRecord {
    let (topic, channel, rule) = if visit.service == "rescue" {
        ("rescue", "hotline", "car.rescue")
    } else if visit.closed.is_none() {
        dice.pick(&[
            ("booking", "hotline", "car.booking"),
            ("progress", "hotline", "car.progress"),
            ("progress", "wechat", "car.chat"),
        ])
    } else {
        dice.pick(&[
            ("booking", "hotline", "car.booking"),
            ("booking", "hotline", "car.booking"),
            ("progress", "hotline", "car.progress"),
            ("satisfaction", "outbound", "car.outbound"),
            ("other", "wechat", "car.chat"),
            ("complaint", "hotline", "car.complaint"),
        ])
    };
    let at = turn
        .office_hour(dice, visit.day)
        .plus_seconds(-DAY_SECONDS / 8);
    SynthRecord::new("call")
        .with("at", time_text(at))
        .with("channel", channel)
        .with("transcript", scene.say(rule, dice))
        .with("topic", topic)
}

fn complaint(turn: &Turn<'_>, dice: &mut Dice, visit: &Visit, scene: &Scene<'_>) -> SynthRecord {
    let settled = visit.day < turn.today - 20;
    SynthRecord::new("complaint")
        .with("number", turn.number("CP", visit.day, 0))
        .with(
            "category",
            dice.pick_early(&["quality", "price", "delay", "attitude", "privacy", "other"]),
        )
        .with("content", scene.say("car.complaint", dice))
        .with_some(
            "result",
            settled.then(|| scene.say("complaint.result", dice)),
        )
        .with(
            "state",
            if settled {
                "settled"
            } else {
                dice.pick(&["received", "handling"])
            },
        )
        .with("region", &*turn.handler.region)
        .with(
            "received_at",
            time_text(turn.office_hour(dice, visit.closed.unwrap_or(visit.day))),
        )
}
