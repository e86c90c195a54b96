//! The files of a report's folder.

use std::collections::BTreeMap;
use std::io;

use super::{to_har, to_html, to_junit, to_sarif, to_summary, to_wfc};
use crate::outcome::{Report, body_file, is_long, to_text};

/// Takes a file's name and text.
type Take<'t> = &'t mut dyn FnMut(&str, &str) -> io::Result<()>;

impl Report {
    /// The report's files by name: `report.json`, `report.html`, `summary.md`, `junit.xml`, `exchanges.har`,
    /// `report.sarif`, `wfc-report.json`, and the bodies that its curl commands name.
    ///
    /// # Errors
    ///
    /// If text cannot be written as XML, which does not happen: it is escaped first.
    pub fn files(&self) -> io::Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::new();
        self.each_file(&mut |name, text| {
            files.insert(name.to_owned(), text.to_owned());
            Ok(())
        })?;
        Ok(files)
    }

    /// Gives each of these files to `take` as it is made, so that no more than two are in memory at once.
    ///
    /// # Errors
    ///
    /// As for [`Report::files`], or whatever `take` returns.
    pub fn each_file(&self, take: Take<'_>) -> io::Result<()> {
        let mut own = self.clone();
        own.findings.iter_mut().for_each(|finding| finding.body_path = None);
        own.give_each_file(take)
    }

    fn give_each_file(&self, take: Take<'_>) -> io::Result<()> {
        let json = to_text(self) + "\n";
        take("report.json", &json)?;
        take("report.sarif", &format!("{:#}\n", to_sarif(self, &json)))?;
        drop(json);
        take("wfc-report.json", &format!("{:#}\n", to_wfc(self)))?;
        take("report.html", &to_html(self))?;
        take("summary.md", &to_summary(self))?;
        take("junit.xml", &to_junit(self)?)?;
        if !self.written.is_empty() {
            let lines: Vec<&str> = self.written.iter().map(String::as_str).collect();
            take("written.jsonl", &(lines.join("\n") + "\n"))?;
        }
        take("exchanges.har", &format!("{:#}\n", to_har(self)))?;
        for (index, finding) in self.findings.iter().enumerate() {
            if is_long(&finding.request.body) {
                take(&body_file(index), &finding.request.body)?;
            }
        }
        Ok(())
    }
}
