//! The checks of the fuzz targets in a bounded run: over glued pieces of every syntax, and over every input that
//! ever failed.

use proptest::prelude::*;

use crate::checks::{SYNTAXES, diff, parser};

/// What the syntaxes are made of, and what breaks them.
const PIECES: &[&str] = &[
    "a",
    "b: ",
    "- ",
    "? ",
    ": ",
    "\n",
    "\n  ",
    "\n    ",
    "\t",
    " ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "\"x\"",
    "'y'",
    "&n ",
    "*n",
    "<<: *n",
    "!t ",
    "!!int ",
    "|\n  z\n",
    ">-\n  z\n",
    "%YAML 1.2\n",
    "---\n",
    "...\n",
    "#c\n",
    "//c\n",
    "/*c*/",
    "1",
    "-0",
    "0x1F",
    "1.5e3",
    "1e400",
    "true",
    "null",
    "~",
    "é",
    "\u{1F600}",
    "\u{feff}",
    "\r\n",
    "\r",
    "\0",
    "=",
    " = ",
    "[s]\n",
    "[[t]]\n",
    "a.b",
    "\"\"\"m\n\"\"\"",
    "1979-05-27",
    "export A=",
    "$X",
    "${X}",
    "\\",
    "\\n",
    "\\u00e9",
    "\\\n",
    ";c\n",
    "!c\n",
    "a {\n",
    "}\n",
    "b \"l\" {\n",
    "<<-E\nh\nE\n",
    "<a>",
    "</a>",
    "<b c=\"1\"/>",
    "<!--c-->",
    "&amp;",
    "<![CDATA[x]]>",
    "<?p?>",
    "{{ x }}",
    "ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]",
];

fn glued() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..24);
    prop_oneof![4 => pieces.prop_map(|pieces| pieces.concat()), 1 => "\\PC{0,80}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn what_holds_of_any_text_holds_of_glued_ones(text in glued()) {
        for syntax in SYNTAXES {
            parser(syntax, &text);
        }
    }

    #[test]
    fn what_holds_of_any_two_texts_holds_of_glued_ones(old in glued(), new in glued()) {
        for syntax in SYNTAXES {
            diff(syntax, &format!("{}\0{}", old.replace('\0', ""), new.replace('\0', "")));
        }
    }
}

#[test]
fn every_input_that_ever_failed_holds() {
    let mut seen = 0;
    for folder in
        std::fs::read_dir(crate::harness::repository().join("fuzz/regressions")).expect("regressions")
    {
        let folder = folder.expect("a folder").path();
        for file in std::fs::read_dir(&folder).expect("a folder") {
            let file = file.expect("a file").path();
            let text = std::fs::read_to_string(&file).expect("text");
            let name =
                |path: &std::path::Path| path.file_name().expect("a name").to_string_lossy().into_owned();
            match (name(&folder).as_str(), name(&file).split_once('-')) {
                ("diff", Some((syntax, _))) => diff(syntax, &text),
                ("diff", None) => panic!("{}: SYNTAX-WHAT", file.display()),
                (syntax, _) => parser(syntax, &text),
            }
            seen += 1;
        }
    }
    assert!(seen > 0, "there are regressions");
}
