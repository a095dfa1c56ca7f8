//! Files and folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::collect::{Collector, Settings, Tell};
use crate::read::{self, Input};
use crate::report::DocumentReport;
use crate::{Limits, Problem};

/// A file that is to be scanned.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the folder that was named, with `/`.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Folder {
    /// The files, by name.
    pub files: Vec<Listed>,
    /// What cannot be scanned, by name: links, folders that cannot be read, folders too deep.
    pub problems: Vec<(String, Problem)>,
}

impl Folder {
    /// All bytes.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Lists a file, or all files of a folder and the folders in it. Links are told and not followed.
///
/// # Errors
/// `Unreadable` if there is nothing of this name.
pub fn list(root: &Path, limits: &Limits) -> Result<Folder, Problem> {
    let mut folder = Folder::default();
    // What was named on the command line may be a link.
    let told = fs::metadata(root)?;
    if told.is_dir() {
        walk(root, "", 0, limits, &mut folder);
    } else if told.is_file() {
        let name = root.file_name().unwrap_or(root.as_os_str());
        folder.files.push(Listed {
            path: root.to_owned(),
            name: name.to_string_lossy().into_owned(),
            bytes: told.len(),
        });
    } else {
        return Err(Problem::Link);
    }
    folder.files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(folder)
}

fn walk(path: &Path, prefix: &str, depth: usize, limits: &Limits, folder: &mut Folder) {
    if depth > limits.folder_depth {
        folder.problems.push((prefix.to_owned(), Problem::TooDeep));
        return;
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => {
            folder.problems.push((prefix.to_owned(), error.into()));
            return;
        }
    };
    for entry in entries {
        let Ok(entry) = entry else {
            folder.problems.push((prefix.to_owned(), Problem::Damaged));
            continue;
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        if folder.files.len() >= limits.files {
            folder.problems.push((name, Problem::TooMany));
            return;
        }
        match entry.metadata() {
            // The metadata of an entry are those of a link itself.
            Ok(told) if told.is_dir() => walk(&entry.path(), &name, depth + 1, limits, folder),
            Ok(told) if told.is_file() => folder.files.push(Listed {
                path: entry.path(),
                name,
                bytes: told.len(),
            }),
            Ok(_) => folder.problems.push((name, Problem::Link)),
            Err(error) => folder.problems.push((name, error.into())),
        }
    }
}

/// Told of each file that is done: its bytes.
pub type Progress<'p> = &'p (dyn Fn(u64) + Sync);

/// Scans the files of a folder. With `tell`, one after the other in their order; without, on `threads`
/// threads. The reports come in the order of the names in any case.
///
/// # Errors
/// `Stopped`, or what `tell` answered.
pub fn scan(
    folder: &Folder,
    settings: &Settings,
    threads: usize,
    tell: Option<Tell<'_>>,
    progress: Progress<'_>,
) -> Result<Vec<DocumentReport>, Problem> {
    let mut reports = match tell {
        Some(tell) => in_turn(folder, settings, tell, progress)?,
        None => together(folder, settings, threads.max(1), progress)?,
    };
    for (name, problem) in &folder.problems {
        // Beyond the limit nobody knows what there is: then nothing is known of the whole.
        let is_whole = name.is_empty() || *problem == Problem::TooMany;
        reports.push(DocumentReport {
            name: name.clone(),
            path: if is_whole {
                Vec::new()
            } else {
                vec![name.clone()]
            },
            problems: vec![(String::new(), problem.clone())],
            ..DocumentReport::default()
        });
    }
    reports.retain(|report| !report.places.is_empty() || !report.problems.is_empty());
    reports.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(reports)
}

fn in_turn(
    folder: &Folder,
    settings: &Settings,
    tell: Tell<'_>,
    progress: Progress<'_>,
) -> Result<Vec<DocumentReport>, Problem> {
    let mut reports = Vec::new();
    for file in &folder.files {
        reports.push(one(file, settings, Some(&mut *tell))?);
        progress(file.bytes);
    }
    Ok(reports)
}

fn together(
    folder: &Folder,
    settings: &Settings,
    threads: usize,
    progress: Progress<'_>,
) -> Result<Vec<DocumentReport>, Problem> {
    let next = AtomicUsize::new(0);
    let (give, take) = mpsc::channel();
    let mut reports = BTreeMap::new();
    std::thread::scope(|scope| {
        for _ in 0..threads.min(folder.files.len()) {
            let give = give.clone();
            let next = &next;
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = folder.files.get(at) else {
                        return;
                    };
                    let report = one(file, settings, None);
                    let is_over = report.is_err();
                    progress(file.bytes);
                    // The other end is gone only when the scan is over.
                    if give.send((at, report)).is_err() || is_over {
                        return;
                    }
                }
            });
        }
        drop(give);
        for (at, report) in take {
            reports.insert(at, report?);
        }
        Ok::<(), Problem>(())
    })?;
    Ok(reports.into_values().collect())
}

/// Scans a document that is held in memory; databases among them are not opened.
///
/// # Errors
/// `Stopped` if a person asked for the end.
pub fn scan_bytes(
    name: &str,
    bytes: &[u8],
    settings: &Settings,
) -> Result<DocumentReport, Problem> {
    whole(Input::Bytes(bytes), name, settings, None)
}

fn one(
    file: &Listed,
    settings: &Settings,
    tell: Option<Tell<'_>>,
) -> Result<DocumentReport, Problem> {
    whole(Input::File(&file.path), &file.name, settings, tell)
}

fn whole(
    input: Input<'_>,
    name: &str,
    settings: &Settings,
    tell: Option<Tell<'_>>,
) -> Result<DocumentReport, Problem> {
    let mut collector = Collector::new(settings, name.to_owned(), tell);
    match read::document(input, name, 0, &mut collector) {
        Err(problem) if problem.ends() => return Err(problem),
        Err(problem) => collector.problem("", problem),
        Ok(()) => {}
    }
    Ok(collector.finish())
}
