//! Parts that several pages share, one file each.

pub(crate) mod badge;
pub(crate) mod copy;
pub(crate) mod disclosure;
pub(crate) mod empty;
pub(crate) mod error_box;
pub(crate) mod evidence;
pub(crate) mod field;
pub(crate) mod frame;
pub(crate) mod get_form;
pub(crate) mod hydrated;
pub(crate) mod icon;
pub(crate) mod keyboard;
pub(crate) mod live_pill;
pub(crate) mod loaded;
pub(crate) mod outside;
pub(crate) mod pagination;
pub(crate) mod part;
pub(crate) mod post_form;
pub(crate) mod rail;
pub(crate) mod server_table;
pub(crate) mod sparkline;
pub(crate) mod stacked_area;
pub(crate) mod table_frame;
pub(crate) mod tile;
pub(crate) mod topbar;
pub(crate) mod words;
