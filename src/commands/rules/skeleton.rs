//! `rules new`: a rule to begin with, commented, with its tests.

use crate::commands::error::{Failure, Outcome};
use crate::gate::ExitStatus;
use crate::sys::terminal::print;

const SKELETON: &str = include_str!("skeleton.toml");

pub(super) fn run(id: &str) -> Outcome {
    let legal = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let Some((pack, name)) = id
        .split_once('/')
        .filter(|(pack, name)| legal(pack) && legal(name))
    else {
        return Err(Failure::usage(
            &format!("`{id}` is no rule id"),
            "write pack/name, in lower-case letters, digits and hyphens, such as shop/checkout-timeout",
        ));
    };
    let title = name.replace('-', " ");
    print(
        &SKELETON
            .replace("{id}", &format!("{pack}/{name}"))
            .replace("{title}", &title),
    );
    Ok(ExitStatus::Pass)
}
