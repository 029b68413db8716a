//! Single rules of the formats, and the limits.
#![allow(clippy::unwrap_used)]

use imports::{ROWS_MAX, TEXT_MAX, read};
use model::{ImportRow, PasteFormat, Review};

fn row<'a>(review: &'a Review, name: &str) -> &'a ImportRow {
    review.rows.iter().find(|row| row.name == name).unwrap()
}

#[test]
fn formats_are_guessed() {
    let guess = |text: &str| read(text, None).format;
    assert_eq!(guess("# mine\nHost a\n  HostName b\n"), PasteFormat::SshConfig);
    assert_eq!(guess("Include x\n"), PasteFormat::SshConfig);
    assert_eq!(guess("[web]\na\n"), PasteFormat::AnsibleIni);
    assert_eq!(guess("10.0.0.1\n10.0.0.2\n"), PasteFormat::AnsibleIni);
    assert_eq!(guess("---\nall:\n  hosts:\n    a:\n"), PasteFormat::AnsibleYaml);
    assert_eq!(guess("web:\n  hosts:\n    a:\n"), PasteFormat::AnsibleYaml);
    assert_eq!(guess("all: {hosts: {a: {}}}\n"), PasteFormat::AnsibleYaml);
    assert_eq!(guess("a:22 ansible_user=b\n"), PasteFormat::AnsibleIni);
    assert_eq!(guess(""), PasteFormat::AnsibleIni);
}

#[test]
fn a_bad_line_is_named_and_the_rest_still_shows() {
    let review = read("[web]\nok\nbroken key='x\nalso-ok\n", None);
    assert_eq!(review.problems.len(), 1);
    assert_eq!(
        (review.problems[0].line, review.problems[0].text.as_str()),
        (3, "broken")
    );
    assert_eq!(review.rows.len(), 2);
}

#[test]
fn the_first_value_wins_and_defaults_stand_last() {
    let review = read(
        "User first\nHost a\n  User second\n  Port 23\nHost a b\n  Port 24\nHost *\n  Port 25\n  HostName %h.x\n",
        None,
    );
    let a = row(&review, "a");
    assert_eq!(
        (a.user.as_deref(), a.port, a.host.as_str(), a.line),
        (Some("first"), 23, "a.x", 2)
    );
    assert_eq!(row(&review, "b").port, 24);
}

#[test]
fn exceptions_and_wildcards_apply_as_in_ssh() {
    let review = read(
        "Host web-1\nHost web-2\nHost web-? !web-2\n User some\nHost *\n User rest\n",
        Some(PasteFormat::SshConfig),
    );
    assert_eq!(row(&review, "web-1").user.as_deref(), Some("some"));
    assert_eq!(row(&review, "web-2").user.as_deref(), Some("rest"));
    assert_eq!(review.rows.len(), 2, "a pattern is no server");
}

#[test]
fn a_default_jump_host_does_not_jump_through_itself() {
    let review = read(
        "Host web\nHost gate\n HostName 10.0.0.1\nHost *\n ProxyJump gate\n",
        None,
    );
    assert_eq!(row(&review, "web").jump.as_deref(), Some("gate"));
    assert_eq!(row(&review, "gate").jump, None);
    let by_address = read(
        "Host web\nHost gate\n HostName 10.0.0.1\nHost *\n ProxyJump 10.0.0.1\n",
        None,
    );
    assert_eq!(row(&by_address, "web").jump.as_deref(), Some("gate"));
    assert_eq!(row(&by_address, "gate").jump, None);
}

#[test]
fn chains_of_jump_hosts_become_servers_behind_one_another() {
    let review = read(
        "Host db\n ProxyJump outer,ops@10.0.0.2:2022\nHost outer\n HostName 192.0.2.1\nHost *\n User deploy\n",
        None,
    );
    assert!(review.problems.is_empty(), "{:?}", review.problems);
    let inner = row(&review, "10.0.0.2");
    assert_eq!((inner.user.as_deref(), inner.port), (Some("ops"), 2022));
    assert_eq!(inner.jump.as_deref(), Some("outer"));
    assert_eq!(row(&review, "db").jump.as_deref(), Some("10.0.0.2"));
    assert_eq!(row(&review, "outer").jump, None);
}

#[test]
fn two_ways_to_one_jump_host_are_a_problem() {
    for paste in [
        "Host a\n ProxyJump x,gate\nHost b\n ProxyJump y,gate\nHost gate\nHost x\nHost y\n",
        "Host gate\n ProxyJump x\nHost a\n ProxyJump y,gate\n",
        "Host a\n ProxyJump y,gate\nHost gate\n ProxyJump x\n",
    ] {
        let review = read(paste, None);
        assert_eq!(review.problems.len(), 1, "{paste}");
        assert!(review.problems[0].why.contains("one way"));
    }
}

#[test]
fn inner_groups_go_before_outer_ones_and_the_host_before_all() {
    let ini = "[inner]\nh1\nh2 ansible_user=own\n[outer:children]\ninner\n[outer:vars]\nansible_user=outer\nansible_port=1\n\
               [inner:vars]\nansible_user=inner\n[all:vars]\nansible_user=all\nansible_host=10.0.0.9\n";
    let review = read(ini, None);
    let h1 = row(&review, "h1");
    assert_eq!(
        (h1.user.as_deref(), h1.port, h1.host.as_str()),
        (Some("inner"), 1, "10.0.0.9")
    );
    assert_eq!(h1.groups, ["outer", "inner"]);
    assert_eq!(row(&review, "h2").user.as_deref(), Some("own"));
}

#[test]
fn groups_that_contain_each_other_are_a_problem() {
    let review = read("[a:children]\nb\n[b:children]\na\n[b]\nhost\n", None);
    assert!(review.problems[0].why.contains("circle"), "{:?}", review.problems);
    assert_eq!(review.rows.len(), 1);
}

#[test]
fn a_group_that_is_not_declared_is_named() {
    let review = read("[a:children]\nb\n[a:vars]\nx=1\n", None);
    let problem = &review.problems[0];
    assert_eq!((problem.line, problem.text.as_str()), (2, "b"));
}

#[test]
fn an_encrypted_inventory_says_so() {
    let review = read("$ANSIBLE_VAULT;1.1;AES256\n6638643965\n", None);
    assert!(review.problems[0].why.contains("ansible-vault"));
    assert!(review.rows.is_empty());
}

#[test]
fn a_value_that_is_none_is_not_repeated() {
    let review = read(
        "h ansible_user='deploy ansible_password=S3CR3T' ansible_host='S3CR3T x'\n",
        None,
    );
    let json = serde_json::to_string(&review).unwrap();
    assert!(!json.contains("S3CR3T"), "{json}");
    assert!(review.rows[0].problem.is_some());
}

#[test]
fn aliases_are_followed_and_bombs_are_not() {
    let merged = read(
        "all:\n  vars: &v\n    ansible_user: one\n  hosts:\n    a:\nweb:\n  vars:\n    <<: *v\n    ansible_port: 7\n  hosts:\n    b:\n",
        None,
    );
    assert_eq!(row(&merged, "b").user.as_deref(), Some("one"));
    assert_eq!(row(&merged, "b").port, 7);

    let mut bomb = "a0: &a0 {hosts: {h: {}}}\n".to_owned();
    for level in 1..12 {
        let children: Vec<String> = (0..20)
            .map(|n| format!("g{level}x{n}: *a{}", level - 1))
            .collect();
        bomb.push_str(&format!(
            "a{level}: &a{level} {{children: {{{}}}}}\n",
            children.join(", ")
        ));
    }
    let review = read(&bomb, None);
    let last = review.problems.last().unwrap();
    assert!(last.why.contains("too often"), "{:?}", review.problems);
    assert!(review.rows.is_empty());

    let mut chain = "a0: &a0 {children: {x: {}}}\n".to_owned();
    for level in 1..50_000 {
        chain.push_str(&format!(
            "a{level}: &a{level} {{children: {{x: *a{}}}}}\n",
            level - 1
        ));
    }
    assert!(read(&chain, None).problems[0].why.contains("levels deep"));
}

#[test]
fn yaml_that_is_none_names_the_line() {
    let review = read(
        "all:\n  hosts:\n    a: {\n    b:\n  c: ]\n",
        Some(PasteFormat::AnsibleYaml),
    );
    assert!(review.problems[0].line >= 3, "{:?}", review.problems);
    assert!(review.problems[0].why.contains("not YAML"));
    let list = read("- a\n- b\n", Some(PasteFormat::AnsibleYaml));
    assert!(list.problems[0].why.contains("names of groups"));
}

#[test]
fn too_much_is_refused_in_every_format() {
    let large = "x".repeat(TEXT_MAX + 1);
    let many_hosts: String = (0..=ROWS_MAX).map(|n| format!("Host h{n}\n")).collect();
    let many_ini: String = (0..=ROWS_MAX).map(|n| format!("h{n}\n")).collect();
    let many_yaml = format!(
        "all:\n  hosts:\n{}",
        (0..=ROWS_MAX).map(|n| format!("    h{n}:\n")).collect::<String>()
    );
    for text in [&large, &many_hosts, &many_ini, &many_yaml] {
        let review = read(text, None);
        assert!(!review.problems.is_empty());
        assert!(review.rows.len() <= ROWS_MAX);
    }
}

#[test]
fn pastes_made_to_be_slow_are_not() {
    let repeated_ranges = "w[1:5000]\n".repeat(200_000);
    let blocks: String = (0..200_000).map(|n| format!("Host *{n}\n")).collect();
    let children: String = (0..200_000).map(|n| format!("g{n}\n")).collect();
    let hops = format!("Host a\n ProxyJump {}\n", "x,".repeat(900_000));
    let patterns = format!("Host {}\nHost {}\n", "*a".repeat(500), "a".repeat(1_000));
    let depth = "[".repeat(1_000_000);
    let slowest = std::time::Duration::from_secs(30);
    for (text, format) in [
        (repeated_ranges, PasteFormat::AnsibleIni),
        (blocks, PasteFormat::SshConfig),
        (format!("[a:children]\n{children}"), PasteFormat::AnsibleIni),
        (hops, PasteFormat::SshConfig),
        (patterns, PasteFormat::SshConfig),
        (depth.clone(), PasteFormat::AnsibleYaml),
        (depth, PasteFormat::AnsibleIni),
    ] {
        let began = std::time::Instant::now();
        let review = read(&text, Some(format));
        assert!(review.rows.len() <= ROWS_MAX);
        assert!(began.elapsed() < slowest, "{} bytes of {format}", text.len());
    }
}
