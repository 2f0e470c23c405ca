//! The files that stand in for what a publication does not bring itself.

macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../../", $path)))),+]
    };
}

/// The built-in files: path in a publication, text. In the order of their paths.
pub(super) static FILES: &[(&str, &str)] = files![
    "templates/classic.hbs",
    "templates/digest.hbs",
    "templates/minimal.hbs",
    "templates/partials/footer.hbs",
    "templates/partials/head.hbs",
    "templates/partials/masthead.hbs",
    "templates/partials/preheader.hbs",
    "templates/web/home.hbs",
    "templates/web/index.css",
    "templates/web/index.hbs",
    "templates/web/list.hbs",
    "templates/web/missing.hbs",
    "templates/web/page.css",
    "templates/web/page.hbs",
    "templates/web/parts/bar.hbs",
    "templates/web/parts/foot.hbs",
    "templates/web/parts/rows.hbs",
    "templates/web/parts/subscribe.hbs",
    "templates/web/search.hbs",
    "templates/web/site.css",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::FILES;
    use crate::files::{Disk, Files};

    #[test]
    fn every_file_of_the_templates_folder_is_built_in() {
        let disk = Disk::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let there: Vec<_> = disk.list("templates").unwrap().iter().map(ToString::to_string).collect();
        let listed: Vec<_> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(there, listed);
    }
}
