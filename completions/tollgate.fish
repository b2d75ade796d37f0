# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tollgate_global_optspecs
    string join \n C= policy= e/env= set= deployed= proposed= syntax= format= report= color= q/quiet v/verbose offline deadline= timeout= nameserver= dns-rate= key= confirm= n/dry-run at= h/help V/version
end

function __fish_tollgate_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tollgate_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tollgate_using_subcommand
    set -l cmd (__fish_tollgate_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tollgate -n "__fish_tollgate_needs_command" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_needs_command" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_needs_command" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_needs_command" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_needs_command" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_needs_command" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_needs_command" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_needs_command" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_needs_command" -s V -l version -d 'Print version'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "check" -d 'Run every check and give one verdict'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "ci" -d 'Judge the proposal that a CI run is about'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "diff" -d 'Show the structural difference of two files or folders'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "resolve" -d 'Find service addresses and resolve them'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "show" -d 'Show how tollgate reads a file'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "ack" -d 'Own up to a flagged change'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "stamp" -d 'Attest what runs in an environment'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "push" -d 'Push to an environment, if every check passes'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "rollback" -d 'Go back to what was live before the last push; no check can refuse it'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "hook" -d 'Install or run the git hooks'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "rules" -d 'List or test the rules in force'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "explain" -d 'Say what a code or a rule means and what to do'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "init" -d 'Write a policy that fits this repository'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "trust" -d 'Accept the commands of the policy on this machine'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "demo" -d 'See a refusal, a stamp, a push and a rollback in a temporary folder'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "man" -d 'Print the manual pages'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "schema" -d 'Print the JSON Schema of a command\'s output'
complete -c tollgate -n "__fish_tollgate_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l all -d 'Also list what rules find in files that do not change'
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l base -d 'The commit that the proposal is to go on top of' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l ref -d 'The ref that was pushed, refs/heads/…; with --base' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l untrusted -d 'The proposal comes from a stranger: look no name up, and run no command'
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand ci" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l ignore -d 'Keep changes at these key paths out of sight; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -s U -d 'Lines around a change in a text' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l paths -d 'How key paths are written' -r -f -a "dotted\t'`spec.containers[name=app].image`'
pointer\t'`/spec/containers/0/image`'
full\t'With file and document before it'"
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l full -d 'Show whole texts and everything else that is cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l reveal -d 'Let a JSON Patch hold secret-looking values'
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l list -d 'Only list what was found; look nothing up'
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l live -d 'Look at what is deployed instead of what is proposed'
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand resolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l projection -d 'Print the canonical bytes (proj-1) of the config set that the file belongs to, or of the one that -e and --set name; their SHA-256 is what a stamp signs'
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l reveal -d 'Show secret-looking values too'
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l reason -d 'Why you stand by it' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l by -d 'Who acknowledges (default: $GIT_AUTHOR_EMAIL, $EMAIL, $USER, or git\'s user.email)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l base -d 'The commit that the proposal is to go on top of, as `tollgate ci` judges it' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l head -d 'What is proposed, with --base (default: HEAD)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l expires -d 'The last day of the waiver' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l waive -d 'Accept it for longer: write a waiver, which holds for the rule at this path until it ends'
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand ack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l within -d 'End the command after this time' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand stamp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l first -d 'Nothing is live there yet: there is nothing to compare with, and no way back'
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l to -d 'Go back to this release, by the first digits that `push` printed' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l tickets -d 'Take the tickets from this folder: another checkout\'s, a copy\'s' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -f -a "install" -d 'Install the hooks where git looks for them; an existing hook is never overwritten'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -f -a "uninstall" -d 'Remove the hooks that install wrote'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -f -a "run" -d 'Judge what is about to be committed; what the installed hooks call'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "install" -d 'Install the hooks where git looks for them; an existing hook is never overwritten'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "uninstall" -d 'Remove the hooks that install wrote'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "run" -d 'Judge what is about to be committed; what the installed hooks call'
complete -c tollgate -n "__fish_tollgate_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "list" -d 'List every rule in force, with its severity and what that leads to'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "test" -d 'Run the tests that rules carry'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "explain" -d 'Say what a rule is for, what it covers and what to do'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "coverage" -d 'Say how much of the configuration, and of the change, the rules speak of'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "suggest" -d 'Propose rules that the repository\'s history speaks for'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "new" -d 'Print a rule to begin with, with a test'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "lock" -d 'Write what `tollgate.lock` holds of the packs that the policy extends'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "pages" -d 'Write a page for every built-in rule'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and not __fish_seen_subcommand_from list test explain coverage suggest new lock pages help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from coverage" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l history -d 'How many commits to look at' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from suggest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from lock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from pages" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "list" -d 'List every rule in force, with its severity and what that leads to'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "test" -d 'Run the tests that rules carry'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Say what a rule is for, what it covers and what to do'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "coverage" -d 'Say how much of the configuration, and of the change, the rules speak of'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "suggest" -d 'Propose rules that the repository\'s history speaks for'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "new" -d 'Print a rule to begin with, with a test'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "lock" -d 'Write what `tollgate.lock` holds of the packs that the policy extends'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "pages" -d 'Write a page for every built-in rule'
complete -c tollgate -n "__fish_tollgate_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l yes -d 'Write without asking'
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l withdraw -d 'Accept it no longer'
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand trust" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -s C -d 'Start in this folder' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l policy -d 'The policy file (default: tollgate.toml, searched upwards to the repository\'s root)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -s e -l env -d 'The environment (default: every one of the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l set -d 'One config set (default: all)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l deployed -d 'What is deployed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, ledger or - (default: by the policy)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l proposed -d 'What is proposed: FILE, DIR, dir:P, git:REV, git:REV:PATH, index, - or worktree (default: worktree)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l syntax -d 'Read files given by hand as this syntax, whatever they are called' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l format -d 'How to print the result' -r -f -a "human\t'For people'
json\t'The JSON contract, version 1'
jsonpatch\t'JSON Patch (RFC 6902); diff only'
markdown\t'For a review; check and diff'
html\t'One self-contained page; check and diff'
prometheus\t'Metrics for a textfile collector; resolve only'
github\t'Annotations of GitHub Actions; check and ci'
azure\t'Issues of Azure Pipelines; check and ci'
gitlab\t'GitLab\'s Code Quality report; check and ci'
junit\t'Test results as `JUnit` XML; check and ci'"
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l report -d 'Write a report to a file too; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l deadline -d 'End the run after this time, whatever blocks (default: 10s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l timeout -d 'Give up on one address after this time (default: 2s)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l nameserver -d 'Ask this name server; may be repeated' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l dns-rate -d 'Send at most this many questions a second to name servers, 0 for no limit (default: 900)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l key -d 'The OpenSSH ed25519 key that signs (default: $TOLLGATE_SIGNING_KEY, git\'s user.signingkey, this machine\'s own key)' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l confirm -d 'Name the environment that is pushed to, instead of being asked' -r
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l at -d 'The moment to judge for (default: push)' -r -f -a "commit\t'The pre-commit hook: unknown addresses warn, stamps are not needed yet'
merge\t'A proposal in CI'
push\t'The push to an environment'"
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -s q -l quiet -d 'Print the verdict only'
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -s v -l verbose -d 'Print notes and everything that was cut'
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -l offline -d 'Look no name up; can warn, never pass a changed address at merge or push'
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -s n -l dry-run -d 'Show what would be done, and do nothing'
complete -c tollgate -n "__fish_tollgate_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "check" -d 'Run every check and give one verdict'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "ci" -d 'Judge the proposal that a CI run is about'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "diff" -d 'Show the structural difference of two files or folders'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "resolve" -d 'Find service addresses and resolve them'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "show" -d 'Show how tollgate reads a file'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "ack" -d 'Own up to a flagged change'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "stamp" -d 'Attest what runs in an environment'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "push" -d 'Push to an environment, if every check passes'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "rollback" -d 'Go back to what was live before the last push; no check can refuse it'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "hook" -d 'Install or run the git hooks'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "rules" -d 'List or test the rules in force'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "explain" -d 'Say what a code or a rule means and what to do'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "init" -d 'Write a policy that fits this repository'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "trust" -d 'Accept the commands of the policy on this machine'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "demo" -d 'See a refusal, a stamp, a push and a rollback in a temporary folder'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "man" -d 'Print the manual pages'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "schema" -d 'Print the JSON Schema of a command\'s output'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and not __fish_seen_subcommand_from check ci diff resolve show ack stamp push rollback hook rules explain init trust demo completions man schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "install" -d 'Install the hooks where git looks for them; an existing hook is never overwritten'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "uninstall" -d 'Remove the hooks that install wrote'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "run" -d 'Judge what is about to be committed; what the installed hooks call'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "list" -d 'List every rule in force, with its severity and what that leads to'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "test" -d 'Run the tests that rules carry'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "explain" -d 'Say what a rule is for, what it covers and what to do'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "coverage" -d 'Say how much of the configuration, and of the change, the rules speak of'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "suggest" -d 'Propose rules that the repository\'s history speaks for'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "new" -d 'Print a rule to begin with, with a test'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "lock" -d 'Write what `tollgate.lock` holds of the packs that the policy extends'
complete -c tollgate -n "__fish_tollgate_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "pages" -d 'Write a page for every built-in rule'
