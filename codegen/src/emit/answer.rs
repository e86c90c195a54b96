//! An area's answer: what an HTTP status and a body say.

use proc_macro2::TokenStream;
use quote::quote;
use tally_spec::model::{Area, Contract, OverLimit, PlatformCondition, Response};

use super::{Place, examples};
use crate::names;

/// The type of an area's answers, and how one is read.
pub(super) fn answer(contract: &Contract, area: &Area, place: &Place<'_>) -> Vec<TokenStream> {
    let later = match &area.limit.over {
        OverLimit::Acknowledges { response, .. } => Some(names::type_ident(response)),
        OverLimit::Refuses { .. } => None,
    };
    let acknowledged = later.iter().map(|later| {
        quote! {
            /// The request was over the limit and will be processed later; the answer says nothing about its
            /// records.
            Acknowledged(super::responses::#later),
        }
    });
    let (read, example) = (read(contract, area), examples::answer(contract, area, place));
    vec![
        quote! {
            /// The answer to a request.
            #[derive(Debug, Clone, PartialEq)]
            pub enum Answer {
                /// The request was processed.
                Processed(Response),
                #(#acknowledged)*
                /// The platform rejected the request as a whole.
                Refused(Refusal),
            }
        },
        quote! {
            impl Answer {
                /// Reads an answer from its HTTP status and body.
                #example
                ///
                /// # Errors
                ///
                /// If the body is not JSON, if it is not of the documented shape (the error says where), or if
                /// neither the HTTP status nor the body is documented.
                pub fn read(http_status: u16, body: &[u8]) -> Result<Self, AnswerError> { #read }
            }
        },
    ]
}

fn read(contract: &Contract, area: &Area) -> TokenStream {
    let over_limit = match &area.limit.over {
        OverLimit::Refuses { http_status, code, .. } => {
            let refusal = documented(&quote! { OverLimit }, *http_status, Some(code), false);
            quote! { &[#refusal] }
        }
        OverLimit::Acknowledges { .. } => quote! { &[] },
    };
    let refused =
        quote! { super::responses::REFUSALS.read(http_status, body, #over_limit).map(Self::Refused) };
    let response = contract.response(area);
    let processed = proc_macro2::Literal::u16_unsuffixed(http_status(response));
    let later = match &area.limit.over {
        OverLimit::Acknowledges { response, .. } => contract.file.responses.get(response),
        OverLimit::Refuses { .. } => None,
    };
    let Some(later) = later else {
        return quote! {
            if http_status == #processed {
                return Json::root(&parse_answer(body)?).read().map(Self::Processed);
            }
            #refused
        };
    };
    if http_status(later) != http_status(response) {
        let queued = proc_macro2::Literal::u16_unsuffixed(http_status(later));
        return quote! {
            match http_status {
                #processed => Json::root(&parse_answer(body)?).read().map(Self::Processed),
                #queued => Json::root(&parse_answer(body)?).read().map(Self::Acknowledged),
                _ => #refused,
            }
        };
    }
    let (ours, theirs) = (members(area, response), members(area, later));
    let only = |one: &[&str], other: &[&str]| -> Vec<String> {
        one.iter().filter(|name| !other.contains(name)).map(|name| (*name).to_owned()).collect()
    };
    let (only_ours, only_theirs) = (only(&ours, &theirs), only(&theirs, &ours));
    let nearer = (!only_theirs.is_empty()).then(|| {
        quote! {
            // Of the two shapes, the one whose members are there is meant.
            Err(other) if json.has_any(&[#(#only_theirs),*]) && !json.has_any(&[#(#only_ours),*]) => Err(other),
        }
    });
    quote! {
        if http_status != #processed {
            return #refused;
        }
        let answer = parse_answer(body)?;
        let json = Json::root(&answer);
        let error = match json.read() {
            Ok(response) => return Ok(Self::Processed(response)),
            Err(error) => error,
        };
        match json.read() {
            Ok(acknowledged) => Ok(Self::Acknowledged(acknowledged)),
            #nearer
            Err(_) => Err(error),
        }
    }
}

fn http_status(response: &Response) -> u16 {
    match response {
        Response::Counting(counted) => counted.http_status,
        Response::Whole(whole) => whole.http_status,
        Response::ByPosition(positional) => positional.http_status,
        Response::Later(later) => later.http_status,
    }
}

/// The members that an answer of that shape always has.
fn members<'a>(area: &Area, response: &'a Response) -> Vec<&'a str> {
    match response {
        Response::Counting(counted) => {
            let next = area.next_batch_size.as_ref().map(|_| &counted.next_batch_size);
            let others = [&counted.errors, &counted.status.name, &counted.fail_count, &counted.pass_count];
            next.into_iter().chain(others).map(String::as_str).collect()
        }
        Response::Whole(whole) => vec![&whole.status.name, &whole.message],
        Response::ByPosition(positional) => vec![&positional.results],
        Response::Later(later) => vec![&later.status.name, &later.message],
    }
}

/// How the contract's platform refuses: what the areas' answers are read by.
pub(super) fn refusals(contract: &Contract) -> TokenStream {
    let errors = &contract.file.service.errors;
    let (code, message) = (&errors.code, &errors.message);
    let conditions = errors.conditions.iter().map(|one| {
        let cause = match one.when {
            PlatformCondition::Unauthorized => quote! { Unauthorized },
            PlatformCondition::NotFound => quote! { NotFound },
            PlatformCondition::WrongVerb => quote! { WrongMethod },
            PlatformCondition::WrongMediaType => quote! { WrongMediaType },
            PlatformCondition::NotJson => quote! { NotJson },
            PlatformCondition::Unusable => quote! { Unusable },
        };
        documented(&cause, one.http_status, Some(&one.code), false)
    });
    let backoff = contract.file.service.backoff.iter().map(|one| {
        documented(&quote! { RetryLater }, one.http_status, one.code.as_deref(), one.code.is_some())
    });
    quote! {
        /// How the platform rejects requests.
        pub(super) const REFUSALS: Refusals = Refusals {
            code: #code,
            message: #message,
            documented: &[#(#conditions,)* #(#backoff),*],
        };
    }
}

fn documented(cause: &TokenStream, http_status: u16, code: Option<&str>, code_decides: bool) -> TokenStream {
    let http_status = proc_macro2::Literal::u16_unsuffixed(http_status);
    let code = match code {
        Some(code) => quote! { Some(#code) },
        None => quote! { None },
    };
    quote! {
        DocumentedRefusal {
            cause: RefusalCause::#cause,
            http_status: #http_status,
            code: #code,
            code_decides: #code_decides,
        }
    }
}
