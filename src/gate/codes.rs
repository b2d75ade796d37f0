//! The table of stable codes: what each means and what to do. `tollgate explain CODE`, the help of
//! findings and the documentation all read this table.

/// One code.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// `TG` and three digits: 1 rules, 2 addresses, 3 stamps, 4 release, 5 documents, 9 the tool.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// The row of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|row| row.code.eq_ignore_ascii_case(code))
}

/// Every code, ascending.
pub const CODES: &[Code] = &[
    Code {
        code: "TG101",
        title: "a rule flagged a change",
        meaning: "An audit rule covers this key and its condition holds for the change. The finding names the rule; `tollgate explain RULE` says why the rule exists. Its severity leads to an action by the environment's policy: note and warn only show, approve waits until somebody stands by the change, deny refuses.",
        advice: "If the change is meant, acknowledge it with the `tollgate ack` line printed with the finding and commit .tollgate/acks.toml with the change, so that the reviewer sees it. Otherwise correct the value.",
    },
    Code {
        code: "TG102",
        title: "a rule flagged what the proposal holds",
        meaning: "A `present` rule judges the resulting configuration, not the change. What was already so in the deployed configuration is shown as a note and does not block.",
        advice: "Correct the value, or acknowledge it like any other rule finding.",
    },
    Code {
        code: "TG104",
        title: "a rule could not judge any value it covers",
        meaning: "The rule's paths match changed keys, but its condition does not apply to the type or unit of any of their values. A rule that cannot judge is not a rule that found nothing.",
        advice: "Look at the change yourself; give the rule a condition that fits the values, or narrow its paths.",
    },
    Code {
        code: "TG105",
        title: "part of the proposal was not held against the rules",
        meaning: "The proposal holds more values below one change than the rules look at.",
        advice: "Split the change, or write the values out instead of repeating aliases.",
    },
    Code {
        code: "TG106",
        title: "a waiver or a word of the policy does nothing",
        meaning: "A waiver has ended, or it is (or an [[override]] of the policy is) for a rule that is not in force, or a [[schema]] is for none of the files. With --all it is also said of waivers that cover nothing. An ended waiver waives nothing: what it covered is a finding again.",
        advice: "Write a new waiver with `tollgate ack --waive`, or take the line out.",
    },
    Code {
        code: "TG107",
        title: "a value does not fit its schema",
        meaning: "The policy holds the file against a JSON Schema ([[schema]]), and the value does not fit. What did not fit on the deployed side either is a note and does not block.",
        advice: "Correct the value, or the schema. It can be acknowledged like a rule's finding.",
    },
    Code {
        code: "TG201",
        title: "an address does not exist",
        meaning: "A name server answered that the name does not exist (NXDOMAIN). A program that resolves it will fail, or block. Deployed configuration has taken whole services down this way.",
        advice: "Correct the name. If it only exists where the program runs, add it to [[resolver.allow]] in the policy with a reason. An acknowledgement does not lift this.",
    },
    Code {
        code: "TG202",
        title: "a name has no address",
        meaning: "The name exists and has neither an A nor an AAAA record, or it is an alias that leads to none.",
        advice: "Correct the name, or create the record first and push then. An acknowledgement does not lift this.",
    },
    Code {
        code: "TG203",
        title: "an address could not be verified",
        meaning: "No usable answer came in time, or the server failed or refused. That is unknown, not absent: the address may be right. At commit it warns; at merge and push a changed address must be known.",
        advice: "Try again; look at the name servers; or name the right ones with --nameserver or [[resolver.zone]].",
    },
    Code {
        code: "TG204",
        title: "an address is malformed",
        meaning: "Nothing can resolve this: an empty or overlong label, a character that no host name has, an IPv4 address out of range, a port that is none, or a MongoDB cluster whose SRV and TXT records its drivers refuse.",
        advice: "Correct the value. An acknowledgement does not lift this.",
    },
    Code {
        code: "TG205",
        title: "an address is reserved or a placeholder",
        meaning: "Documentation names and ranges, reserved names, and words such as `changeme` never lead anywhere.",
        advice: "Put the real address in. An acknowledgement does not lift this.",
    },
    Code {
        code: "TG206",
        title: "an address is unusual",
        meaning: "Loopback, link-local, multicast or metadata addresses, and names that some programs cannot use, are often left over from somewhere else.",
        advice: "Look whether it is meant.",
    },
    Code {
        code: "TG207",
        title: "an address was not looked up",
        meaning: "It is filled in later, or exists only inside a cluster or on another resolver. It was not checked.",
        advice: "Nothing, if that is as it should be.",
    },
    Code {
        code: "TG208",
        title: "no name server answered",
        meaning: "Every question went unanswered, so that nothing is known about any name. That is the resolver's silence, not the names' fault.",
        advice: "Look at the network and the name servers named in the finding, or name others with --nameserver.",
    },
    Code {
        code: "TG209",
        title: "addresses were not looked up because of --offline",
        meaning: "Without lookups the addresses that changed are unknown. Offline runs can warn at commit; at merge and push they are undecided.",
        advice: "Run without --offline where a name server can be reached.",
    },
    Code {
        code: "TG210",
        title: "a file holds more values than the address search looks at",
        meaning: "The search for addresses stopped at its limit, so that some may be unchecked.",
        advice: "Split the file, or write the values out instead of repeating aliases.",
    },
    Code {
        code: "TG211",
        title: "the name server answers for names that nobody has",
        meaning: "Random names in zones of different owners were all given the same addresses. Such a server (a captive portal, a provider's search page) never says that a name does not exist, so that nothing it says proves that one does.",
        advice: "Name a server that answers truly with --nameserver or [resolver] nameservers.",
    },
    Code {
        code: "TG301",
        title: "no staging stamp for this content",
        meaning: "Nothing proves that this very content ran in the environments that come before this one. The outage that tollgate was made for reached production without passing through staging.",
        advice: "Push the content to the earlier environment first, let it run there for the soak time, and stamp it there.",
    },
    Code {
        code: "TG302",
        title: "a stamp does not count",
        meaning: "There is a stamp, and it does not prove this content: it was altered, signed by a key that may not stamp, comes from another environment or for another content, is too old or from the future, was used already, or something later took its word back. The finding says which; where the content differs, it names the keys.",
        advice: "Push this very content to the earlier environment, let it run there, and have it stamped again.",
    },
    Code {
        code: "TG303",
        title: "an environment's own value changes",
        meaning: "The policy lists this key under `per_env`: its value differs between environments, so that a stamp from another environment cannot prove it. The outage that tollgate was made for was such a value, an address that only production had.",
        advice: "Look at the value yourself, see that its address resolves, and acknowledge the change.",
    },
    Code {
        code: "TG304",
        title: "the content has not soaked",
        meaning: "The stamp is good, but the ledger does not know this content to have been live in the earlier environment for the time that the policy asks for. Only continuous time counts, and only what the ledger itself recorded.",
        advice: "Wait, and push again. Where somebody else deploys to the earlier environment, stamp it once at the beginning and once at the end.",
    },
    Code {
        code: "TG305",
        title: "the ledger cannot be read",
        meaning: "An entry is missing, altered or unreadable. Without the past nobody knows whether a stamp was used, taken back, or how long a content was live.",
        advice: "Look at the entry named, and restore the ledger's folder from a copy. Rollbacks do not need the ledger.",
    },
    Code {
        code: "TG306",
        title: "a stamp is nobody else's word",
        meaning: "The policy names no signers, so that only stamps by your own keys count. That guards against accidents, not against anybody who can run commands as you.",
        advice: "Put who may stamp into an allowed_signers file, and name it under [signers] in the policy.",
    },
    Code {
        code: "TG310",
        title: "the proposal changes what guards it",
        meaning: "Policy, rules, waivers, signers and schemas are read from the side that the proposal cannot edit: the target branch's commit, or what was recorded with the last push. A proposal that changes them is judged by what was in force before, and the change of the guard is itself something that somebody has to stand by. Once merged, or pushed, the new ones are in force.",
        advice: "Look at what the change lets through. If it is meant, acknowledge it with the line printed with the finding, and have those review it who answer for the guard.",
    },
    Code {
        code: "TG401",
        title: "the first push needs --first",
        meaning: "Nothing is live at the target, so that there is nothing to compare with and nothing to roll back to. Most often the target is misspelt.",
        advice: "Look at the target's path. If this is the first push, say so with --first.",
    },
    Code {
        code: "TG402",
        title: "what is live changed since it was judged",
        meaning: "Between the verdict and the push somebody else changed the target, or `deployed` in the policy names something else than what the target holds. The verdict is about another change. Nothing was touched.",
        advice: "Run the push again, and look at what changed.",
    },
    Code {
        code: "TG403",
        title: "a push broke off",
        meaning: "A push to this target ended half way: some files are new, some old. Each file is whole.",
        advice: "Run tollgate push to finish it, or tollgate rollback to undo it.",
    },
    Code {
        code: "TG404",
        title: "the push did not work",
        meaning: "The target, the ticket or the ledger could not be written. The message says what was touched and what was not.",
        advice: "Put right what the message names. tollgate rollback goes back to what was live before.",
    },
    Code {
        code: "TG405",
        title: "there is no way back",
        meaning: "No ticket was found for this environment, or the bytes it names are missing or damaged everywhere.",
        advice: "The message names where it looked. Put the files back by hand, from git or a backup.",
    },
    Code {
        code: "TG501",
        title: "a proposed file does not parse",
        meaning: "The file should be readable by its name and is not. Whatever reads it in production will fail too, or read something else than you mean.",
        advice: "Correct the file at the place shown.",
    },
    Code {
        code: "TG502",
        title: "a deployed file cannot be read",
        meaning: "The deployed version does not parse, or is not text. All keys of the proposed file count as added: the cure is never refused for the disease.",
        advice: "Nothing, if the proposal is what repairs it.",
    },
    Code {
        code: "TG503",
        title: "a key occurs twice",
        meaning: "Readers disagree on which of the two counts: most take the last, some the first, some fail.",
        advice: "Remove one of them.",
    },
    Code {
        code: "TG504",
        title: "a file is compared as text",
        meaning: "No parser reads this file, so that it is compared line by line. Rules and the address search see its lines, not its keys.",
        advice: "If it is a template, check what it renders to as well.",
    },
    Code {
        code: "TG505",
        title: "YAML readers disagree on a value",
        meaning: "YAML 1.1 and 1.2 read this unquoted value differently (`no`, `on`, `0644`, `12:30:45`). The program may see another value than tollgate does.",
        advice: "Quote it, or write it so that there is only one reading.",
    },
    Code {
        code: "TG506",
        title: "a proposed file cannot be read",
        meaning: "It is not text, too large, not a regular file, or the system would not let tollgate read it.",
        advice: "Take it out of the config set, or make it readable.",
    },
    Code {
        code: "TG507",
        title: "two versions differ in too many places",
        meaning: "The comparison stopped at its limit, so that the changes are not all known.",
        advice: "Split the file or the change.",
    },
    Code {
        code: "TG508",
        title: "nothing is deployed yet",
        meaning: "The deployed side does not exist. It counts as empty, so that every key is added.",
        advice: "Nothing, if this is the first time. Otherwise look at where the policy says the deployed configuration is.",
    },
    Code {
        code: "TG509",
        title: "a file or document is removed",
        meaning: "Everything it said is gone at once. Where it was renamed, what changed on the way could not be compared.",
        advice: "If it is meant, acknowledge it. If it was renamed, change names and values in two steps, so that the values are compared.",
    },
    Code {
        code: "TG510",
        title: "a file is encrypted by SOPS",
        meaning: "Encrypted values are compared by their ciphertext and never decrypted; the `sops` block (keys, checksum, dates) is left out of the comparison and of the digest. A stamp from another environment says nothing about an encrypted value.",
        advice: "Look at the recipients in the `sops` block yourself, where they change.",
    },
    Code {
        code: "TG902",
        title: "no rule was loaded",
        meaning: "A check without rules would pass everything, so that there is no verdict.",
        advice: "Name rule files or packs in the policy.",
    },
    Code {
        code: "TG903",
        title: "no file on either side",
        meaning: "The patterns match nothing, deployed or proposed. Most often a pattern or a folder is misspelt.",
        advice: "Look at `files` in the policy, and at the folder tollgate was started in.",
    },
    Code {
        code: "TG904",
        title: "the deployed configuration cannot be reached",
        meaning: "What is deployed could not be read, so that nothing is known about what would change.",
        advice: "Look at `deployed` and `target` in the policy, or name the deployed side with --deployed.",
    },
    Code {
        code: "TG906",
        title: "the deadline came first",
        meaning: "The run took longer than its deadline and was ended from outside. Nothing it had not finished is known.",
        advice: "Raise --deadline, or find out what blocked: a slow disk, a pipe nobody reads, a name server.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        assert!(
            CODES.is_sorted_by(|a, b| a.code < b.code),
            "ascending and distinct"
        );
        for row in CODES {
            assert!(row.code.len() == 5 && row.code.starts_with("TG"), "{}", row.code);
            assert!(
                !row.title.ends_with('.') && row.meaning.ends_with('.') && row.advice.ends_with('.'),
                "{}",
                row.code
            );
        }
        assert!(find("tg201").is_some());
    }
}
