//! Generates the list of migrations from the files in `migrations/`. A new file needs no registration.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "cargo's interface to build scripts")]

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is");
    let list = |folders: [&str; 2]| {
        let mut files = Vec::new();
        for folder in folders {
            let folder = Path::new(&root).join("migrations").join(folder);
            files.extend(
                fs::read_dir(&folder)
                    .expect("a folder of migrations")
                    .map(|file| file.expect("a file").path()),
            );
        }
        files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
        files.sort_by_key(|file| file.file_stem().map(std::ffi::OsStr::to_owned));
        let lines = files.iter().map(|file| {
            let name = file.file_stem().and_then(|name| name.to_str()).expect("a name in ASCII");
            let version: i32 =
                name.split('_').next().and_then(|number| number.parse().ok()).expect("a number and _");
            format!("Migration {{ version: {version}, name: {name:?}, sql: include_str!({file:?}) }},\n")
        });
        lines.collect::<String>()
    };
    let text = format!(
        "const SQLITE: &[Migration] = &[\n{}];\nconst POSTGRES: &[Migration] = &[\n{}];\n",
        list(["common", "sqlite"]),
        list(["common", "postgres"]),
    );
    let out = env::var("OUT_DIR").expect("cargo says where output goes");
    fs::write(Path::new(&out).join("migrations.rs"), text).expect("written");
}
