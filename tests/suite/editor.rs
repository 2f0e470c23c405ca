//! The language server, driven by a client that speaks the protocol on its standard streams.
#![expect(clippy::indexing_slicing, clippy::needless_pass_by_value, reason = "JSON is written and read in place")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::support::Project;

struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: i64,
    root: String,
}

impl Client {
    fn start(project: &Project) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_newsletter"))
            .arg("lsp")
            .current_dir(project.root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
        // A server that never answers must not hold up the tests.
        let id = server.id();
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_mins(2));
            drop(Command::new("kill").arg(id.to_string()).status());
        });
        let root = format!("file://{}", project.root().display());
        let mut client = Self { server, input, output, next: 0, root };
        let answer = client.request("initialize", json!({ "capabilities": {}, "rootUri": client.root }));
        assert_eq!(answer["serverInfo"]["name"], "newsletter");
        client.notify("initialized", json!({}));
        client
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server is gone");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().unwrap(),
                _ if line.trim().is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{message}");
                return message["result"].clone();
            }
        }
    }

    fn uri(&self, path: &str) -> String {
        let escape = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        format!("{}/{}", self.root, path.bytes().map(escape).collect::<String>())
    }

    fn open(&mut self, path: &str, text: &str) -> Vec<Value> {
        let document = json!({ "uri": self.uri(path), "languageId": "markdown", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        self.findings(path)
    }

    fn edit(&mut self, path: &str, text: &str) -> Vec<Value> {
        let document = json!({ "uri": self.uri(path), "version": 2 });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
        self.findings(path)
    }

    /// The next findings that the server shows in a file.
    fn findings(&mut self, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        loop {
            let message = self.receive();
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri {
                return message["params"]["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    fn at(&mut self, method: &str, path: &str, line: u32, character: u32) -> Value {
        let uri = self.uri(path);
        let position = json!({ "line": line, "character": character });
        self.request(method, json!({ "textDocument": { "uri": uri }, "position": position }))
    }

    fn labels(&mut self, path: &str, line: u32, character: u32) -> Vec<String> {
        let items = self.at("textDocument/completion", path, line, character);
        items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    }

    fn stop(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert!(self.server.wait().unwrap().success());
    }
}

const POST: &str = "posts/2024-04-26-重庆.md";

fn post(body: &str) -> String {
    format!("---\ntitle: The river and the rail\ndate: 2024-04-26\n---\n\n{body}\n")
}

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().map(|found| found["code"].as_str().unwrap()).collect()
}

#[test]
fn unsaved_text_is_looked_at_and_a_fix_mends_it() {
    let project = Project::new().file(POST, post("It rained."));
    let mut client = Client::start(&project);
    assert_eq!(codes(&client.open(POST, &post("It rained."))), [""; 0]);

    let text = post("It rained.").replace("date:", "prehaeder: 👋 rain\ndate:");
    let found = client.edit(POST, &text);
    assert_eq!(codes(&found), ["unknown-key"]);
    assert_eq!(
        found[0]["range"],
        json!({ "start": { "line": 2, "character": 0 }, "end": { "line": 2, "character": 9 } })
    );

    let uri = client.uri(POST);
    let params =
        json!({ "textDocument": { "uri": uri }, "range": found[0]["range"], "context": { "diagnostics": found } });
    let actions = client.request("textDocument/codeAction", params);
    assert_eq!(actions[0]["edit"]["changes"][&uri][0]["newText"], "preheader");

    assert_eq!(codes(&client.edit(POST, &text.replace("prehaeder", "preheader"))), [""; 0]);
    assert!(project.read(POST).ends_with("It rained.\n"), "nothing is written");
    client.stop();
}

#[test]
fn columns_count_as_the_protocol_does() {
    let project = Project::new();
    let mut client = Client::start(&project);
    let found = client.open(POST, &post("👋 重庆 ![](https://upstream.example/a.png){width=3 height=3}\r"));
    assert_eq!(codes(&found), ["image-without-alt"]);
    let start = &found[0]["range"]["start"];
    assert_eq!(
        (start["line"].as_u64(), start["character"].as_u64()),
        (Some(5), Some("👋 重庆 ![](".encode_utf16().count() as u64))
    );
    client.stop();
}

#[test]
fn keys_values_directives_variables_and_links_are_completed() {
    let project = Project::new().post("2024-04-19-last", "title: Last\ntags: [freight]", "It was dry.").file(
        "newsletter.yaml",
        format!(
            "{}profiles:\n  takeaway:\n    description: A list\nsegments: {{members: 'tag = \"member\"'}}\n",
            crate::support::CONFIG
        ),
    );
    let mut client = Client::start(&project);
    client.open(
        POST,
        "---\ntitle: x\nstatus: \nprofile: \ntags: \nsegment: \n\n---\n\n## The rail\n\n:::\n\n{{\n\n[x](\n",
    );
    let keys = client.labels(POST, 6, 0);
    assert!(keys.contains(&"preheader".to_owned()) && !keys.contains(&"title".to_owned()), "{keys:?}");
    assert_eq!(client.labels(POST, 2, 8), ["draft", "ready"]);
    assert_eq!(client.labels(POST, 3, 9), ["takeaway"]);
    assert_eq!(client.labels(POST, 4, 6), ["freight"]);
    assert_eq!(client.labels(POST, 5, 9), ["members"]);
    assert!(client.labels(POST, 11, 3).contains(&"button".to_owned()));
    assert!(client.labels(POST, 13, 2).contains(&"subscriber.name".to_owned()));
    let links = client.labels(POST, 15, 4);
    assert!(links.contains(&"#the-rail".to_owned()) && links.contains(&"2024-04-19-last.md".to_owned()), "{links:?}");
    client.stop();
}

#[test]
fn hover_outline_and_definition_lead_to_what_is_meant() {
    let project = Project::new().post("2024-04-19-last", "title: Last", "It was dry.");
    let mut client = Client::start(&project);
    let body = "Dear {{default subscriber.name \"reader\"}},\n\n## The rail\n\n### Freight\n\n[last](2024-04-19-last.md) [up](#the-rail)\n\n## The river\n\n![](https://upstream.example/a.png){width=3 height=3}";
    client.open(POST, &post(body));
    let hover = |client: &mut Client, line, character| {
        client.at("textDocument/hover", POST, line, character)["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert!(hover(&mut client, 5, 16).contains("each subscriber's own `name`"));
    assert!(hover(&mut client, 1, 2).contains("The title."));
    assert!(hover(&mut client, 15, 8).contains("NL044 `image-without-alt`"));
    assert_eq!(hover(&mut client, 7, 5), "");
    let uri = client.uri(POST);
    let symbols = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    assert_eq!((&symbols[0]["name"], &symbols[0]["children"][0]["name"]), (&"The rail".into(), &"Freight".into()));
    assert_eq!(symbols[1]["name"], "The river");
    let last = client.at("textDocument/definition", POST, 11, 10);
    assert_eq!(last["uri"], client.uri("posts/2024-04-19-last.md"));
    assert_eq!(client.at("textDocument/definition", POST, 11, 36)["range"]["start"]["line"], 7);
    client.stop();
}

#[test]
fn a_broken_configuration_shows_its_findings_and_the_posts_keep_theirs() {
    let project = Project::new().file(POST, post("![](https://upstream.example/a.png){width=3 height=3}"));
    let mut client = Client::start(&project);
    assert_eq!(codes(&client.open(POST, &project.read(POST))), ["image-without-alt"]);
    let found = client.open("newsletter.yaml", "name: [\n");
    assert_eq!(codes(&found), ["invalid-yaml"]);
    let found =
        client.edit("newsletter.yaml", &crate::support::CONFIG.replace("name: Upstream", "nme: x\nname: Upstream"));
    assert_eq!(codes(&found), ["unknown-key"]);
    client.stop();
}
