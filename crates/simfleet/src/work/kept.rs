//! Configuration files that somebody has changed by hand and that an installation therefore keeps.

use crate::host::Surroundings;
use crate::stream::scatter;

/// What somebody has changed of a package's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Changed {
    package: &'static str,
    pub(crate) path: &'static str,
    /// What the package's new version would change; `None`: only root may read the file.
    pub(crate) difference: Option<&'static str>,
}

const CHANGED: &[Changed] = &[
    Changed {
        package: "nginx",
        path: "/etc/nginx/nginx.conf",
        difference: Some(
            "@@ -4,11 +4,11 @@\n error_log /var/log/nginx/error.log;\n include /etc/nginx/modules-enabled/*.conf;\n \n \
             events {\n-\tworker_connections 8192;\n-\tmulti_accept on;\n+\tworker_connections 768;\n+\t# multi_accept \
             on;\n }\n \n http {\n \tsendfile on;\n-\tserver_tokens off;\n+\tserver_tokens build; # Recommended practice \
             is to turn this off\n",
        ),
    },
    Changed {
        package: "sudo",
        path: "/etc/sudoers",
        difference: None,
    },
];

/// What somebody has changed of a package's configuration here.
pub(super) fn changed(around: &Surroundings<'_>, package: &str) -> Option<&'static Changed> {
    // Every second server was set up by somebody who knew better.
    let is_changed = !around.spec.is_container && scatter(around.key, 0x636f_6e66).is_multiple_of(2);
    CHANGED
        .iter()
        .find(|changed| is_changed && changed.package == package)
}

/// dpkg's words for keeping it.
pub(super) fn is_kept(changed: &Changed) -> String {
    format!(
        "\nConfiguration file '{}'\n ==> Modified (by you or by a script) since installation.\n ==> Package distributor \
         has shipped an updated version.\n ==> Using current old file as you requested.\n",
        changed.path
    )
}
