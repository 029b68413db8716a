//! One macro for enums with content that are stored as JSON and also travel to pages.

/// Declares an enum that is JSON with its variant's name under `$tag` and its content under `$content`, and is packed
/// by position where it travels without names: there serde cannot read what carries a tag.
macro_rules! tagged {
    ($tag:literal, $content:literal, $own:literal; $(#[$meta:meta])* pub enum $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        pub enum $name { $($body)* }

        const _: () = {
            #[derive(serde::Serialize, serde::Deserialize)]
            #[serde(remote = $own, tag = $tag, content = $content, rename_all = "snake_case")]
            enum Named { $($body)* }

            #[derive(serde::Serialize, serde::Deserialize)]
            #[serde(remote = $own)]
            enum ByPosition { $($body)* }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    if to.is_human_readable() { Named::serialize(self, to) } else { ByPosition::serialize(self, to) }
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    if from.is_human_readable() { Named::deserialize(from) } else { ByPosition::deserialize(from) }
                }
            }
        };
    };
}

pub(crate) use tagged;
