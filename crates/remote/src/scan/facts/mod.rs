//! Facts out of a document. What could not be read is *unknown* with its reason; nothing here fails.

mod clock;
mod components;
pub(super) mod containers;
mod fields;
mod kernel;
pub(super) mod machine;
pub(super) mod old_libraries;
mod os;
mod packages;
mod policy;
mod reboot;
mod refresh;
pub(super) mod services;
mod simulation;
mod sources;
mod unattended;
mod updates;

use super::{Document, installed_sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use clock::Clock;
use fields::Fields;
use model::Timestamp;
use model::facts::{FACTS_VERSION, Facts, Known, OsFamily};
use packages::Packages;
pub use services::active_units;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What the document says. `sent_at` and `received_at` are Drydock's clock when the scan was sent and when its answer
/// was complete; between them lies the server's own clock.
pub fn facts(document: &Document, sent_at: Timestamp, received_at: Timestamp) -> Facts {
    let mut notes = document.notes().to_vec();
    let clock = Clock::of(document, sent_at, received_at);
    notes.extend(clock.note.clone());
    let about = Fields::of(document, "scan");
    let as_root = about.get("uid") == Some("0");
    if about.get("script") == Some("installed") && about.get("sha256") != Some(installed_sha256().as_str()) {
        notes.push(
            "The look-only script on this server is not the one that this Drydock installs; install it again."
                .to_owned(),
        );
    }
    let packages = Packages::of(document);
    let machine = machine::machine(document, &clock, &mut notes);
    let os = os::os(document);
    let kernel = kernel::kernel(document, &packages, machine.is_container);
    let containers = containers::containers(document);
    let components = components::components(document, &kernel.running, &containers, &mut notes);
    let is_foreign = os.family == OsFamily::Rhel;
    let unsupported = || format!("updates of {} are not read yet", os.name);
    Facts {
        v: FACTS_VERSION,
        seen_at: received_at,
        clock_offset_ms: clock.offset_ms,
        as_root,
        updates: if is_foreign {
            Known::Unknown(unsupported())
        } else {
            updates::updates(document, &machine.architecture)
        },
        sources: if is_foreign {
            Known::Unknown(unsupported())
        } else {
            sources::sources(document, &clock, received_at, &mut notes)
        },
        reboot: reboot::reboot(document, &clock, &packages),
        old_libraries: old_libraries::old_libraries(document, as_root),
        unattended: if is_foreign {
            Known::Unknown(unsupported())
        } else {
            unattended::unattended(document, os.family, &packages)
        },
        components,
        failed_units: services::failed_units(document),
        open_ports: services::open_ports(document),
        containers,
        unfinished_packages: packages.unfinished(),
        installed_digest: packages.is_known().then(|| digest(&packages)),
        machine,
        kernel,
        os,
        notes,
    }
}

/// A digest of the installed packages, whatever order they came in.
fn digest(packages: &Packages<'_>) -> String {
    let sorted: BTreeMap<&str, &str> = packages.installed().collect();
    let mut hash = Sha256::new();
    for (name, version) in sorted {
        hash.update(name);
        hash.update(b" ");
        hash.update(version);
        hash.update(b"\n");
    }
    STANDARD_NO_PAD.encode(hash.finalize())
}

/// The installed packages, name and version; `None` when the package manager could not be asked.
pub fn installed(document: &Document) -> Option<BTreeMap<&str, &str>> {
    let packages = Packages::of(document);
    packages.is_known().then(|| packages.installed().collect())
}
