//! Two people at the same time, with a real git.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{FIRST, NEXT, bench, check, done};
use crate::support::{clout, edit, write};

fn git(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("git")
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

fn commit(folder: &Path, message: &str) {
    assert!(git(folder, &["add", "-A"]).0);
    let (done, told) = git(folder, &["commit", "-q", "-m", message]);
    assert!(done, "{told}");
}

/// Two people on two branches: versions and releases merge cleanly, and where both took the place of
/// the same version `check` says so.
#[test]
fn two_people_at_the_same_time() {
    let bench = bench();
    let folder = bench.path();
    edit(folder, "models/clout/family.toml", "sign-offs = [\"product\", \"legal\"]\n", "");
    edit(folder, "models/clout/family.toml", "at-most = 0.05", "at-most = 1.0");
    write(
        folder,
        "experiments/second.toml",
        &FIRST.replace("\"first\"", "\"second\"").replace("clout@1.0.0", "clout@1.2.0"),
    );
    done(&clout(folder, &["run", "second"]));
    git(folder, &["init", "-q"]);
    commit(folder, "begin");
    // Ada adds a version and releases 1.1.0.
    assert!(git(folder, &["checkout", "-q", "-b", "ada"]).0);
    let version = |number: &str| {
        format!("format = 1\nmodel = \"clout@{number}\"\nextends = \"1.1.0\"\ntitle = \"t\"\nrationale = \"r\"\n")
    };
    write(folder, "models/clout/1.3.0.toml", &version("1.3.0"));
    done(&clout(folder, &[&NEXT[..], &["--live-from", "2011-11-01"]].concat()));
    commit(folder, "release 1.1.0");
    // Bea, from the same beginning, adds another and releases 1.2.0.
    assert!(git(folder, &["checkout", "-q", "main"]).0);
    assert!(git(folder, &["checkout", "-q", "-b", "bea"]).0);
    write(folder, "models/clout/1.4.0.toml", &version("1.4.0"));
    done(&clout(
        folder,
        &["release", "clout@1.2.0", "--run", "second", "--as-of", "2011-10-27", "--live-from", "2011-11-02"],
    ));
    commit(folder, "release 1.2.0");
    let (merged, told) = git(folder, &["merge", "-q", "--no-edit", "ada"]);
    assert!(merged, "{told}");
    // Both are released; what is live is for people to settle.
    let fork = check(folder, "2011-10-28");
    assert_eq!(fork.code, 2);
    assert!(fork.err.contains("clout@1.1.0 and clout@1.2.0 both take the place of `2011-10-01-1.0.0`"), "{}", fork.err);
    assert!(fork.err.contains("remove the file of the one that is to come second"), "{}", fork.err);
    assert_eq!(clout(folder, &["list", "live", "--as-of", "2011-11-03"]).code, 2);
    fs::remove_file(folder.join("releases/clout/live/2011-11-02-1.2.0.toml")).unwrap();
    done(&check(folder, "2011-10-28"));
    // The second comes after the first, and its budget was not held against that.
    let late = clout(folder, &["release", "clout@1.2.0", "--as-of", "2011-10-28", "--live-from", "2011-11-09"]);
    assert_eq!(late.code, 2);
    assert!(
        late.err.contains("the budget of clout@1.2.0 was not held against clout@1.1.0, which is live by then"),
        "{}",
        late.err
    );
    // The same version by two people is a conflict of git.
    assert!(git(folder, &["checkout", "-q", "main"]).0);
    assert!(git(folder, &["checkout", "-q", "-b", "cy"]).0);
    write(folder, "models/clout/1.3.0.toml", &version("1.3.0").replace("\"t\"", "\"another\""));
    commit(folder, "another 1.3.0");
    let (merged, told) = git(folder, &["merge", "-q", "--no-edit", "ada"]);
    assert!(!merged && told.contains("models/clout/1.3.0.toml"), "{told}");
}
