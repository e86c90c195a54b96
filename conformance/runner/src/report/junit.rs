//! `junit.xml`: a suite for each area, a case for each check.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::escaped;
use crate::outcome::{AreaTally, CheckTally, Finding, Report, Severity};

/// The message of a check that was not run.
const NOT_RUN: &str = "no exchange of this run concerns it";

/// The report as `JUnit` XML. Violations fail a case; warnings go to its output.
///
/// # Errors
///
/// If an event cannot be written; writing to memory does not fail.
pub fn to_junit(report: &Report) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let seconds = format!("{:.3}", report.duration.as_secs_f64());
    let (tests, failures) = (report.checks.len().to_string(), failed(report).to_string());
    let contract = escaped(&report.contract);
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", contract.as_str()),
            ("tests", tests.as_str()),
            ("failures", failures.as_str()),
            ("time", seconds.as_str()),
        ])
        .write_inner_content(|writer| {
            for area in &report.areas {
                suite(writer, report, area)?;
            }
            report.verdict.reason().map_or(Ok(()), |reason| inconclusive(writer, reason))
        })?;
    let mut text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

fn failed(report: &Report) -> usize {
    report.checks.iter().filter(|check| check.violations > 0).count()
}

fn suite(writer: &mut Writer<Vec<u8>>, report: &Report, area: &AreaTally) -> io::Result<()> {
    let checks: Vec<_> = report.checks.iter().filter(|check| check.area == area.name).collect();
    let count =
        |holds: fn(&CheckTally) -> bool| checks.iter().filter(|check| holds(check)).count().to_string();
    let tests = checks.len().to_string();
    let name = escaped(&area.name);
    let (failures, skipped) = (count(|check| check.violations > 0), count(|check| check.cases == 0));
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", name.as_str()),
            ("tests", tests.as_str()),
            ("failures", failures.as_str()),
            ("skipped", skipped.as_str()),
        ])
        .write_inner_content(|writer| checks.iter().try_for_each(|check| case(writer, report, check)))?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, report: &Report, check: &CheckTally) -> io::Result<()> {
    let findings: Vec<_> = report
        .findings
        .iter()
        .filter(|found| found.check == check.id && found.areas.contains(&check.area))
        .collect();
    let class = escaped(&format!("{}.{}", report.contract, check.area));
    let name = escaped(&check.id);
    let element = writer
        .create_element("testcase")
        .with_attributes([("name", name.as_str()), ("classname", class.as_str())]);
    if check.cases == 0 {
        element.write_inner_content(|writer| {
            writer.create_element("skipped").with_attribute(("message", NOT_RUN)).write_empty()?;
            Ok(())
        })?;
    } else if findings.is_empty() {
        element.write_empty()?;
    } else {
        element.write_inner_content(|writer| findings.iter().try_for_each(|found| outcome(writer, found)))?;
    }
    Ok(())
}

fn outcome(writer: &mut Writer<Vec<u8>>, finding: &Finding) -> io::Result<()> {
    let message = format!("{}: {}", escaped(&finding.statement_and_source()), escaped(&finding.message));
    let body = escaped(&finding.request.body);
    if let Some(why) = &finding.known {
        let text = format!("known: {}: {message}", escaped(why));
        writer.create_element("system-out").write_text_content(BytesText::new(&text))?;
        return Ok(());
    }
    let statement = escaped(&finding.statement);
    match finding.severity {
        Severity::Violation => writer
            .create_element("failure")
            .with_attributes([("message", message.as_str()), ("type", statement.as_str())])
            .write_text_content(BytesText::new(&body))?,
        Severity::Warning => {
            let text = format!("warning: {message}");
            writer.create_element("system-out").write_text_content(BytesText::new(&text))?
        }
    };
    Ok(())
}

fn inconclusive(writer: &mut Writer<Vec<u8>>, reason: &str) -> io::Result<()> {
    let reason = escaped(reason);
    writer
        .create_element("testsuite")
        .with_attributes([("name", "run"), ("tests", "1"), ("errors", "1")])
        .write_inner_content(|writer| {
            writer
                .create_element("testcase")
                .with_attributes([("name", "the target can be judged")])
                .write_inner_content(|writer| {
                    writer
                        .create_element("error")
                        .with_attribute(("message", reason.as_str()))
                        .write_empty()?;
                    Ok(())
                })?;
            Ok(())
        })?;
    Ok(())
}
