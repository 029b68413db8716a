//! The owner's end of a worker.

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A worker that is under way. Dropping it asks the worker to stop without waiting for it.
#[derive(Debug)]
pub struct WorkerHandle {
    pub(super) owner: String,
    pub(super) stop: CancellationToken,
    pub(super) task: Option<JoinHandle<()>>,
}

impl WorkerHandle {
    /// The worker's name in the database.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Stops claiming, lets runs go on for the grace period, gives the rest back to the queue, and returns.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
            && error.is_panic()
        {
            tracing::error!(worker = %self.owner, "the worker panicked");
        }
    }

    /// Ends at once, neither finishing nor releasing anything: what a crash does.
    pub fn abort(mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
