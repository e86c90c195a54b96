//! Examples to copy, in four languages, with nothing but what each language's users have at hand.

use serde_json::Value;
use tally_spec::model::{Area, Contract};

use super::html::escape;

/// A call with that body, as curl, Rust, Python and TypeScript.
pub(super) fn snippets(contract: &Contract, area: &Area, body: &Value) -> String {
    let call = Call::new(contract, area, body);
    let languages = [
        ("curl", call.curl()),
        ("Rust", call.rust()),
        ("Python", call.python()),
        ("TypeScript", call.typescript()),
    ];
    let mut html = String::new();
    for (place, (language, text)) in languages.iter().enumerate() {
        let open = if place == 0 { " open" } else { "" };
        html.extend([format!(
            "<details{open}><summary>{language}</summary><pre tabindex=\"0\"><code>{}</code></pre></details>\n",
            escape(text)
        )]);
    }
    html
}

struct Call<'a> {
    verb: &'a str,
    /// The URL, with `{…}` for what an installation fills in.
    url: String,
    /// What an installation fills in.
    variables: Vec<String>,
    header: &'a str,
    scheme: &'a str,
    media_type: &'a str,
    body: String,
}

impl<'a> Call<'a> {
    fn new(contract: &'a Contract, area: &Area, body: &Value) -> Self {
        let service = &contract.file.service;
        let root = service.root.value.trim_end_matches('/');
        let variables =
            root.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name.to_owned());
        Self {
            verb: &service.verb.value,
            url: format!("{root}{}", area.path),
            variables: variables.collect(),
            header: &service.authentication.header,
            scheme: &service.authentication.scheme,
            media_type: &service.media_type.value,
            body: format!("{body:#}"),
        }
    }

    fn curl(&self) -> String {
        let mut url = self.url.clone();
        for name in &self.variables {
            url = url.replace(&format!("{{{name}}}"), &format!("${}", name.to_uppercase()));
        }
        format!(
            "curl -sS -X {} \"{url}\" \\\n  -H \"{}: {} $TOKEN\" \\\n  -H \"Content-Type: {}\" \\\n  --data-binary @- <<'JSON'\n{}\nJSON\n",
            self.verb, self.header, self.scheme, self.media_type, self.body
        )
    }

    fn rust(&self) -> String {
        let lets: Vec<String> = self
            .variables
            .iter()
            .map(|name| format!("    let {name} = std::env::var(\"{}\")?;\n", name.to_uppercase()))
            .collect();
        let lets = lets.concat();
        format!(
            "// ureq = \"3\"\nfn main() -> Result<(), Box<dyn std::error::Error>> {{\n{lets}    \
             let token = std::env::var(\"TOKEN\")?;\n    let body = r#\"{}\"#;\n    \
             let answer = ureq::{}(format!(\"{}\"))\n        \
             .header(\"{}\", format!(\"{} {{token}}\"))\n        \
             .header(\"Content-Type\", \"{}\")\n        .send(body)?\n        .body_mut()\n        .read_to_string()?;\n    \
             println!(\"{{answer}}\");\n    Ok(())\n}}\n",
            self.body.replace('\n', "\n    "),
            self.verb.to_lowercase(),
            self.url,
            self.header,
            self.scheme,
            self.media_type
        )
    }

    fn python(&self) -> String {
        let lets: Vec<String> = self
            .variables
            .iter()
            .map(|name| format!("{name} = os.environ[\"{}\"]\n", name.to_uppercase()))
            .collect();
        let lets = lets.concat();
        format!(
            "import json, os, urllib.request\n\n{lets}body = json.loads(r\"\"\"\n{}\n\"\"\")\n\
             request = urllib.request.Request(\n    f\"{}\",\n    method=\"{}\",\n    data=json.dumps(body).encode(),\n    \
             headers={{\n        \"{}\": f\"{} {{os.environ['TOKEN']}}\",\n        \"Content-Type\": \"{}\",\n    }},\n)\n\
             with urllib.request.urlopen(request) as answer:\n    print(json.load(answer))\n",
            self.body, self.url, self.verb, self.header, self.scheme, self.media_type
        )
    }

    fn typescript(&self) -> String {
        let url = self.url.replace('{', "${");
        let lets: Vec<String> = self
            .variables
            .iter()
            .map(|name| format!("const {name} = process.env.{};\n", name.to_uppercase()))
            .collect();
        let lets = lets.concat();
        format!(
            "{lets}const body = {};\n\nconst answer = await fetch(`{url}`, {{\n  method: \"{}\",\n  headers: {{\n    \
             \"{}\": `{} ${{process.env.TOKEN}}`,\n    \"Content-Type\": \"{}\",\n  }},\n  body: JSON.stringify(body),\n}});\n\
             console.log(await answer.json());\n",
            self.body, self.verb, self.header, self.scheme, self.media_type
        )
    }
}
