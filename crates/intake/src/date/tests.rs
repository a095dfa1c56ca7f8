use super::*;

fn shown(text: &str, order: Option<DateOrder>) -> String {
    match read(text, order, Epoch::Windows1900) {
        Ok(found) => {
            let time = found.time.map(|t| format!("T{t}")).unwrap_or_default();
            let notes: String = found
                .notes
                .iter()
                .map(|c| format!(" {}", c.word()))
                .collect();
            format!("{}{time}{notes}", found.date)
        }
        Err(code) => code.word().to_owned(),
    }
}

#[test]
fn a_date_is_read_in_the_ways_people_write_it() {
    for (text, expected) in [
        ("2023-07-01", "2023-07-01"),
        ("2023/7/1", "2023-07-01"),
        ("2023.7.1", "2023-07-01"),
        ("20230701", "2023-07-01"),
        ("2023年7月1日", "2023-07-01"),
        ("23年7月1日", "2023-07-01 two-digit-year"),
        ("7-Jul-23", "2023-07-07 two-digit-year"),
        ("7-Jul-45", "1945-07-07 two-digit-year"),
        ("7 July 2023", "2023-07-07"),
        ("Jul 7, 2023", "2023-07-07"),
        ("Sept. 7, 2023", "2023-09-07"),
        ("13/7/2023", "2023-07-13"),
        ("7/13/2023", "2023-07-13"),
        ("7/7/2023", "2023-07-07"),
        ("1/7/2023", "date-ambiguous"),
        ("23/7/1", "date-ambiguous"),
        ("2023-02-30", "date-impossible"),
        ("2023-13-01", "date-impossible"),
        ("32/13/2023", "date-impossible"),
        ("2023-07", "date-incomplete"),
        ("202307", "date-incomplete"),
        ("2023", "date-incomplete"),
        ("7月1日", "date-incomplete"),
        ("yesterday", "date-unknown"),
        ("1/2/3/4", "date-unknown"),
        ("2023-07-01 08:03", "2023-07-01T08:03:00"),
        ("2023/7/1 8:03:09", "2023-07-01T08:03:09"),
        ("2023-07-01T08:03:00.000", "2023-07-01T08:03:00"),
        ("2023年7月1日 下午3:05", "2023-07-01T15:05:00"),
        ("2023年7月1日15时05分", "2023-07-01T15:05:00"),
        ("2023-07-01 12:05 AM", "2023-07-01T00:05:00"),
        ("2023-07-01T08:03:00Z", "2023-07-01T08:03:00"),
        ("2023-07-01 25:00", "date-unknown"),
    ] {
        assert_eq!(shown(text, None), expected, "{text}");
    }
}

#[test]
fn a_declared_order_settles_what_digits_leave_open() {
    assert_eq!(shown("1/7/2023", Some(DateOrder::Dmy)), "2023-07-01");
    assert_eq!(shown("1/7/2023", Some(DateOrder::Mdy)), "2023-01-07");
    assert_eq!(
        shown("23/7/1", Some(DateOrder::Ymd)),
        "2023-07-01 two-digit-year"
    );
    assert_eq!(shown("13/7/2023", Some(DateOrder::Mdy)), "date-impossible");
    // A year of four digits in front needs no order.
    assert_eq!(shown("2023/7/1", Some(DateOrder::Dmy)), "2023-07-01");
}

#[test]
fn a_serial_number_counts_from_its_epoch_and_leaps_over_a_day_that_never_was() {
    for (serial, epoch, expected) in [
        (45123.0, Epoch::Windows1900, "2023-07-16"),
        (45123.5, Epoch::Windows1900, "2023-07-16T12:00:00"),
        (1.0, Epoch::Windows1900, "1900-01-01"),
        (59.0, Epoch::Windows1900, "1900-02-28"),
        (60.0, Epoch::Windows1900, "excel-leap-day"),
        (61.0, Epoch::Windows1900, "1900-03-01"),
        (0.0, Epoch::Windows1900, "date-unknown"),
        (-1.0, Epoch::Windows1900, "date-unknown"),
        (f64::NAN, Epoch::Windows1900, "date-unknown"),
        (2_958_465.0, Epoch::Windows1900, "9999-12-31"),
        (0.0, Epoch::Mac1904, "1904-01-01"),
        (43661.0, Epoch::Mac1904, "2023-07-16"),
    ] {
        let found = serial_to_iso(serial, epoch).unwrap_or_else(|code| code.word().to_owned());
        assert_eq!(found, expected, "{serial}");
    }
    assert_eq!(shown("45123", None), "2023-07-16 excel-serial");
    assert_eq!(shown("45123.25", None), "2023-07-16T06:00:00 excel-serial");
}
