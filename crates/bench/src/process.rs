//! What the kernel counts of a process.

use anyhow::Context as _;

/// User and system time of a process so far, in seconds.
pub(crate) fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name may hold spaces; after its closing bracket the fields are plain.
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks =
        |at: usize| -> anyhow::Result<f64> { Ok(fields.get(at).context("a field is missing")?.parse()?) };
    // A tick is 10 ms on every Linux that Drydock runs on.
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}

/// A line of `/proc/PID/status` that is in kB, such as `VmHWM`, in MB.
pub(crate) fn megabytes(pid: u32, line: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let value = status
        .lines()
        .find_map(|found| found.strip_prefix(line)?.strip_prefix(':'))
        .with_context(|| format!("{line} is missing"))?;
    let kib: f64 = value.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024.0 / 1e6)
}
