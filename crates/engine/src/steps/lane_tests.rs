//! Properties of the table of transitions and of what a lane does next, over every plan that can be made up.

#![allow(clippy::unwrap_used)]

use super::lane::{Mode, Next, has_failed, next, was_cut};
use super::logs::LogCursor;
use super::plan::{Role, Step, StepOutcome};
use super::transitions::{RunState, StepState};
use proptest::prelude::*;
use uuid::Uuid;

fn step(role: Role) -> Step {
    Step {
        id: Uuid::nil(),
        kind: String::new(),
        v: 1,
        params: String::new(),
        role,
        state: StepState::Pending,
        attempt: 1,
        began: false,
        outcome: None,
        left_out: false,
        report: None,
        gone: false,
        log: LogCursor::default(),
    }
}

/// A lane as a planner makes them: work, and perhaps one stretch out of service with checks and work in it.
fn lanes() -> impl Strategy<Value = Vec<Step>> {
    let plain = || prop::collection::vec(prop_oneof![Just(Role::Work), Just(Role::Check)], 0..3);
    (plain(), prop::option::of(plain()), plain(), any::<bool>()).prop_map(|(before, out, after, closing)| {
        let mut roles = before;
        if let Some(within) = out {
            roles.push(Role::TakeOut);
            roles.extend(within);
            roles.push(Role::PutBack);
        }
        roles.extend(after);
        if closing {
            roles.push(Role::Closing);
        }
        roles.into_iter().map(step).collect()
    })
}

fn modes() -> impl Strategy<Value = Vec<Mode>> {
    prop::collection::vec(
        prop_oneof![4 => Just(Mode::Go), 1 => Just(Mode::Hold), 1 => Just(Mode::Wind)],
        1..12,
    )
}

fn outcomes() -> impl Strategy<Value = Vec<StepOutcome>> {
    prop::collection::vec(
        prop_oneof![
            6 => Just(StepOutcome::Changed), 1 => Just(StepOutcome::FoundDone), 1 => Just(StepOutcome::Warned),
            1 => Just(StepOutcome::Skipped), 2 => Just(StepOutcome::Failed),
        ],
        12,
    )
}

/// Plays a lane: how it ends, and whether it is in or out of service, kept apart from the function under test.
fn play(steps: &mut [Step], modes: &[Mode], outcomes: &[StepOutcome]) -> (Next, bool) {
    let mut out = false;
    for turn in 0..=steps.len() {
        let mode = modes[turn.min(modes.len() - 1)];
        match next(steps, mode) {
            Next::Do { at, stoppable } => {
                assert_eq!(steps[at].state, StepState::Pending, "a step is done once");
                assert!(!(stoppable && out), "out of service is no safe point");
                assert!(!has_failed(steps) || !matches!(steps[at].role, Role::Work | Role::TakeOut));
                let outcome = outcomes[turn];
                let began = !matches!(outcome, StepOutcome::FoundDone | StepOutcome::Skipped);
                (steps[at].state, steps[at].outcome, steps[at].began) =
                    (StepState::Ended, Some(outcome), began);
                match steps[at].role {
                    Role::TakeOut => out |= began,
                    Role::PutBack if !matches!(outcome, StepOutcome::Failed | StepOutcome::Skipped) => {
                        out = false
                    }
                    _ => {}
                }
            }
            end => return (end, out),
        }
    }
    panic!("a lane of {} steps does not end", steps.len());
}

proptest! {
    #[test]
    fn a_lane_never_stops_where_it_is_out_of_service(
        mut steps in lanes(), modes in modes(), outcomes in outcomes(),
    ) {
        match play(&mut steps, &modes, &outcomes) {
            (Next::Stop, out) => prop_assert!(!out),
            (Next::Over { failed, out: says }, out) => {
                prop_assert_eq!(failed, has_failed(&steps));
                prop_assert_eq!(says, out);
                // It stays out only for a reason: a check failed out there, or putting it back did, or was left out.
                if out {
                    let reason = steps.iter().any(|step| matches!(step.role, Role::Check | Role::PutBack)
                        && matches!(step.outcome, Some(StepOutcome::Failed | StepOutcome::Skipped)));
                    prop_assert!(reason, "{steps:?}");
                }
            }
            (Next::Do { .. }, _) => unreachable!(),
        }
    }

    #[test]
    fn without_trouble_every_step_is_done_in_order(mut steps in lanes()) {
        let (end, out) = play(&mut steps, &[Mode::Go], &[StepOutcome::Changed; 12]);
        prop_assert_eq!(end, Next::Over { failed: false, out: false });
        prop_assert!(!out && !was_cut(&steps));
        prop_assert!(steps.iter().all(|step| step.outcome == Some(StepOutcome::Changed)));
    }

    #[test]
    fn what_was_begun_is_settled_before_anything_else(
        mut steps in lanes(), at in any::<prop::sample::Index>(), state in prop_oneof![
            Just(StepState::Starting), Just(StepState::Started), Just(StepState::Verifying), Just(StepState::Stuck)
        ], mode in prop_oneof![Just(Mode::Go), Just(Mode::Hold), Just(Mode::Wind)],
    ) {
        prop_assume!(!steps.is_empty());
        let at = at.index(steps.len());
        for step in &mut steps[..at] {
            (step.state, step.outcome, step.began) = (StepState::Ended, Some(StepOutcome::Changed), true);
        }
        (steps[at].state, steps[at].began) = (state, true);
        prop_assert_eq!(next(&steps, mode), Next::Do { at, stoppable: false });
    }

    #[test]
    fn a_pause_changes_nothing_but_when(mut steps in lanes(), outcomes in outcomes(), pauses in modes()) {
        let mut unpaused = steps.clone();
        play(&mut unpaused, &[Mode::Go], &outcomes);
        // The same outcomes, but stopped wherever the pauses say and gone on with until it is over.
        for round in 0..40 {
            let done = steps.iter().filter(|step| step.state == StepState::Ended).count();
            let mode = pauses.get(round).copied().filter(|mode| *mode != Mode::Wind).unwrap_or(Mode::Go);
            if let (Next::Over { .. }, _) = play(&mut steps, &[mode, Mode::Hold], &outcomes[done.min(11)..]) {
                break;
            }
        }
        let seen = |steps: &[Step]| steps.iter().map(|step| step.outcome).collect::<Vec<_>>();
        prop_assert_eq!(seen(&steps), seen(&unpaused));
    }

    #[test]
    fn whatever_happens_a_step_comes_to_an_end(walk in prop::collection::vec(0usize..6, 0..60)) {
        let mut state = StepState::Pending;
        for choice in walk {
            let to = StepState::ALL[choice];
            if state.may_become(to) {
                state = to;
            }
            // From everywhere there is a way to the end, and none away from it.
            prop_assert!(state == StepState::Ended || state.may_become(StepState::Ended));
        }
        prop_assert!(!StepState::ALL.iter().any(|to| StepState::Ended.may_become(*to)));
    }
}

#[test]
fn nothing_is_done_before_it_was_written_that_it_may_be() {
    // An act runs only in `started`, and whoever gets there was `starting` or was settled by a person.
    for from in StepState::ALL {
        let leads = from.may_become(StepState::Started);
        assert_eq!(
            leads,
            matches!(from, StepState::Starting | StepState::Stuck),
            "{from}"
        );
        assert!(!from.may_become(*from), "{from} is no news");
    }
    assert!(
        !StepState::Started.may_become(StepState::Pending),
        "what was started is not begun anew"
    );
}

#[test]
fn every_state_of_a_run_has_a_way_out() {
    for from in RunState::ALL {
        let ways = RunState::ALL.iter().filter(|to| from.may_become(**to)).count();
        assert_eq!(ways == 0, *from == RunState::Ended, "{from}");
        if *from != RunState::Ended {
            assert!(from.may_become(RunState::Ended), "{from} can be abandoned");
        }
        assert_eq!(
            from.may_become(RunState::Running),
            matches!(from, RunState::Queued | RunState::Waiting | RunState::Running),
            "{from}"
        );
    }
}

#[test]
fn a_steps_timeout_cannot_be_left_open() {
    use crate::StepTimeout;
    use std::time::Duration;
    assert!(StepTimeout::new(Duration::ZERO).is_none());
    assert!(StepTimeout::new(Duration::from_micros(999)).is_none());
    assert!(StepTimeout::new(Duration::MAX).is_none());
    assert!(StepTimeout::new(Duration::from_secs(60)).is_some());
}

#[test]
fn a_steps_id_is_the_plans_and_its_place() {
    let plan = Uuid::from_u128(7);
    assert_eq!(crate::step_id(plan, 3), crate::step_id(plan, 3));
    assert_ne!(crate::step_id(plan, 3), crate::step_id(plan, 4));
    assert_ne!(crate::step_id(plan, 3), crate::step_id(Uuid::from_u128(8), 3));
}
