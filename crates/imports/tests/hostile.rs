//! Any text is read without a panic, and no password comes out again.
#![allow(clippy::unwrap_used)]

use imports::read;
use model::PasteFormat;
use proptest::prelude::*;

const SECRET: &str = "S3CR3T-4711";

fn any_format() -> impl Strategy<Value = Option<PasteFormat>> {
    proptest::sample::select(vec![
        None,
        Some(PasteFormat::SshConfig),
        Some(PasteFormat::AnsibleIni),
        Some(PasteFormat::AnsibleYaml),
    ])
}

/// Pieces that the readers give a meaning to.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "Host ",
        "HostName ",
        "Port ",
        "User ",
        "ProxyJump ",
        "Match ",
        "all",
        "*",
        "%h",
        "a,b",
        "[web]",
        "[web:children]",
        "[web:vars]",
        "[01:10]",
        "ansible_host=",
        "ansible_port=",
        "ansible_user: ",
        "hosts:",
        "vars:",
        "children:",
        "  ",
        "    ",
        "\n",
        "\n",
        "\n",
        "'",
        "\"",
        "\\",
        "#",
        "&a",
        "*a",
        "<<: *a",
        "{",
        "}",
        "[",
        "]",
        "- ",
        ": ",
        ":",
        "!vault ",
        "|\n",
        ">\n",
        "---\n",
        "@",
        "10.0.0.1",
        "2001:db8::1",
        "web-1",
        "\u{0}",
        "\u{feff}",
        "é",
        "\t",
        "? ",
        "%",
        "=",
    ];
    prop_oneof![
        8 => proptest::sample::select(pieces.map(str::to_owned).to_vec()),
        1 => "\\PC{0,6}",
    ]
}

fn secret_line() -> impl Strategy<Value = String> {
    let shapes = [
        "web-1 ansible_password=S3CR3T-4711",
        "web-1 ansible_host=10.0.0.1 ansible_become_pass='S3CR3T-4711 x'",
        "web-1 ansible_ssh_pass=\"S3CR3T-4711",
        "web-1 ansible_user='deploy S3CR3T-4711'",
        "web-1 ansible_user=deploy ansible_password = S3CR3T-4711",
        "web-1 ansible_password: S3CR3T-4711",
        "web-1 ansible_ssh_common_args='-o ProxyCommand=\"sshpass -p S3CR3T-4711 ssh x\"'",
        "ansible_password=S3CR3T-4711",
        "ansible_password = 'S3CR3T-4711'",
        "ansible_become_password: S3CR3T-4711",
        "    ansible_password: \"S3CR3T-4711\"",
        "    db_token: S3CR3T-4711",
        "    ansible_ssh_pass: [S3CR3T-4711]",
        "    ansible_user: {S3CR3T: S3CR3T-4711}",
        "    hosts: S3CR3T-4711",
        "    web-2: S3CR3T-4711",
        "    ansible_port: S3CR3T-4711",
        "    ansible_host: 'x S3CR3T-4711'",
        "vault_key: !vault S3CR3T-4711",
        "  SetEnv PASSWORD=S3CR3T-4711",
        "  ProxyCommand sshpass -p S3CR3T-4711 ssh -W %h:%p gate",
        "  HostName \"S3CR3T-4711 x\"",
        "  User \"a S3CR3T-4711\"",
        "  User \"a S3CR3T-4711",
        "  Port S3CR3T-4711",
        "  ProxyJump user:S3CR3T-4711@host",
        "  LocalCommand echo S3CR3T-4711",
    ];
    proptest::sample::select(shapes.map(str::to_owned).to_vec())
}

fn frame_line() -> impl Strategy<Value = String> {
    let lines = [
        "[web]",
        "[web:vars]",
        "[all:vars]",
        "[web:children]",
        "web-1",
        "Host web-1",
        "Host *",
        "Match all",
        "all:",
        "  hosts:",
        "    web-1:",
        "  vars:",
        "  children:",
        "---",
        "",
        "# comment",
        "web-2 ansible_host=10.0.0.2",
    ];
    proptest::sample::select(lines.map(str::to_owned).to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}", format in any_format()) {
        read(&text, format);
    }

    #[test]
    fn any_pieces_are_read(pieces in proptest::collection::vec(piece(), 0..60), format in any_format()) {
        let review = read(&pieces.concat(), format);
        for row in &review.rows {
            prop_assert!(row.port > 0);
            if row.problem.is_none() {
                prop_assert!(model::is_name(&row.name) && model::is_host(&row.host));
                prop_assert!(row.user.as_deref().is_none_or(model::is_user));
                if let Some(jump) = &row.jump {
                    prop_assert!(review.rows.iter().any(|other| other.name == *jump), "{jump}");
                }
            }
        }
    }

    #[test]
    fn no_password_comes_out_again(
        lines in proptest::collection::vec(prop_oneof![2 => frame_line(), 3 => secret_line()], 1..14),
        format in any_format()
    ) {
        let review = read(&lines.join("\n"), format);
        let json = serde_json::to_string(&review).unwrap();
        prop_assert!(!json.contains(SECRET), "{}", json);
    }
}
