//! The few icons, drawn on a 16 × 16 grid with one stroke. They never stand alone: a word is always beside them, or
//! the control that holds them has a label.

use super::part::Any as _;
use leptos::prelude::*;

/// An icon's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Activity,
    Attention,
    Check,
    Copy,
    Cross,
    Dashboard,
    Moon,
    Person,
    Question,
    Reboot,
    Running,
    Runs,
    Search,
    Server,
    Settings,
    Stack,
    Sun,
    Waiting,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Activity => "M1.5 8h3l2-5 3 10 2-5h3",
            Self::Attention => "M8 2 1.8 13.2h12.4L8 2Zm0 4.2v3.3m0 1.9v.1",
            Self::Check => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM5.2 8.2l2 2 3.6-4",
            Self::Copy => "M6 5.5h7.5V14H6V5.5ZM10 5.5V2H2.5v8.5H6",
            Self::Cross => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM5.8 5.8l4.4 4.4m0-4.4-4.4 4.4",
            Self::Dashboard => "M2 2h5v6H2V2Zm7 0h5v4H9V2ZM2 10h5v4H2v-4Zm7-2h5v6H9V8Z",
            Self::Moon => "M13.5 9.8A5.8 5.8 0 0 1 6.2 2.5a5.8 5.8 0 1 0 7.3 7.3Z",
            Self::Person => {
                "M8 2a2.8 2.8 0 1 0 0 5.6A2.8 2.8 0 0 0 8 2ZM2.5 14c.4-2.8 2.6-4.3 5.5-4.3s5.1 1.5 5.5 4.3"
            }
            Self::Question => {
                "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM6.2 6.3c.2-2.3 3.8-2 3.6.2C9.7 7.8 8 7.9 8 9.3m0 2v.1"
            }
            Self::Reboot => "M8 1.8v5.4M4.4 4a5.6 5.6 0 1 0 7.2 0",
            Self::Runs => "M4 2.5 13 8l-9 5.5v-11Z",
            Self::Running => "M13.8 8A5.8 5.8 0 1 1 8 2.2c1.9 0 3.6.9 4.6 2.3m.2-2.7v2.8H10",
            Self::Search => "M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2Zm3.6 8.6L14 14",
            Self::Server => {
                "M2 2.5h12v4.7H2V2.5Zm0 6.3h12v4.7H2V8.8Zm2.5-3.9v.1m0 6.1v.1M7 4.9h4.5M7 11.1h4.5"
            }
            Self::Settings => {
                "M1.5 4.5H9m4 0h1.5M1.5 11.5H3m4 0h7.5M11 2.7a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6ZM5 9.7a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z"
            }
            Self::Stack => "M8 1.8 14.5 5 8 8.2 1.5 5 8 1.8ZM1.5 8 8 11.2 14.5 8M1.5 11 8 14.2 14.5 11",
            Self::Sun => {
                "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6Zm0-3.8v1.5m0 10.6v1.5M1.2 8h1.5m10.6 0h1.5M3.2 3.2l1 1m7.6 7.6 1 1m0-9.6-1 1m-7.6 7.6-1 1"
            }
            Self::Waiting => "M3.5 1.8h9m-9 12.4h9M4.5 2v2.3L8 8l3.5-3.7V2m-7 12v-2.3L8 8l3.5 3.7V14",
        }
    }
}

/// Draws an icon.
pub(crate) fn icon(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d=icon.path()/>
        </svg>
    }
    .any()
}
