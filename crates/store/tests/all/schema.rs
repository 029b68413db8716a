//! Both databases have the same schema and understand every statement.

use std::collections::BTreeSet;
use std::path::Path;

testdb::on_both! {
    async fn every_statement_is_understood(db: TestStore) {
        match db.prepare_all().await {
            Ok(prepared) => assert!(prepared > 100, "only {prepared} statements are listed"),
            Err((name, error)) => panic!("{name}: {error:?}"),
        }
    }

    async fn contents_differ_where_something_was_written_and_nowhere_else(db: TestStore) {
        let before = db.contents().await.unwrap();
        assert!(before.len() > 20 && before == db.contents().await.unwrap(), "{before:?}");
        let written: Result<(), store::StoreError> = db
            .write(|tx| Box::pin(async move { tx.set_scheduler_off(Some("because")).await }))
            .await;
        written.unwrap();
        let after = db.contents().await.unwrap();
        let moved: Vec<_> = before.iter().filter(|(table, digest)| after[*table] != **digest).map(|(table, _)| table.as_str()).collect();
        // Open pages are told of it.
        assert_eq!(moved, ["counters", "hints", "settings"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_columns() {
    let Some(postgres) = testdb::postgres().await else {
        return;
    };
    let sqlite = testdb::sqlite().await.schema().await.unwrap();
    let postgres = postgres.schema().await.unwrap();
    assert!(sqlite.len() > 100, "only {} columns were found", sqlite.len());
    for (a, b) in sqlite.iter().zip(&postgres) {
        assert_eq!(a, b);
    }
    assert_eq!(sqlite.len(), postgres.len());
}

#[test]
fn every_module_with_statements_is_listed() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = std::fs::read_to_string(src.join("lib.rs")).unwrap();
    let listed = list.matches("STATEMENTS,").count();
    let declaring = files(&src)
        .iter()
        .filter(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines()
                .any(|line| line.starts_with("statements! {") || line.starts_with("differing! {"))
        })
        .count();
    assert!(declaring > 20);
    assert_eq!(
        listed, declaring,
        "a module's STATEMENTS are missing in crate::statements()"
    );
}

#[test]
fn both_sets_of_migrations_are_built_in_under_the_same_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let names = |dialect: &str| -> BTreeSet<String> {
        files(&root.join(dialect))
            .iter()
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect()
    };
    let sqlite = names("sqlite");
    assert_eq!(sqlite, names("postgres"));
    let list =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/migrations.rs")).unwrap();
    for name in &sqlite {
        let number: i64 = name.split('_').next().unwrap().parse().unwrap();
        assert!(
            list.contains(&format!("({number}, \"{name}\"),")),
            "{name} is not built in"
        );
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found.sort();
    found
}
