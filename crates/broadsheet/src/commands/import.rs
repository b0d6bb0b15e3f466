//! `broadsheet import`: imports a file and prints a report.
//!
//! The formats are read in `interchange`.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Seek},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use domain::{import::Importer, language::Language, store::Store};
use interchange::{
    import::{self, Broken, Entry},
    jsonl::Lines,
    wxr::{Options, PostTypes, Survey, Wxr},
};
use persistence::{Address, Database};
use tempfile::TempDir;

use super::{migrate, report};
use crate::{
    config::{ImportFormat, ReportFormat, Settings},
    system,
};

/// The arguments of the command.
pub(crate) struct Arguments {
    pub(crate) format: ImportFormat,
    pub(crate) file: PathBuf,
    pub(crate) dry_run: bool,
    pub(crate) source: Option<String>,
    pub(crate) time_zone: String,
    pub(crate) post_types: Vec<String>,
    pub(crate) report: ReportFormat,
}

pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let file = &arguments.file;
    let name =
        file.file_stem().map_or_else(|| "import".to_owned(), |name| name.to_string_lossy().into_owned());
    match arguments.format {
        ImportFormat::Jsonl if !arguments.post_types.is_empty() => {
            bail!("--post-types: only a WXR file has types of posts")
        }
        ImportFormat::Jsonl => {
            let input: Box<dyn BufRead + Send> = match is_stdin(file) {
                true => Box::new(BufReader::new(std::io::stdin())),
                false => Box::new(buffered(open(file)?)),
            };
            let (database, _folder) = database(settings, arguments)?;
            let source = arguments.source.clone().unwrap_or(name);
            import_entries(&database, arguments, &source, None, Lines::new(input))
        }
        ImportFormat::Wxr => {
            let post_types = PostTypes::with(&arguments.post_types).map_err(anyhow::Error::msg)?;
            // The file is read twice, which is not possible with standard input.
            let mut input = if is_stdin(file) { spool_stdin()? } else { open(file)? };
            let survey = Survey::with(buffered(&input), post_types);
            input.rewind().with_context(|| file.display().to_string())?;
            let (database, _folder) = database(settings, arguments)?;
            let known = (&database as &dyn Store).reading(|repos| repos.site())?;
            let options = Options { time_zone: arguments.time_zone.clone(), with_site: known.is_none() };
            let mut wxr = Wxr::new(buffered(input), survey, options).map_err(anyhow::Error::msg)?;
            let (site, language) = wxr.head();
            let source = arguments.source.clone().or(site).unwrap_or(name);
            import_entries(&database, arguments, &source, language, wxr)
        }
    }
}

/// Opens the database. A dry run without an existing SQLite database gets an empty one in a temporary
/// directory, which is deleted when the returned [`TempDir`] is dropped.
fn database(settings: &Settings, arguments: &Arguments) -> anyhow::Result<(Database, Option<TempDir>)> {
    match &settings.database {
        Address::Sqlite(path) if arguments.dry_run && !path.exists() => {
            let folder = tempfile::tempdir().context("cannot create a temporary directory")?;
            let address = Address::Sqlite(folder.path().join("rehearsal.db"));
            Ok((migrate::open_at(&address, true, 2)?.for_filling(), Some(folder)))
        }
        address => Ok((migrate::open_at(address, false, 2)?.for_filling(), None)),
    }
}

fn is_stdin(file: &Path) -> bool {
    file.to_str() == Some("-")
}

fn open(file: &Path) -> anyhow::Result<File> {
    let name = || file.display().to_string();
    let opened = File::open(file).with_context(name)?;
    if opened.metadata().with_context(name)?.is_dir() {
        bail!("{}: is a directory", file.display());
    }
    Ok(opened)
}

fn buffered<R: Read>(input: R) -> BufReader<R> {
    BufReader::with_capacity(1 << 20, input)
}

/// Copies standard input to an unnamed temporary file.
fn spool_stdin() -> anyhow::Result<File> {
    let spool = || -> std::io::Result<File> {
        let mut file = tempfile::tempfile()?;
        std::io::copy(&mut std::io::stdin().lock(), &mut file)?;
        file.rewind()?;
        Ok(file)
    };
    spool().context("-")
}

/// Imports entries, or rehearses the import, and prints the report.
fn import_entries(
    database: &Database,
    arguments: &Arguments,
    source: &str,
    language: Option<String>,
    entries: impl Iterator<Item = Result<Entry, Broken>> + Send,
) -> anyhow::Result<()> {
    let store: &dyn Store = database;
    let language = language.and_then(|language| language.parse().ok());
    let mut importer = importer(store, source, language)?;
    let mut progress = report::Progress::new("items");
    let mut tell = |read| progress.tell(read);
    let summary = match arguments.dry_run {
        true => import::rehearse(store, &system::cx, &mut importer, entries, &mut tell),
        false => import::run(store, &system::cx, &mut importer, entries, &mut tell),
    };
    progress.end();
    let summary = summary?;
    report::print(&summary, arguments.report)?;
    match &summary.broken {
        None => Ok(()),
        Some(broken) => {
            let taken = match (arguments.dry_run, summary.total().read) {
                (_, 0) => "no items precede it".to_owned(),
                (true, _) => "nothing is written".to_owned(),
                (false, _) => "the items before it are imported, see the report".to_owned(),
            };
            bail!("{}: line {} {}; {taken}", arguments.file.display(), broken.line, broken.reason)
        }
    }
}

/// Creates an importer for a source. Items without a language get that of the file, else that of the site.
pub(super) fn importer(
    store: &dyn Store,
    source: &str,
    language: Option<Language>,
) -> anyhow::Result<Importer> {
    let language = match language {
        Some(language) => language,
        None => {
            let site = store.reading(|repos| repos.site())?;
            site.unwrap_or_default().language
        }
    };
    Ok(Importer::new(source, language))
}
