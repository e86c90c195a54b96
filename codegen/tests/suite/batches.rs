//! Records split into requests within the limit.

use tally_generated::gsapi_v1::{nps, survey, usage};

fn distribution(participants: usize) -> survey::SurveyDistribution<'static> {
    survey::SurveyDistribution::new("Q3", vec![survey::SurveyDistributionParticipants::new(); participants])
}

/// Checks how distributions of so many participants each are split.
#[track_caller]
fn check(participants: &[usize], expected: &[&[usize]]) {
    let records: Vec<_> = participants.iter().copied().map(distribution).collect();
    let requests = survey::Request::batches(records);
    let found: Vec<Vec<usize>> = requests
        .iter()
        .map(|request| {
            request.data.distribution_data.iter().map(|record| record.participants.len()).collect()
        })
        .collect();
    assert_eq!(found, expected);
    for request in &requests {
        assert_eq!(request.validate().unwrap().counted, request.counted());
    }
}

#[test]
fn what_the_limit_counts_is_counted() {
    check(&[], &[]);
    check(&[300], &[&[300]]);
    check(&[299, 1, 1], &[&[299, 1], &[1]]);
    check(&[200, 101, 199, 0, 1], &[&[200], &[101, 199, 0], &[1]]);
}

#[test]
fn a_record_over_the_limit_stands_alone() {
    check(&[1, 301, 0, 2], &[&[1], &[301], &[0, 2]]);
}

#[test]
fn records_are_split_at_the_limit_in_their_order() {
    let record = |index: usize| nps::NpsResponse::new("a", index.to_string(), 7, "2014-02-01");
    for (records, sizes) in [(0, &[][..]), (1, &[1]), (100, &[100]), (101, &[100, 1]), (250, &[100, 100, 50])]
    {
        let requests = nps::Request::batches((0..records).map(record).collect::<Vec<_>>());
        let found: Vec<usize> = requests.iter().map(nps::Request::counted).collect();
        assert_eq!(found, sizes);
        let emails = requests.into_iter().flat_map(|request| request.data.nps_responses);
        assert!(emails.map(|record| record.useremail).eq((0..records).map(|index| index.to_string())));
    }
}

#[test]
fn each_part_keeps_the_request_options() {
    let level = usage::UsageRecordUsageLevel::Accountlevel;
    let records = vec![usage::UsageRecord::new("001F000001NH5is", "2015-05-13"); usage::LIMIT * 2];
    let parts = usage::Request::new(records).usage_level(level).honor_org_time_zone(true).into_batches();
    assert_eq!(parts.len(), 2);
    for part in parts {
        assert_eq!((part.data.usage_level, part.data.honor_org_time_zone), (Some(level), Some(true)));
        part.validate().unwrap().into_result().unwrap();
    }
}
