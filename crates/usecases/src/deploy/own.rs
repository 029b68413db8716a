//! The hosts that Drydock itself runs on, so that it knows them among its servers.

use crate::{Error, Usecases};

/// The setting that holds their machine ids, the one that was noted last at the end.
const OWN_MACHINES: &str = "own.machines";
/// How many are kept: more replicas than anybody has, fewer than a host that is made anew every day leaves in a month.
const MOST: usize = 16;

impl Usecases {
    /// A process of this instance runs on the host with this machine id. All of them are noted, so that every replica
    /// makes the same plan.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn runs_on(&self, machine: &str) -> Result<(), Error> {
        let mut machines = self.own_machines().await?;
        if machines.iter().any(|known| known == machine) {
            return Ok(());
        }
        machines.push(machine.to_owned());
        let too_many = machines.len().saturating_sub(MOST);
        machines.drain(..too_many);
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(tx.set_setting(OWN_MACHINES, &machines).await?) })
            })
            .await
    }

    /// The machine ids of the hosts that Drydock runs on.
    pub(crate) async fn own_machines(&self) -> Result<Vec<String>, Error> {
        Ok(self.store.setting(OWN_MACHINES).await?.unwrap_or_default())
    }
}
