//! After the first run: the two ways to begin.

use crate::components::copy::copyable;
use crate::components::frame::use_frame;
use crate::components::part::Any as _;
use leptos::prelude::*;
use leptos_meta::Title;

/// Offers to add servers, or to look around a simulated fleet first.
#[component]
pub(crate) fn WelcomePage() -> impl IntoView {
    let frame = use_frame();
    view! {
        <Title text="Welcome"/>
        <h1>"How do you want to begin?"</h1>
        {frame.show(|frame| if frame.demo { in_the_demo() } else { two_ways() })}
    }
    .any()
}

fn two_ways() -> AnyView {
    view! {
        <div class="two-ways">
            <section class="card">
                <h2>"Add your first servers"</h2>
                <p>
                    "Drydock reaches servers over SSH; nothing is installed on them to look at them with an account that
                    operates. You give an address and an account, copy one line to the server, and confirm its fingerprint."
                </p>
                <p class="row">
                    <a class="btn" href="/servers/add">"Add a server"</a>
                    <a class="btn btn-quiet" href="/servers/import">"Paste an SSH configuration or Ansible inventory"</a>
                </p>
            </section>
            <section class="card">
                <h2>"Explore with a simulated fleet"</h2>
                <p>
                    "3 stacks and 24 simulated servers with updates, reboots and failures, in a data folder of their own.
                    Stop Drydock in its terminal and start it like this:"
                </p>
                {copyable("the command", "script/server --demo".to_owned())}
                <p class="hint">"What you have set up here is kept and is back when you start without --demo."</p>
            </section>
        </div>
    }
    .any()
}

fn in_the_demo() -> AnyView {
    view! {
        <div class="two-ways">
            <section class="card">
                <h2>"Explore the simulated fleet"</h2>
                <p>"This is the demo: its servers are simulated, remember what is done to them, and are marked on every page."</p>
                <p class="row"><a class="btn" href="/">"Open the dashboard"</a></p>
            </section>
            <section class="card">
                <h2>"Add your first servers"</h2>
                <p>"For servers of your own, stop Drydock in its terminal and start it without --demo:"</p>
                {copyable("the command", "script/server".to_owned())}
            </section>
        </div>
    }
    .any()
}
