//! Loads survey scores through GSAPI V1 and says of each one that failed why.
//!
//! An HTTP status of 200 does not mean success here: a request of a hundred scores may be answered by 200 with
//! ninety passed and ten failed. [`load`] reads the answer, and loses no score: each is passed, failed or queued, and
//! what stops the load is an error that says how far it came.

use std::fmt;

use serde::Deserialize;
use tally_generated::gsapi_v1::nps::{Answer, NpsResponse, PATH, Request};
use tally_generated::runtime::{AnswerError, Refusal};

/// A score, as a line of the night's file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// The account's ID.
    pub account: String,
    /// The respondent's e-mail address.
    pub email: String,
    /// From 0 to 10.
    pub score: u8,
    /// The day of the response, `YYYY-MM-DD`.
    pub day: String,
    /// The code of the survey.
    pub survey: String,
    /// What the respondent added.
    pub comment: Option<String>,
}

/// What became of the scores.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many passed.
    pub passed: u64,
    /// How many will be processed later, without a result for each.
    pub queued: usize,
    /// A line for each that failed.
    pub failed: Vec<String>,
}

/// Why the load stopped.
#[derive(Debug)]
pub enum LoadError {
    /// No answer came.
    Unreachable(ureq::Error),
    /// The API rejected a request as a whole.
    Refused(Refusal),
    /// The API answered something that its contract does not document.
    Undocumented(AnswerError),
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(formatter, "no answer: {error}"),
            Self::Refused(refusal) => write!(formatter, "{refusal}"),
            Self::Undocumented(error) => write!(formatter, "{error}"),
        }
    }
}

impl std::error::Error for LoadError {}

/// Sends the scores to the API whose root is `root`, in requests of as many as one may hold, and adds what became of
/// them to `summary`, which is right up to the moment of an error.
///
/// # Errors
///
/// The first request that is not answered, is rejected as a whole, or is answered in an undocumented way.
pub fn load(root: &str, token: &str, scores: &[Score], summary: &mut Summary) -> Result<(), LoadError> {
    let agent =
        ureq::Agent::new_with_config(ureq::config::Config::builder().http_status_as_error(false).build());
    let records: Vec<NpsResponse<'_>> = scores.iter().map(record).collect();
    for request in Request::batches(records) {
        match answer(&agent, &format!("{root}{PATH}"), token, &request)? {
            Answer::Processed(response) => {
                summary.passed += response.pass_count;
                for failure in response.err_log {
                    let account = failure.account.map(|account| account.to_string()).unwrap_or_default();
                    summary.failed.push(format!("{account}: {}", failure.error_log));
                }
            }
            Answer::Acknowledged(_) => summary.queued += request.counted(),
            Answer::Refused(refusal) => return Err(LoadError::Refused(refusal)),
        }
    }
    Ok(())
}

fn record(score: &Score) -> NpsResponse<'_> {
    let record = NpsResponse::new(&*score.account, &*score.email, u64::from(score.score), &*score.day)
        .surveycode(&*score.survey);
    match &score.comment {
        Some(comment) => record.npscomment(&**comment),
        None => record,
    }
}

fn answer(agent: &ureq::Agent, url: &str, token: &str, request: &Request<'_>) -> Result<Answer, LoadError> {
    let body = serde_json::to_vec(request).expect("its members are texts and numbers");
    let mut answer = agent
        .post(url)
        .header("Authorization", format!("Bearer {token}"))
        .header("Content-Type", "application/json")
        .send(&body)
        .map_err(LoadError::Unreachable)?;
    let status = answer.status().as_u16();
    let body = answer.body_mut().read_to_vec().map_err(LoadError::Unreachable)?;
    Answer::read(status, &body).map_err(LoadError::Undocumented)
}
