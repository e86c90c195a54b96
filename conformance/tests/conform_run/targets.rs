//! Targets that cannot be judged.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// Answers every request with the same bytes, in a thread that ends with the process; gives the root.
pub(crate) fn alike(answer: &'static str) -> String {
    serve(move |mut stream| {
        read_request(&mut stream);
        // A caller that has gone is of no account.
        let _ = stream.write_all(answer.as_bytes());
    })
}

/// Takes connections and never answers.
pub(crate) fn silent() -> String {
    serve(|mut stream| {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    })
}

/// An address that nothing listens on.
pub(crate) fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("it is bound"))
}

fn serve(handle: impl Fn(TcpStream) + Copy + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let root = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || handle(stream));
        }
    });
    root
}

/// Reads a request's head and the body that its length announces.
fn read_request(stream: &mut TcpStream) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let Some(read) = stream.read(&mut chunk).ok().filter(|read| *read > 0) else { return };
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text.split("content-length:").nth(1).and_then(|rest| rest.lines().next());
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return;
            }
        }
    }
}
