//! What is said of wrong recipes: every problem with its place, all at once.

use super::{SMALL, read};

/// The problems of a text, as `line:column message; hint`.
fn problems(text: &str) -> Vec<String> {
    let Err(problems) = read(text) else { return Vec::new() };
    let shown = problems.as_slice().iter().map(|problem| {
        let (line, column) = problem.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
        format!("{line}:{column} {}; {}", problem.message, problem.hint.as_deref().unwrap_or("-"))
    });
    shown.collect()
}

/// The problems of a recipe that ends with `rest`; its first line is line 9.
fn problems_of(rest: &str) -> Vec<String> {
    problems(&format!(
        "format = 1\nrecipe = \"x\"\ntitle = \"t\"\npopulation = \"p\"\nseed = 1\naccounts = 9\nsnapshots = [\"s\"]\n[network.n]\nconnected = 1\n{rest}"
    ))
    .into_iter()
    .map(|problem| {
        let (line, rest) = problem.split_once(':').unwrap();
        format!("{}:{rest}", line.parse::<i64>().unwrap() - 9)
    })
    .collect()
}

const NAMES: &str = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";

#[test]
fn the_test_recipe_is_right() {
    assert_eq!(problems(SMALL), Vec::<String>::new());
}

#[test]
fn names_and_snapshots() {
    let head = "format = 1\nrecipe = \"../x\"\ntitle = \"t\"\npopulation = \"p\"\nseed = 1\naccounts = 1\n";
    let rest = "snapshots = [\"2011-10\", \"2011-08\", \"2011-08\", \"a b\"]\n[network.Nn]\nconnected = 1\n[pairs]\ncount = 1\nnoise = 0\n";
    let order = "list each snapshot once, in the order of time, named so that their text sorts that way";
    assert_eq!(
        problems(&format!("{head}{rest}")),
        [
            format!("2:10 `../x` is not a name; {NAMES}"),
            format!("7:25 snapshot `2011-08` does not come after `2011-10`; {order}"),
            format!("7:36 snapshot `2011-08` does not come after `2011-08`; {order}"),
            format!("7:47 `a b` is not a name; {NAMES}"),
            format!("8:10 `Nn` is not a name; {NAMES}"),
            "11:9 a pair needs two accounts, and the recipe has one; -".to_string(),
        ]
    );
}

#[test]
fn names_of_signals_and_networks() {
    let signal = "unit = \"u\"\nkind = { share = { median = 0.5, spread = 1 } }\n";
    let text = format!(
        "[signal.\"m.a\"]\n{signal}[signal.\"twitter.a\"]\n{signal}[signal.plain]\n{signal}[signal.\"n.A\"]\n{signal}"
    );
    let hint = format!("write \"network.signal\" between quotation marks; {NAMES}");
    assert_eq!(
        problems_of(&text),
        [
            "1:9 the recipe has no network `m`; known here: `n`".to_string(),
            "4:9 the recipe has no network `twitter`; known here: `n`".to_string(),
            format!("7:9 `plain` is not the name of a signal; {hint}"),
            format!("10:9 `n.A` is not the name of a signal; {hint}"),
        ]
    );
}

#[test]
fn references_between_signals() {
    let text = r#"[signal."n.share"]
unit = "u"
kind = { share = { median = 0.5, spread = 1 } }
[signal."n.part"]
unit = "u"
kind = { part = { of = "n.shard", share = 0.5, spread = 1 } }
[signal."n.part-2"]
unit = "u"
kind = { part = { of = "n.share", share = 0.5, spread = 1 } }
[signal."n.per"]
unit = "u"
kind = { count = { per = "n.share", median = 1, spread = 1 } }
[signal."n.ratio"]
unit = "u"
kind = { derived = { value = "n.part / max(n.parts, 1)" } }
[signal."n.ratio-2"]
unit = "u"
kind = { derived = { value = "country + n.share" } }
[signal."n.ratio-3"]
unit = "u"
kind = { derived = { value = "n.share / mix(n.share, 1)" } }
[segment.country.value]
be = { share = 1 }
"#;
    assert_eq!(
        problems_of(text),
        [
            "6:25 the recipe has no signal `n.shard`; did you mean `n.share`?",
            "9:24 `n.share` does not count anything, so it has no parts; name a signal of kind `count` or `part`",
            "12:26 `n.share` does not count anything, so it has no units; name a signal of kind `count` or `part`",
            "15:44 the recipe has no signal `n.parts`; did you mean `n.part`?",
            "18:31 `country` is a segment, not a signal; known here: `n.part`, `n.part-2`, `n.per`, `n.ratio`, `n.ratio-2`, `n.ratio-3`, `n.share`",
            "21:41 unknown function `mix`; did you mean `min`?",
        ]
    );
}

#[test]
fn circles() {
    let text = r#"[signal."n.a"]
unit = "u"
kind = { part = { of = "n.b", share = 0.5, spread = 1 } }
[signal."n.b"]
unit = "u"
kind = { count = { per = "n.c", median = 1, spread = 1 } }
[signal."n.c"]
unit = "u"
kind = { part = { of = "n.a", share = 0.5, spread = 1 } }
[signal."n.d"]
unit = "u"
kind = { derived = { value = "n.d + n.a" } }
[signal."n.e"]
unit = "u"
kind = { count = { per = "n.e", median = 1, spread = 1 } }
"#;
    assert_eq!(
        problems_of(text),
        [
            "3:24 `n.a` is computed from itself: `n.a` reads `n.b` reads `n.c` reads `n.a`; -",
            "12:30 `n.d` is computed from itself: `n.d` reads `n.d`; -",
            "15:26 `n.e` is computed from itself: `n.e` reads `n.e`; -",
        ]
    );
}

#[test]
fn shares_that_make_no_whole() {
    let text = r#"[signal."n.step"]
unit = "u"
kind = { ordinal = { shares = [0.5, 0.3] } }
[segment.snapshot.value]
a = { share = 0.333333 }
b = { share = 0.333333 }
c = { share = 0.333333 }
[segment.Kind.value]
a = { share = 0.7 }
"" = { share = 0.7 }
[segment.none]
value = {}
"#;
    assert_eq!(
        problems_of(text),
        [
            "3:22 the shares of the steps of `n.step` make up 0.8, not 1; -".to_string(),
            "4:10 `snapshot` is a column of its own, so no segment can have that name; -".to_string(),
            format!("8:10 `Kind` is not a name; {NAMES}"),
            "8:15 the shares of the groups of `Kind` make up 1.4, not 1; -".to_string(),
            "10:1 a group of a segment has no name; -".to_string(),
            "12:1 the shares of the groups of `none` make up 0, not 1; -".to_string(),
        ]
    );
}

/// Bounds of single numbers are the schema's.
#[test]
fn numbers_out_of_bounds() {
    let level = |keys: &str| format!("[signal.\"n.a\"]\nunit = \"u\"\nkind = {{ count = {{ {keys} }} }}\n");
    for (text, wanted) in [
        (level("median = 0, spread = 1"), "3:29 `median` must be above 0; -"),
        (level("median = 1, spread = -1"), "3:41 `spread` must not be below 0; -"),
        (level("median = 1, spread = 11"), "3:41 `spread` must not be above 10; -"),
        (level("median = 1, spread = 1, zero = 1.5"), "3:51 `zero` must not be above 1; -"),
        (level("median = 1, spread = 1, loading = -1.5"), "3:54 `loading` must not be below -1; -"),
        (level("median = 1, spread = 1, growth = 2"), "3:53 `growth` must not be above 1; -"),
        (level("median = 1, spread = 1, cap = 0"), "3:50 `cap` must be above 0; -"),
        (level("median = 1"), "3:10 `count` lacks the key `spread`; -"),
        (level("median = 1, sprad = 1, spread = 1"), "3:32 unknown key `sprad`; did you mean `spread`?"),
        ("[latent]\ndrift = 1.5\n".to_string(), "2:9 `drift` must not be above 1; -"),
        ("[network.m]\nconnected = 1.01\n".to_string(), "2:13 `connected` must not be above 1; -"),
        ("[segment.s.value]\na = { share = 1, lift = 9 }\n".to_string(), "2:25 `lift` must not be above 5; -"),
        ("[pairs]\ncount = -1\nnoise = 1\n".to_string(), "2:9 `count` must not be below 0; -"),
        (
            "[signal.\"n.a\"]\nunit = \"u\"\nkind = { cuont = {} }\n".to_string(),
            "3:10 unknown choice `cuont`; did you mean `count`?",
        ),
        (
            "[signal.\"n.a\"]\nunit = \" \"\nkind = { share = { median = 0.5, spread = 1 } }\n".to_string(),
            "2:8 `unit` is empty; -",
        ),
        (
            "[signal.\"n.a\"]\nunit = \"u\"\nkind = { share = { median = 1, spread = 1 } }\n".to_string(),
            "3:29 `median` must be below 1; -",
        ),
        (
            "[signal.\"n.a\"]\nunit = \"u\"\nmissing = 1\nkind = { ordinal = { shares = [0, 1] } }\n".to_string(),
            "3:11 `missing` must be below 1; -",
        ),
        (
            "[signal.\"n.a\"]\nunit = \"u\"\nkind = { ordinal = { shares = [1] } }\n".to_string(),
            "3:31 `shares` needs at least 2 items; -",
        ),
        (
            "[signal.\"n.a\"]\nunit = \"u\"\ndirection = \"up\"\nkind = { ordinal = { shares = [0, 1] } }\n"
                .to_string(),
            "3:13 unknown choice `up`; known here: `higher-is-better`, `higher-is-worse`, `neither`",
        ),
    ] {
        assert_eq!(problems_of(&text), [wanted], "{text}");
    }
}
