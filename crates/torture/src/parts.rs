//! Everything that is done on one database, part by part.

use crate::asked::Asked;
use crate::case::{CaseName, Done, Ground, WIDTH, each};
use crate::disk::Disk;
use crate::outages::{self, Outage};
use crate::prepared::{On, Prepared, new_database};
use crate::report::Report;
use crate::stops::Deed;
use crate::{crashes, proof, stops, streams};

/// Prepares a run, does it undisturbed, and then every part that is asked for.
pub(crate) async fn on(asked: &Asked, on: On, report: &mut Report) -> anyhow::Result<()> {
    let name = on.name();
    let database = match on {
        On::Sqlite => None,
        On::Postgres => {
            let Some(database) = new_database() else {
                report.compared(format!("{name}: SKIPPED, this machine has none"));
                return Ok(());
            };
            Some(database)
        }
    };
    let mut part = report.begin(&format!("{name}: undisturbed, twice"));
    let prepared = Prepared::make(&asked.drydock, on, database).await?;
    let whole = crashes::undisturbed(&prepared, &mut part).await?;
    let usable = part.differed() == 0;
    report.end(part);
    let (bytes, actions, boots) = whole.evidence.sizes();
    report.compared(format!(
        "{name}: the run has {} steps on {} servers, passes {} gates, prints {bytes} bytes of logs, has dpkg do \
         {actions} things and restarts {boots} machines; undisturbed it takes {:.1} s.",
        prepared.servers.iter().map(|server| server.steps.len()).sum::<usize>(),
        prepared.servers.len(),
        whole.places.len(),
        whole.took.as_secs_f64()
    ));
    anyhow::ensure!(
        usable,
        "two undisturbed runs differ: nothing can be compared with them"
    );
    let ground = Ground {
        prepared: &prepared,
        whole: &whole,
        broken: None,
    };
    Parts {
        asked,
        ground,
        report,
    }
    .all()
    .await;
    Ok(())
}

struct Parts<'g> {
    asked: &'g Asked,
    ground: Ground<'g>,
    report: &'g mut Report,
}

impl Parts<'_> {
    /// Carries a part's cases out, of which some may be wanted, or none.
    async fn part<T, F>(
        &mut self,
        part: &str,
        what: &str,
        cases: Vec<(CaseName, T)>,
        width: usize,
        carried_out: impl Fn(T) -> F,
    ) where
        F: Future<Output = anyhow::Result<Done>>,
    {
        let cases = self.asked.chosen(part, cases);
        if cases.is_empty() {
            return;
        }
        let name = self.ground.prepared.on.name();
        let mut part = self.report.begin(&format!("{name}: {what}"));
        each(cases, width, &mut part, carried_out).await;
        self.report.end(part);
    }

    async fn all(mut self) {
        let (asked, ground) = (self.asked, self.ground);
        let (prepared, places) = (ground.prepared, &ground.whole.places);
        let on = prepared.on;
        let drawn = |kind, runs| asked.drawn(on.word(), kind, runs);

        let promises = proof::promises(on).into_iter();
        let cases = promises.map(|(name, broken)| (CaseName::at(on, "proof", name.to_owned()), broken));
        let what = "a promise broken on purpose, which the harness must notice";
        let noticed = |broken| proof::noticed(ground, broken);
        self.part("proof", what, cases.collect(), WIDTH, noticed).await;

        let cases = asked.at(prepared, "killed", places);
        let what = "SIGKILL at every transition and around every effect";
        let killed = |place: String| async move { crashes::killed_at(ground, &place).await };
        self.part("crashes", what, cases, WIDTH, killed).await;

        let what = "SIGKILL at random moments, up to five times a run";
        let killed = |seed| crashes::at_random(ground, seed);
        self.part("random", what, drawn("random", asked.random), WIDTH, killed)
            .await;

        // With PostgreSQL each crash costs a lease.
        let one_in = if on == On::Sqlite { 2 } else { 12 };
        let what = "runs killed again and again, at most once at each place";
        let killed = |seed| crashes::again_and_again(ground, seed, one_in);
        self.part("again", what, drawn("again", asked.again), WIDTH, killed)
            .await;

        let what = "SIGSTOP for two leases at every transition and effect, then SIGCONT";
        self.deeds("stops", what, Deed::StopAlone, places).await;
        if on == On::Postgres {
            let what = "one of two workers killed at every transition and effect";
            self.deeds("workers", what, Deed::KillOneOfTwo, places).await;
            let effects = places.iter().filter(|place| place.starts_with("before"));
            let effects: Vec<String> = effects.cloned().collect();
            let what =
                "one of two workers stopped between check and effect until the other has ended the run";
            self.deeds("workers", what, Deed::StopOneOfTwo, &effects).await;
        }

        let what = "connections to servers cut at random bytes of every log";
        let cut = |seed| streams::cut(ground, seed);
        self.part("streams", what, drawn("cut", asked.cuts), WIDTH, cut)
            .await;

        let what = "a run watched by tabs that break off and tabs that never read";
        // One after the other, because they are timed.
        let watched = |seed| streams::watched(ground, seed);
        self.part("streams", what, drawn("watched", asked.watched), 1, watched)
            .await;
        self.outages().await;
    }

    /// Everything that is taken away for a while.
    async fn outages(&mut self) {
        let (asked, ground) = (self.asked, self.ground);
        let prepared = ground.prepared;
        let places = outages::places(&ground.whole.places);
        for outage in outages::all(prepared.on) {
            if let (Outage::DiskFull, Some(why)) = (outage, Disk::missing()) {
                self.report.compared(format!("A full disk: SKIPPED, {why}"));
                continue;
            }
            let cases = asked.at(prepared, outage.kind(), &places);
            let lasts = asked.outage();
            let away = |place: String| async move { outages::at(ground, *outage, &place, lasts).await };
            self.part("outages", outage.words(), cases, outage.width(), away)
                .await;
        }
    }

    /// One deed at each of the places.
    async fn deeds(&mut self, part: &str, what: &str, deed: Deed, places: &[String]) {
        let ground = self.ground;
        let cases = self.asked.at(ground.prepared, deed.kind(), places);
        let done = |place: String| async move { stops::at(ground, deed, &place).await };
        self.part(part, what, cases, WIDTH, done).await;
    }
}
