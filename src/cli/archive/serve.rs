//! `newsletter archive serve`.

use std::path::PathBuf;

use crate::cli::archive::build;
use crate::cli::global::Place;
use crate::cli::output::Terminal;
use crate::cli::{Exit, Failure};
use crate::publication::Publication;
use crate::serve::{self, Pages};
use crate::site;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show the site in DIR [default: site]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Listen at this port; at any free one for 0
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    port: u16,
    /// Show the site as it was built last
    #[arg(long)]
    no_build: bool,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    if !args.no_build
        && let Err(exit) = build::make(&build::Args { out: args.out.clone(), links: false }, place, terminal)?
    {
        return Ok(exit);
    }
    let out = args.out.as_ref().map_or_else(|| place.root().join(site::FOLDER), |out| place.resolve(out));
    // A site that was built before is shown without a configuration, too.
    let publication = Publication::load_frame(&place.files).ok();
    let base = publication.as_ref().and_then(|publication| publication.config.base_url.as_deref());
    let top = site::base_path(base.unwrap_or_default());
    let pages = Pages::open(&out, &top).map_err(|error| Failure::Open(out, error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
    runtime.block_on(async {
        let listener = serve::listen(args.port).await.map_err(|error| Failure::Listen(args.port, error))?;
        let port = listener.local_addr().map_or(args.port, |address| address.port());
        terminal.result(&format!("http://127.0.0.1:{port}{top}\n"))?;
        terminal.say("Ctrl-C stops");
        tokio::select! {
            () = serve::serve(listener, pages) => {}
            stopped = tokio::signal::ctrl_c() => stopped.map_err(Failure::Signal)?,
        }
        Ok(Exit::Done)
    })
}
