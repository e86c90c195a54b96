//! The files of a report's folder.

use std::collections::BTreeMap;
use std::io;

use super::{to_har, to_html, to_junit, to_sarif, to_summary, to_wfc};
use crate::outcome::{Report, body_file, is_long, to_json};

impl Report {
    /// The report's files by name: `report.json`, `report.html`, `summary.md`, `junit.xml`, `exchanges.har`,
    /// `report.sarif`, `wfc-report.json`, and the bodies that its curl commands name.
    ///
    /// # Errors
    ///
    /// If text cannot be written as XML, which does not happen: it is escaped first.
    pub fn files(&self) -> io::Result<BTreeMap<String, String>> {
        let mut own = self.clone();
        own.findings.iter_mut().for_each(|finding| finding.body_path = None);
        own.written_files()
    }

    fn written_files(&self) -> io::Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::new();
        let json = format!("{:#}\n", to_json(self));
        files.insert("report.sarif".to_owned(), format!("{:#}\n", to_sarif(self, &json)));
        files.insert("wfc-report.json".to_owned(), format!("{:#}\n", to_wfc(self)));
        files.insert("report.json".to_owned(), json);
        files.insert("report.html".to_owned(), to_html(self));
        files.insert("summary.md".to_owned(), to_summary(self));
        files.insert("junit.xml".to_owned(), to_junit(self)?);
        if !self.written.is_empty() {
            let lines: Vec<&str> = self.written.iter().map(String::as_str).collect();
            files.insert("written.jsonl".to_owned(), lines.join("\n") + "\n");
        }
        files.insert("exchanges.har".to_owned(), format!("{:#}\n", to_har(self)));
        for (index, finding) in self.findings.iter().enumerate() {
            if is_long(&finding.request.body) {
                files.insert(body_file(index), finding.request.body.clone());
            }
        }
        Ok(files)
    }
}
