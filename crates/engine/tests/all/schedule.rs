//! The scheduler loop.

use crate::memory::Memory;
use crate::toys::until;
use engine::{LeaseStore, ScheduleSettings, schedule};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

fn settings() -> ScheduleSettings {
    ScheduleSettings {
        name: "t",
        every: Duration::from_millis(20),
        lease: Duration::from_millis(300),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_tick_keeps_its_lease() {
    let memory = Memory::new();
    let done = Arc::new(AtomicUsize::new(0));
    let began = Arc::new(AtomicBool::new(false));
    let (counter, tell) = (Arc::clone(&done), Arc::clone(&began));
    let scheduler = schedule(Arc::<Memory>::clone(&memory), settings(), move |_| {
        let (counter, tell) = (Arc::clone(&counter), Arc::clone(&tell));
        async move {
            tell.store(true, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(900)).await;
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    until("the tick is under way", || began.load(Ordering::SeqCst)).await;
    while done.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(
            memory.take("t", "other", Duration::from_secs(1)).await.unwrap(),
            None
        );
    }
    scheduler.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_whose_lease_is_lost_is_dropped() {
    struct Dropped(Arc<AtomicBool>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let memory = Memory::new();
    let (began, dropped) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (tell, guard) = (Arc::clone(&began), Arc::clone(&dropped));
    let scheduler = schedule(Arc::<Memory>::clone(&memory), settings(), move |_| {
        let (tell, guard) = (Arc::clone(&tell), Dropped(Arc::clone(&guard)));
        async move {
            let _guard = guard;
            tell.store(true, Ordering::SeqCst);
            std::future::pending::<()>().await;
        }
    });
    until("the tick is under way", || began.load(Ordering::SeqCst)).await;
    memory.away.store(true, Ordering::SeqCst);
    until("the tick is dropped", || dropped.load(Ordering::SeqCst)).await;
    memory.away.store(false, Ordering::SeqCst);
    scheduler.shutdown().await;
}
