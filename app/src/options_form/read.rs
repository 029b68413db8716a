//! Fields, read into options.

use super::{Fields, command_line, lengths};
use model::options::{
    AllUpgrades, Ask, AskedFrom, Balancer, Care, Daily, FieldError, GroupCare, HealthCheck, OPTIONS_VERSION,
    Options, Picks, Strategy, WaveSize,
};

/// How long drain and restore get where nothing is said, in seconds.
const BALANCER_SECS: u32 = 120;
/// How long an answer to a health check gets where nothing is said, in seconds.
const ANSWER_SECS: u32 = 10;
/// For how long a health check is repeated where nothing is said, in seconds.
const HEALTH_WAIT_SECS: u32 = 120;

/// Reads one field after the other and keeps what is wrong with them.
struct Reader<'a> {
    fields: &'a Fields,
    errors: Vec<FieldError>,
}

/// The options that `fields` hold, checked.
///
/// # Errors
/// Every field that is not accepted, by its name in the form.
pub(crate) fn options_of(fields: &Fields) -> Result<Options, Vec<FieldError>> {
    let mut reader = Reader {
        fields,
        errors: Vec::new(),
    };
    let (groups, places) = reader.groups();
    let unsaid = Options::default();
    let options = Options {
        v: OPTIONS_VERSION,
        security: fields.ticked("security"),
        daily: fields.get("daily").parse().unwrap_or(Daily::Server),
        reboot: fields.ticked("reboot"),
        all: fields
            .ticked("all")
            .then(|| fields.get("all_by").parse().unwrap_or(AllUpgrades::Upgrade)),
        restart_services: fields.ticked("restart_services"),
        picks: Picks {
            only: names(fields.get("picks.only")),
            exclude: names(fields.get("picks.exclude")),
        },
        strategy: reader.strategy(),
        canary: fields.ticked("canary"),
        failure_budget: reader.number("failure_budget", unsaid.failure_budget),
        pause_between_waves_secs: reader.time("pause_between_waves_secs", unsaid.pause_between_waves_secs),
        groups,
        lock_wait_secs: reader.time("lock_wait_secs", unsaid.lock_wait_secs),
        reboot_wait_secs: reader.time("reboot_wait_secs", unsaid.reboot_wait_secs),
        settle_secs: reader.time("settle_secs", unsaid.settle_secs),
    };
    let mut errors = reader.errors;
    for mut error in options.validate().err().into_iter().flatten() {
        error.field = in_form(&error.field, &places);
        // What could not be read has a sentence already.
        if !errors.iter().any(|other| other.field == error.field) {
            errors.push(error);
        }
    }
    if errors.is_empty() {
        Ok(options)
    } else {
        Err(errors)
    }
}

/// What the fields that begin with `prefix` say is done around the work, for a form that holds nothing else.
///
/// # Errors
/// Every field that cannot be read; whether its value is accepted is for the server to say.
#[cfg(feature = "ssr")]
pub(crate) fn care_of(fields: &Fields, prefix: &str) -> Result<Care, Vec<FieldError>> {
    let mut reader = Reader {
        fields,
        errors: Vec::new(),
    };
    let care = reader.care(prefix);
    if reader.errors.is_empty() {
        Ok(care)
    } else {
        Err(reader.errors)
    }
}

impl Reader<'_> {
    fn number(&mut self, name: &str, unsaid: u32) -> u32 {
        match self.fields.get(name).trim() {
            "" => unsaid,
            text => text
                .parse()
                .unwrap_or_else(|_| self.wrong(name, "Write a whole number.", unsaid)),
        }
    }

    fn time(&mut self, name: &str, unsaid: u32) -> u32 {
        match self.fields.get(name).trim() {
            "" => unsaid,
            text => lengths::read(text).unwrap_or_else(|| self.wrong(name, lengths::UNREADABLE, unsaid)),
        }
    }

    fn command(&mut self, name: &str) -> Vec<String> {
        command_line::read(self.fields.get(name))
            .unwrap_or_else(|sentence| self.wrong(name, sentence, Vec::new()))
    }

    fn wrong<T>(&mut self, name: &str, sentence: &str, instead: T) -> T {
        self.errors.push(FieldError::new(name, sentence));
        instead
    }

    fn strategy(&mut self) -> Strategy {
        match self.fields.get("strategy") {
            "parallel" => Strategy::Parallel,
            "servers" => Strategy::Waves(WaveSize::Servers(self.number("strategy.servers", 0))),
            "percent" => Strategy::Waves(WaveSize::Percent(self.number("strategy.percent", 0))),
            _ => Strategy::Serial,
        }
    }

    /// The groups for which something is said, and the place of each in the form.
    fn groups(&mut self) -> (Vec<GroupCare>, Vec<usize>) {
        let (mut groups, mut places) = (Vec::new(), Vec::new());
        for place in 0.. {
            let at = format!("groups.{place}");
            let name = format!("{at}.group");
            if !self.fields.has(&name) {
                break;
            }
            let group = match self.fields.get(&name) {
                "" => None,
                id => match id.parse() {
                    Ok(id) => Some(id),
                    Err(_) => self.wrong(&name, "There is no such group. Reload the page.", None),
                },
            };
            let care = self.care(&at);
            if care != Care::default() {
                groups.push(GroupCare { group, care });
                places.push(place);
            }
        }
        (groups, places)
    }

    fn care(&mut self, at: &str) -> Care {
        let drain = self.command(&format!("{at}.drain"));
        let restore = self.command(&format!("{at}.restore"));
        let balancer = (!drain.is_empty() || !restore.is_empty()).then(|| Balancer {
            drain,
            restore,
            timeout_secs: self.time(&format!("{at}.balancer_timeout_secs"), BALANCER_SECS),
        });
        let ask = match self.fields.get(&format!("{at}.health")) {
            "http_server" => Some(self.http(at, AskedFrom::Server)),
            "http_drydock" => Some(self.http(at, AskedFrom::Drydock)),
            "command" => Some(Ask::Command {
                argv: self.command(&format!("{at}.health.argv")),
            }),
            "named" => Some(Ask::Named {
                name: self.fields.get(&format!("{at}.health.name")).trim().to_owned(),
            }),
            _ => None,
        };
        let health = ask.map(|ask| HealthCheck {
            ask,
            timeout_secs: self.time(&format!("{at}.health.timeout_secs"), ANSWER_SECS),
            wait_secs: self.time(&format!("{at}.health.wait_secs"), HEALTH_WAIT_SECS),
        });
        let settle = format!("{at}.settle_secs");
        Care {
            balancer,
            health,
            settle_secs: self.fields.ticked(&settle).then(|| self.time(&settle, 0)),
        }
    }

    fn http(&mut self, at: &str, from: AskedFrom) -> Ask {
        let field = |name: &str| format!("{at}.health.{name}");
        let (host, path) = (
            self.fields.get(&field("host")).trim(),
            self.fields.get(&field("path")).trim(),
        );
        let tls = self.fields.ticked(&field("tls"));
        let port = self.number(&field("port"), if tls { 443 } else { 80 });
        let accept = field("accept");
        let codes = match self.fields.get(&accept) {
            text if text.trim().is_empty() => Some(vec![200]),
            text => split(text).map(|code| code.parse().ok()).collect(),
        };
        Ask::Http {
            from,
            tls,
            host: (!host.is_empty()).then(|| host.to_owned()),
            // A number that is no port is refused as 0 is.
            port: u16::try_from(port).unwrap_or(0),
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            accept: codes.unwrap_or_else(|| {
                self.wrong(&accept, "Write HTTP status codes, such as 200 204.", vec![200])
            }),
        }
    }
}

/// What stands between spaces, commas and line ends.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
}

fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in split(text) {
        if !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The validator's name of a field, as the form has it: groups of which nothing is said are in the form alone.
fn in_form(field: &str, places: &[usize]) -> String {
    let moved = || {
        let (place, rest) = field.strip_prefix("groups.")?.split_once('.')?;
        let place = places.get(place.parse::<usize>().ok()?)?;
        Some(format!("groups.{place}.{rest}"))
    };
    match field {
        "picks" => "picks.only".to_owned(),
        _ => moved().unwrap_or_else(|| field.to_owned()),
    }
}
