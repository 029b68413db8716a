//! What was measured on.

use std::process::Command;

fn file(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output
        .map(|output| [output.stdout, output.stderr].concat())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().next().unwrap_or("unknown").trim().to_owned()
}

/// The first value of `name` in a file of `name: value` lines.
fn value(text: &str, name: &str) -> String {
    let found = text.lines().find_map(|line| {
        let (key, value) = line.split_once([':', '='])?;
        (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
    });
    found.unwrap_or_else(|| "unknown".to_owned())
}

/// The load averages over 1, 5 and 15 minutes.
pub(crate) fn load() -> String {
    file("/proc/loadavg")
        .split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The machine in a table.
pub(crate) fn table(revision: &str, load_at_start: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory: f64 = value(&file("/proc/meminfo"), "MemTotal")
        .trim_end_matches(" kB")
        .parse()
        .unwrap_or_default();
    let rows = [
        ("when", said("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
        ("Drydock", revision.to_owned()),
        ("processor", value(&file("/proc/cpuinfo"), "model name")),
        ("cores", cores.to_string()),
        ("memory", format!("{:.0} GiB", memory / 1024.0 / 1024.0)),
        ("system", value(&file("/etc/os-release"), "PRETTY_NAME")),
        ("kernel", file("/proc/sys/kernel/osrelease").trim().to_owned()),
        ("compiler", said("rustc", &["--version"])),
        ("OpenSSH", said("ssh", &["-V"])),
        ("load at start (1, 5, 15 min)", load_at_start.to_owned()),
        ("load at end", load()),
    ];
    let lines = rows.iter().map(|(name, value)| format!("| {name} | {value} |\n"));
    format!(
        "## The machine\n\n| | |\n|---|---|\n{}",
        lines.collect::<String>()
    )
}
