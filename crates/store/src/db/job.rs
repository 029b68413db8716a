//! A write on its way through the writer's queue.

use super::Sqlite;
use super::writer::Job;
use crate::StoreError;
use crate::tx::Tx;
use futures::future::BoxFuture;
use tokio::sync::oneshot;

/// A closure, what it returned, and who waits for it.
struct Write<T, E, F> {
    work: Option<F>,
    done: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Write<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return false;
            };
            let done = work(tx).await;
            let kept = done.is_ok();
            self.done = Some(done);
            kept
        })
    }

    fn end(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (committed, self.done) {
            (Ok(()), Some(done)) => done,
            (Ok(()), None) => Err(StoreError::internal("a write was never run").into()),
            // Its own failure says more than the batch's.
            (Err(_), Some(Err(own))) => Err(own),
            (Err(error), _) => Err(error.into()),
        };
        // Whoever asked may have gone; the write stands all the same.
        drop(self.answer.send(answer));
    }
}

impl Sqlite {
    /// Puts a write into the writer's queue.
    pub(crate) async fn write<T, E, F>(
        &self,
        work: F,
        answer: oneshot::Sender<Result<T, E>>,
    ) -> Result<(), StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        self.writer
            .send(Box::new(Write {
                work: Some(work),
                done: None,
                answer,
            }))
            .await
    }
}
