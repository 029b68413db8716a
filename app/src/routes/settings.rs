//! The pages of the bundle *settings*: what is set, and how servers are added.

use crate::pages::server::EditServerPage;
use crate::pages::servers::{AddServerPage, ImportPage};
use crate::pages::settings::{KeysSettingsPage, PeopleSettingsPage, SettingsPage};

pages! {
    "/servers/add" => AddServerPage,
    "/servers/import" => ImportPage,
    "/servers/:id/edit" => EditServerPage,
    "/settings" => SettingsPage,
    "/settings/keys" => KeysSettingsPage,
    "/settings/people" => PeopleSettingsPage,
}
