//! Options, as the fields of a form.

use super::{Fields, command_line, lengths};
use model::GroupId;
use model::options::{Ask, AskedFrom, Care, Options, Strategy, WaveSize};

impl Fields {
    /// The fields that read as `options`; `groups` are those of the form, in its order.
    pub(crate) fn of(options: &Options, groups: &[Option<GroupId>]) -> Self {
        let mut fields = Self::default();
        for (name, ticked) in [
            ("security", options.security),
            ("reboot", options.reboot),
            ("all", options.all.is_some()),
            ("restart_services", options.restart_services),
            ("canary", options.canary),
        ] {
            if ticked {
                fields.set(name, "on");
            }
        }
        fields.set("daily", options.daily.as_str());
        if let Some(by) = options.all {
            fields.set("all_by", by.as_str());
        }
        fields.set("picks.only", options.picks.only.join(" "));
        fields.set("picks.exclude", options.picks.exclude.join(" "));
        let strategy = match options.strategy {
            Strategy::Serial => "serial",
            Strategy::Parallel => "parallel",
            Strategy::Waves(WaveSize::Servers(number)) => {
                fields.set("strategy.servers", number.to_string());
                "servers"
            }
            Strategy::Waves(WaveSize::Percent(share)) => {
                fields.set("strategy.percent", share.to_string());
                "percent"
            }
        };
        fields.set("strategy", strategy);
        fields.set("failure_budget", options.failure_budget.to_string());
        for (name, secs) in [
            ("pause_between_waves_secs", options.pause_between_waves_secs),
            ("lock_wait_secs", options.lock_wait_secs),
            ("reboot_wait_secs", options.reboot_wait_secs),
            ("settle_secs", options.settle_secs),
        ] {
            fields.set(name, lengths::write(secs));
        }
        for (place, group) in groups.iter().enumerate() {
            let at = format!("groups.{place}");
            fields.set(
                format!("{at}.group"),
                group.map(|id| id.to_string()).unwrap_or_default(),
            );
            if let Some(said) = options.groups.iter().find(|said| said.group == *group) {
                fields.set_care(&at, &said.care);
            }
        }
        fields
    }

    /// Writes what is done around the work on each server of a group into the fields that begin with `at`.
    pub(crate) fn set_care(&mut self, at: &str, care: &Care) {
        if let Some(balancer) = &care.balancer {
            self.set(format!("{at}.drain"), command_line::write(&balancer.drain));
            self.set(format!("{at}.restore"), command_line::write(&balancer.restore));
            self.set(
                format!("{at}.balancer_timeout_secs"),
                lengths::write(balancer.timeout_secs),
            );
        }
        if let Some(secs) = care.settle_secs {
            self.set(format!("{at}.settle_secs"), lengths::write(secs));
        }
        let Some(health) = &care.health else {
            return;
        };
        let kind = match &health.ask {
            Ask::Http {
                from,
                tls,
                host,
                port,
                path,
                accept,
            } => {
                self.set(format!("{at}.health.host"), host.clone().unwrap_or_default());
                self.set(format!("{at}.health.port"), port.to_string());
                self.set(format!("{at}.health.path"), path.clone());
                let codes: Vec<String> = accept.iter().map(u16::to_string).collect();
                self.set(format!("{at}.health.accept"), codes.join(" "));
                if *tls {
                    self.set(format!("{at}.health.tls"), "on");
                }
                match from {
                    AskedFrom::Server => "http_server",
                    AskedFrom::Drydock => "http_drydock",
                }
            }
            Ask::Command { argv } => {
                self.set(format!("{at}.health.argv"), command_line::write(argv));
                "command"
            }
            Ask::Named { name } => {
                self.set(format!("{at}.health.name"), name.clone());
                "named"
            }
        };
        self.set(format!("{at}.health"), kind);
        self.set(
            format!("{at}.health.timeout_secs"),
            lengths::write(health.timeout_secs),
        );
        self.set(format!("{at}.health.wait_secs"), lengths::write(health.wait_secs));
    }
}
