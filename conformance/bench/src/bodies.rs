//! Request bodies of a loader's nightly run, made by a seed.

use serde_json::{Value, json};

/// One area's body, in the forms that are measured.
pub struct Body {
    /// The area's name.
    pub area: &'static str,
    /// The number of records.
    pub records: usize,
    /// What differs: `valid` or `bad`, `compact` or `pretty`.
    pub form: &'static str,
    /// The body.
    pub bytes: Vec<u8>,
}

/// An area with the number of its records, its list's name and how a record is made.
type Maker = (&'static str, usize, &'static str, fn(&mut Random) -> Value);

const MAKERS: [Maker; 4] = [
    ("milestones", 2000, "milestones", milestone),
    ("customers", 1000, "customers", customer),
    ("usage", 200, "usage", usage),
    ("nps", 100, "npsResponses", nps),
];

/// The areas that are measured.
#[must_use]
pub fn areas() -> Vec<&'static str> {
    MAKERS.iter().map(|(area, ..)| *area).collect()
}

/// Every body: each area's, valid and with a tenth of the records bad, compact and pretty-printed.
///
/// A bad record breaks a rule and keeps its types, so that a typed parse gets to its end as well.
#[must_use]
pub fn all() -> Vec<Body> {
    let mut bodies = Vec::new();
    for (area, records, list, make) in MAKERS {
        for bad in [false, true] {
            let mut random = Random(7);
            let mut made: Vec<Value> = (0..records).map(|_| make(&mut random)).collect();
            if bad {
                made.iter_mut().step_by(10).enumerate().for_each(|(turn, record)| spoil(record, turn));
            }
            let body = json!({ "data": { list: made } });
            let forms =
                if bad { ["bad, compact", "bad, pretty"] } else { ["valid, compact", "valid, pretty"] };
            let texts = [serde_json::to_vec(&body), serde_json::to_vec_pretty(&body)];
            for (form, bytes) in forms.into_iter().zip(texts) {
                bodies.push(Body { area, records, form, bytes: bytes.expect("values are JSON") });
            }
        }
    }
    bodies
}

fn milestone(random: &mut Random) -> Value {
    json!({
        "account": random.id("001"),
        "milestoneDate": random.date(),
        "comment": random.text(6),
        "milestone": random.pick(&["Conference", "Reference", "Executive Business Review", "Go-live"])
    })
}

fn customer(random: &mut Random) -> Value {
    json!({
        "account": random.id("001"),
        "asv": random.below(90_000),
        "mrr": random.below(9_000),
        "orgContractDate": random.date(),
        "nextRenewalDate": random.date(),
        "status": random.pick(&["Active", "Inactive", "Churn"]),
        "stage": random.pick(&["Seasoned Customer", "New Customer", "Kicked Off"]),
        "users": random.below(2_000),
        "obj": {
            "attributes": { "type": "JBCXM__CustomerInfo__c" },
            "Id": random.id("a0D"),
            "jbcxm__nps__c": random.below(11)
        }
    })
}

fn usage(random: &mut Random) -> Value {
    json!({
        "account": random.id("001"),
        "usageLevel": "USERLEVEL",
        "user": format!("{}@example.com", random.word()),
        "usageDate": random.date(),
        "obj": {
            "attributes": { "type": "JBCXM__UsageData__c" },
            "PageViews__c": random.below(500),
            "Logins__c": random.below(40),
            "LastModule__c": random.pick(&["Reports", "Dashboards", "Admin"])
        }
    })
}

fn nps(random: &mut Random) -> Value {
    let name = random.word();
    json!({
        "account": random.id("001"),
        "userrole": random.pick(&["User", "Decision maker", "Admin"]),
        "username": format!("{} {}", name, random.word()),
        "useremail": format!("{name}@example.com"),
        "surveycode": "NPS Survey 2015",
        "surveyid": random.id("a0v"),
        "npsscore": random.below(11),
        "respondeddate": random.date(),
        "npscomment": random.text(12)
    })
}

/// Breaks one rule of a record: an ID too short, an empty account, a day that no calendar has.
fn spoil(record: &mut Value, turn: usize) {
    let dates = ["milestoneDate", "orgContractDate", "usageDate", "respondeddate"];
    match turn % 3 {
        0 => record["account"] = json!("001F000001NH5i"),
        1 => record["account"] = json!(""),
        _ => {
            for date in dates.into_iter().filter(|date| record.get(date).is_some()).collect::<Vec<_>>() {
                record[date] = json!("2015-02-29");
            }
        }
    }
}

/// A small random source: `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let place = self.below(of.len() as u64);
        of[usize::try_from(place).unwrap_or_default()]
    }

    fn id(&mut self, prefix: &str) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let letter =
            |random: &mut Self| char::from(LETTERS[usize::try_from(random.below(62)).unwrap_or_default()]);
        let rest: String = (0..15).map(|_| letter(self)).collect();
        format!("{prefix}{rest}")
    }

    fn date(&mut self) -> String {
        format!("20{:02}-{:02}-{:02}", 10 + self.below(10), 1 + self.below(12), 1 + self.below(28))
    }

    fn word(&mut self) -> &'static str {
        self.pick(&[
            "the",
            "renewal",
            "was",
            "discussed",
            "on",
            "a",
            "call",
            "with",
            "Zoë",
            "team",
            "carter",
            "miller",
        ])
    }

    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}
