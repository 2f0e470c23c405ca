//! The site, shown on this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::support::Project;

/// A running `archive serve`, and its port.
struct Served(Child, u16);

impl Served {
    fn start(project: &Project, flags: &[&str]) -> Self {
        let arguments = ["archive", "serve", "--port", "0"].iter().chain(flags);
        let mut command = project.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("http://127.0.0.1:").and_then(|rest| rest.split('/').next());
        Self(child, port.unwrap().parse().unwrap())
    }

    /// What comes back for these bytes, up to the end of the connection.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.1)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn archived() -> Project {
    let project = Project::new().post("west", "title: West\nstatus: ready\ndate: 2024-05-03", "All is well.");
    project.run(["archive", "add", "west"]).success();
    project
}

const CLOSE: &str = "Host: a\r\nConnection: close\r\n\r\n";

#[test]
fn the_site_is_built_and_shown_until_ctrl_c() {
    let project = archived();
    let mut served = Served::start(&project, &[]);
    let page = served.ask(&format!("GET /west/ HTTP/1.1\r\n{CLOSE}"));
    assert!(page.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"), "{page}");
    assert!(page.ends_with(&project.read("site/west/index.html")), "{page}");
    let head = served.ask(&format!("HEAD /west/ HTTP/1.1\r\n{CLOSE}"));
    assert_eq!(head, page.split_inclusive("\r\n\r\n").next().unwrap());
    let missing = served.ask(&format!("GET /nowhere/ HTTP/1.1\r\n{CLOSE}"));
    assert!(missing.starts_with("HTTP/1.1 404 Not Found\r\n"), "{missing}");
    let outside = served.ask(&format!("GET /../newsletter.yaml HTTP/1.1\r\n{CLOSE}"));
    assert!(outside.starts_with("HTTP/1.1 404"), "{outside}");
    // Two on one connection.
    let both = served.ask(&format!("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /west/ HTTP/1.1\r\n{CLOSE}"));
    assert_eq!(both.matches("HTTP/1.1 200 OK").count(), 2, "{both}");
    assert!(served.ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
    #[cfg(unix)]
    {
        let pid = served.0.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        assert_eq!(served.0.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_site_below_the_top_of_its_host_is_shown_as_it_will_stand() {
    let front_matter = "title: West\nstatus: ready\ndate: 2024-05-03\naliases: [/old]";
    let project = Project::new().post("west", front_matter, "All is well.");
    let config = project.read("newsletter.yaml");
    project.write("newsletter.yaml", config.replace("https://upstream.example", "https://upstream.example/letters"));
    project.run(["archive", "add", "west"]).success();
    let served = Served::start(&project, &[]);
    let get = |path: &str| served.ask(&format!("GET {path} HTTP/1.1\r\n{CLOSE}"));
    assert!(get("/").contains("\r\nLocation: /letters/\r\n"));
    assert!(get("/letters/west/").starts_with("HTTP/1.1 200 OK"));
    // What starts at the top of the host is below the path, too.
    let missing = get("/letters/nowhere/");
    let style = missing.split("<link rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(style.starts_with("/letters/style-") && get(style).starts_with("HTTP/1.1 200 OK"), "{style}");
    assert!(get("/letters/old/").contains("content=\"0; url=/letters/west/\""), "{}", get("/letters/old/"));
}

#[test]
fn a_port_that_is_taken_is_named_and_a_site_that_is_not_there_is_none() {
    let project = archived();
    project.run(["archive", "serve", "--no-build"]).exits(2).says("site");
    let served = Served::start(&project, &[]);
    let ran = project.run(["archive", "serve", "--port", &served.1.to_string()]).exits(2);
    ran.says("cannot listen at port").says("next: newsletter archive serve --port 0");
}
