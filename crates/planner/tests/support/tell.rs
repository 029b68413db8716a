//! A plan, or its refusals, as text that people compare.

use model::plan::{Plan, ServerPlan};
use planner::Refusal;
use std::fmt::Write as _;

pub(crate) fn told(outcome: &Result<Plan, Vec<Refusal>>) -> String {
    match outcome {
        Ok(plan) => plan_text(plan),
        Err(refusals) => refused_text(refusals),
    }
}

fn refused_text(refusals: &[Refusal]) -> String {
    let mut text = "refused\n".to_owned();
    for refusal in refusals {
        let field = refusal.field.as_deref().unwrap_or("-");
        writeln!(text, "  {} {field}: {}", refusal.kind, refusal.sentence).unwrap();
        for left in &refusal.left_out {
            writeln!(text, "    {} {}: {}", left.name, left.reason, left.sentence).unwrap();
        }
    }
    text
}

fn plan_text(plan: &Plan) -> String {
    let mut text = String::new();
    for wave in &plan.waves {
        writeln!(text, "wave {} {}", wave.position + 1, wave.kind).unwrap();
        for server in &wave.servers {
            server_text(server, &mut text);
        }
    }
    if !plan.left_out.is_empty() {
        text.push_str("left out\n");
    }
    for left in &plan.left_out {
        writeln!(text, "  {} {}: {}", left.name, left.reason, left.sentence).unwrap();
    }
    if !plan.warnings.is_empty() {
        text.push_str("warnings\n");
    }
    for warning in &plan.warnings {
        writeln!(text, "  {}: {}", warning.kind, warning.sentence).unwrap();
    }
    text.push_str("impact\n");
    for impact in &plan.impact {
        writeln!(
            text,
            "  {}: {} of {} ({} in service, never below {}): {}",
            impact.name,
            impact.planned,
            impact.servers,
            impact.in_service,
            impact.fewest_in_service,
            impact.sentence
        )
        .unwrap();
    }
    text
}

fn server_text(server: &ServerPlan, text: &mut String) {
    write!(text, "  {}", server.name).unwrap();
    if let Some(bytes) = server.download_bytes.filter(|bytes| *bytes > 0) {
        write!(text, ", downloads {bytes} bytes").unwrap();
    }
    writeln!(text, ", away {} s", server.out_secs).unwrap();
    if let Some(draft) = &server.draft {
        writeln!(text, "    draft: {draft}").unwrap();
    }
    for package in &server.packages {
        writeln!(
            text,
            "    {} {} → {} {} {}",
            package.package,
            package.from.as_deref().unwrap_or("new"),
            package.to,
            package.part,
            package.origins.join(", ")
        )
        .unwrap();
    }
    for removal in &server.removals {
        writeln!(text, "    {} {} is removed", removal.package, removal.version).unwrap();
    }
    for left in &server.left {
        writeln!(text, "    {} stays: {}", left.package, left.why).unwrap();
    }
    for restart in &server.restarts {
        let package = restart.package.as_deref().unwrap_or("-");
        writeln!(text, "    {} {} {package}", restart.unit, restart.cause).unwrap();
    }
    if let Some(why) = &server.restarts_unknown {
        writeln!(text, "    restarts are not known: {why}").unwrap();
    }
    writeln!(
        text,
        "    reboot {}: {}",
        server.reboot.verdict,
        server.reboot.reasons.join(" ")
    )
    .unwrap();
    for step in &server.steps {
        writeln!(
            text,
            "    {} {} ≤ {} s: {}",
            step.position, step.kind, step.deadline_secs, step.what
        )
        .unwrap();
    }
}
