//! No page of another origin drives a mock, and its own pages require the admin token.

use crate::support::{Sandbox, builder};

const STATE: &str = "/_tally/state";

#[test]
fn a_host_or_an_origin_of_another_is_refused() {
    let sandbox = Sandbox::start();
    let port = sandbox.address().port();
    let (api, _) = sandbox.call();
    let at = |host: &str| host.replace("PORT", &port.to_string());
    // Path, Host, Origin, Sec-Fetch-Site, status; 401 is the API's own answer to a call without a token.
    let cases = [
        ("/", "localhost:PORT", "", "", 200),
        ("/", "127.0.0.1:PORT", "", "", 200),
        (STATE, "[::1]:PORT", "", "", 200),
        (STATE, "LocalHost:PORT", "", "", 200),
        (STATE, "localhost", "", "", 421),
        (STATE, "localhost:1", "", "", 421),
        (STATE, "tally.example:PORT", "", "", 421),
        (STATE, "localhost.tally.example:PORT", "", "", 421),
        ("/", "tally.example:PORT", "", "", 421),
        (STATE, "", "", "", 421),
        ("/healthz", "tally.example", "http://tally.example", "cross-site", 200),
        (&api, "tally.example:PORT", "", "", 401),
        (&api, "tally.example:PORT", "http://tally.example:PORT", "same-origin", 421),
        (&api, "tally.example:PORT", "", "same-origin", 421),
        (STATE, "localhost:PORT", "http://localhost:PORT", "same-origin", 200),
        (&api, "localhost:PORT", "http://localhost:PORT", "same-origin", 401),
        (STATE, "localhost:PORT", "http://127.0.0.1:PORT", "", 403),
        (STATE, "localhost:PORT", "https://localhost:PORT", "", 403),
        (STATE, "localhost:PORT", "http://localhost:1", "", 403),
        (STATE, "localhost:PORT", "http://tally.example", "", 403),
        (STATE, "localhost:PORT", "null", "", 403),
        (&api, "localhost:PORT", "http://tally.example", "", 403),
        (&api, "localhost:PORT", "null", "", 403),
        (STATE, "localhost:PORT", "", "cross-site", 403),
        (STATE, "localhost:PORT", "", "same-site", 403),
        (&api, "localhost:PORT", "", "cross-site", 403),
        ("/", "localhost:PORT", "", "cross-site", 403),
        (STATE, "localhost:PORT", "", "none", 200),
    ];
    for (path, host, origin, site, status) in cases {
        let (host, origin) = (at(host), at(origin));
        let method = if path == api { "POST" } else { "GET" };
        let headers = [("Host", host.as_str()), ("Origin", &origin), ("Sec-Fetch-Site", site)];
        let answer = sandbox.ask(method, path, &headers, "");
        assert_eq!(answer.status, status, "{path} at {host:?} from {origin:?} {site:?}: {}", answer.body);
    }
}

#[test]
fn a_link_elsewhere_may_lead_to_the_page_and_to_nothing_else() {
    let sandbox = Sandbox::start();
    let followed = |path: &str, method: &str| {
        let headers = [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", "document"),
        ];
        sandbox.ask(method, path, &headers, "").status
    };
    assert_eq!(followed("/", "GET"), 200);
    assert_eq!(followed(STATE, "GET"), 403);
    assert_eq!(followed("/_tally/reset", "POST"), 403);
}

#[test]
fn two_hosts_are_none() {
    let sandbox = Sandbox::start();
    let own = sandbox.address().to_string();
    let answer = sandbox.ask("GET", STATE, &[("Host", own.as_str()), ("host", "tally.example")], "");
    assert_eq!(answer.status, 421);
    let answer = sandbox.ask("GET", &format!("http://tally.example{STATE}"), &[], "");
    assert_eq!(answer.status, 421);
}

#[test]
fn the_admin_token_is_required_if_there_is_one() {
    let sandbox = Sandbox::with(|mock| mock.admin_token("let-me-in"));
    let status = |path: &str, credentials: &str| {
        sandbox.ask("GET", path, &[("Authorization", credentials)], "").status
    };
    // Basic credentials: `anyone:let-me-in`, `let-me-in:`, `let-me-in`.
    let cases = [
        ("", 401),
        ("Bearer let-me-in", 200),
        ("bearer let-me-in", 200),
        ("Bearer let-me-i", 401),
        ("Bearer let-me-in-", 401),
        ("Bearer ", 401),
        ("let-me-in", 401),
        ("Digest let-me-in", 401),
        ("Basic YW55b25lOmxldC1tZS1pbg==", 200),
        ("Basic bGV0LW1lLWluOg==", 401),
        ("Basic bGV0LW1lLWlu", 401),
        ("Basic !", 401),
    ];
    for (credentials, wanted) in cases {
        for path in ["/", STATE, "/_tally/page.js", "/_tally/nothing"] {
            let wanted = if wanted == 200 && path.ends_with("nothing") { 404 } else { wanted };
            assert_eq!(status(path, credentials), wanted, "{path} with {credentials:?}");
        }
    }
    assert_eq!(status("/healthz", ""), 200);
    assert_eq!(sandbox.send_example().status, 200, "the API has a token of its own");
    let refused = sandbox.ask("GET", "/", &[], "");
    assert!(refused.header("www-authenticate").is_some_and(|asks| asks.starts_with("Basic ")), "{refused:?}");
    assert!(!refused.body.contains("let-me-in"));
}

#[test]
fn other_machines_reach_it_only_if_a_token_protects_its_own_pages() {
    let mock = builder().addr(([0, 0, 0, 0], 0));
    let refused = mock.start().expect_err("it is not started").to_string();
    assert!(refused.contains("TALLY_ADMIN_TOKEN"), "{refused}");
}

#[test]
fn a_browser_is_asked_to_load_and_to_store_nothing() {
    let sandbox = Sandbox::start();
    for path in ["/", STATE, "/_tally/page.js", "/_tally/nothing", "/healthz"] {
        let answer = sandbox.ask("GET", path, &[], "");
        let policy = answer.header("content-security-policy").expect(path);
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
    }
}
