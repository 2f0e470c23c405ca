//! The compiler for newsletters: checks, renders, sends and archives issues written in Markdown.
//!
//! The layers, each of which imports only from those below it:
//!
//! | layer | what it knows |
//! |---|---|
//! | [`cli`] | arguments, terminal, exit codes |
//! | [`editor`] | the language server: unsaved text, and the findings in it |
//! | [`doctor`] | whether configuration, relay, DNS and database are ready to send |
//! | [`campaign`] | frozen issues: who gets them, how fast, and what became of each message |
//! | [`subscribers`] | who reads, who left, and who must not be written to |
//! | [`smtp`] | hands letters to a relay: an SMTP server, or a folder |
//! | [`store`] | the database of subscribers and deliveries: one file, one writing thread |
//! | [`site`] | the archive as a web site |
//! | [`export`] | the archive as a book, and in forms that others read |
//! | [`archive`] | what was sent, as records that do not change |
//! | [`build`] | one issue from document to finished output; the one door to the output folder |
//! | [`check`] | the rules |
//! | [`message`] | MIME, headers, personalisation |
//! | [`publication`] | the folder as one snapshot |
//! | `card` | the social card of an issue (feature `cards`) |
//! | [`render`] | e-mail HTML, plain text, web page, templates, images |
//! | [`post`] | Markdown and front matter as a tree with places |
//! | [`config`] | `newsletter.yaml` |
//! | [`yaml`] | YAML with places, tables of fields |
//! | [`language`] | words, dates and direction by language |
//! | `html` | HTML as a tree, read as browsers read it |
//! | [`segment`] | the language of parts of the list |
//! | [`token`] | what stands for a subscriber in links and addresses |
//! | [`address`] | mail addresses, read once where they come in |
//! | [`serve`] | a folder as a web site on this machine |
//! | [`web`] | the one door to the web: whether addresses answer |
//! | [`files`] | the one door to the user's files |
//! | [`diagnostic`] | findings: severity, place, help, fix |

pub mod address;
pub mod archive;
pub mod build;
pub mod campaign;
#[cfg(feature = "cards")]
pub mod card;
pub mod check;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod doctor;
pub mod editor;
pub mod export;
pub mod files;
mod html;
pub mod language;
pub mod message;
pub mod post;
pub mod publication;
pub mod render;
pub mod segment;
pub mod serve;
pub mod site;
pub mod smtp;
pub mod store;
pub mod subscribers;
#[cfg(test)]
mod testing;
pub mod token;
pub mod web;
pub mod yaml;
