//! What a stack's settings say about the work on a group's servers.

use crate::{Actor, Error, Usecases};
use model::options::{Care, FieldError, GroupCare, Options};
use model::view::DeployGroup;
use model::{ErrorCode, GroupId, PublicError, Right, StackId};

/// Most servers that a group can be asked to keep in service.
const SERVERS_MAX: u32 = 100_000;

impl Usecases {
    /// Sets how many servers of a group must be in service at any time, and its drain, restore, health check and settle
    /// time. Its commands run as root on every server of the group.
    ///
    /// # Errors
    /// When the role does not allow it; `Invalid` with every field that is not accepted (`drain`, `health.path`,
    /// `settle_secs`, `min_in_service`, …); when there is no such group.
    pub async fn set_group_care(
        &self,
        actor: &Actor,
        group: GroupId,
        min_in_service: Option<u32>,
        care: Care,
    ) -> Result<(), Error> {
        actor.needs(Right::WriteCommands)?;
        let fields = wrong(group, min_in_service, &care);
        if !fields.is_empty() {
            return Err(Error::public(PublicError::fields(fields)));
        }
        let found = self.store.group_named_by_id(group).await?;
        let (name, stack) = found.ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let what = format!("changed how servers of the group {name} are worked on");
        let line = self.line(actor, "set_group_care", what, Some(stack.to_string()));
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.set_min_in_service(group, min_in_service).await?;
                    tx.set_group_care(group, &care).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }

    /// A stack's groups with their settings, by name.
    pub(crate) async fn group_rows(&self, stack: StackId) -> Result<Vec<DeployGroup>, Error> {
        let settings = self.store.group_settings(stack).await?;
        let row = |settings: store::GroupSettings| DeployGroup {
            group: (settings.group, settings.name),
            servers: settings.servers,
            min_in_service: settings.min_in_service,
            care: settings.care,
        };
        Ok(settings.into_iter().map(row).collect())
    }
}

/// Held to the same rules as options that replace it for one run.
fn wrong(group: GroupId, min_in_service: Option<u32>, care: &Care) -> Vec<FieldError> {
    let options = Options {
        reboot: true,
        groups: vec![GroupCare {
            group: Some(group),
            care: care.clone(),
        }],
        ..Options::default()
    };
    let of_care = options.validate().err().into_iter().flatten();
    let mut fields: Vec<FieldError> = of_care
        .map(|error| FieldError {
            field: error
                .field
                .strip_prefix("groups.0.")
                .unwrap_or(&error.field)
                .to_owned(),
            ..error
        })
        .collect();
    if min_in_service.is_some_and(|least| least > SERVERS_MAX) {
        fields.insert(
            0,
            FieldError::new("min_in_service", "A group has no more than 100,000 servers."),
        );
    }
    fields
}
