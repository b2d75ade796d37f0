//! Stamps against the implementations of others: in-toto's own `securesystemslib` both ways, `ssh-keygen`
//! for keys and fingerprints.

use std::path::PathBuf;

use tollgate::stamp::{PublicKey, SigningKey};

use crate::team::Team;

fn python() -> String {
    let python: PathBuf = crate::harness::repository().join("target/python/bin/python");
    assert!(
        python.is_file(),
        "run .ci/setup first: it installs securesystemslib"
    );
    python.display().to_string()
}

/// Verifies `argv[1]` with the public key `argv[2]`; prints the payload's type.
const VERIFY: &str = r"
import json, sys
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
data = json.load(open(sys.argv[1]))
key = SSlibKey.from_crypto(load_ssh_public_key(open(sys.argv[2], 'rb').read()), keyid=data['signatures'][0]['keyid'])
envelope = Envelope.from_dict(data)
envelope.verify([key], 1)
print(envelope.payload_type, json.loads(envelope.payload)['predicateType'])
";

/// Signs the payload of `argv[1]` with the private key `argv[2]`; prints an envelope of its own making.
const SIGN: &str = r"
import base64, json, sys
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner
payload = base64.b64decode(json.load(open(sys.argv[1]))['payload'])
signer = CryptoSigner(load_ssh_private_key(open(sys.argv[2], 'rb').read(), None))
envelope = Envelope(payload, 'application/vnd.in-toto+json', {})
envelope.sign(signer)
print(json.dumps(envelope.to_dict(), indent=2))
";

#[test]
fn securesystemslib_verifies_our_envelope_and_we_accept_one_of_its_making() {
    let team = Team::new();
    team.push_staging();
    team.stamp_staging("stamper");
    let good = team.stamp_text();
    let file = team.root().join("stamp.json");
    std::fs::write(&file, &good).expect("a file");
    let file = file.display().to_string();
    let public = format!("{}.pub", team.key("stamper"));

    let run = team.exec(&python(), &["-c", VERIFY, &file, &public]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        run.out.trim(),
        "application/vnd.in-toto+json https://tollgate.dev/staging-stamp/v1"
    );
    // It does not verify with another key: the check can fail.
    let other = format!("{}.pub", team.key("pusher"));
    assert_ne!(team.exec(&python(), &["-c", VERIFY, &file, &other]).code, 0);

    let run = team.exec(&python(), &["-c", SIGN, &file, &team.key("stamper")]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_ne!(run.out.trim(), good.trim(), "another spelling, and another keyid");
    team.only_stamp(&run.out);
    let push = team.push_production();
    assert_eq!(push.code, 0, "{}{}", push.out, push.err);

    // Signed in Python by somebody without the role.
    team.retries(6, 6);
    team.push_staging();
    let _ = std::fs::remove_dir_all(team.stamps());
    team.stamp_staging("stamper");
    std::fs::write(&file, team.stamp_text()).expect("a file");
    let run = team.exec(&python(), &["-c", SIGN, &file, &team.key("stranger")]);
    team.only_stamp(&run.out);
    team.refused("unknown_key");
}

#[test]
fn keys_and_fingerprints_are_those_of_ssh_keygen() {
    let team = Team::new();
    let text = crate::team::read_text(&team.root().join("stamper"));
    let key = SigningKey::from_openssh(&text).expect("a key of ssh-keygen");
    let line = crate::team::read_text(&team.root().join("stamper.pub"));
    assert_eq!(PublicKey::from_openssh(&line), Ok(key.public()));
    let run = team.exec("ssh-keygen", &["-lf", &format!("{}.pub", team.key("stamper"))]);
    let fingerprint = run.out.split_whitespace().nth(1).expect("a fingerprint");
    assert_eq!(key.public().fingerprint(), fingerprint);

    // A key of ours is one of theirs.
    let own = team.root().join("own");
    std::fs::write(&own, SigningKey::from_seed(&[5; 32]).to_openssh("ours")).expect("a key");
    std::fs::set_permissions(&own, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    let run = team.exec("ssh-keygen", &["-y", "-f", &own.display().to_string()]);
    assert_eq!(run.code, 0, "{}", run.err);
    let theirs = PublicKey::from_openssh(&run.out);
    assert_eq!(theirs, Ok(SigningKey::from_seed(&[5; 32]).public()));

    // Keys that cannot sign are refused with a reason.
    let at = |name: &str| team.root().join(name).display().to_string();
    for (kind, pass, name) in [
        ("ed25519", "secret", "locked"),
        ("rsa", "", "rsa"),
        ("ecdsa", "", "ecdsa"),
    ] {
        let run = team.exec("ssh-keygen", &["-q", "-t", kind, "-N", pass, "-f", &at(name)]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    for (name, text) in [
        ("locked", "passphrase"),
        ("rsa", "only ed25519"),
        ("ecdsa", "only ed25519"),
        ("stamper.pub", "public key"),
        ("repo/tollgate.toml", "no OpenSSH key"),
    ] {
        let run = team.expect(2, &["stamp", "staging", "--key", &at(name)]);
        assert!(run.err.contains(text), "{name}: {}", run.err);
    }
    // From a variable, as CI systems hold it; the text never appears in the output.
    let output = team
        .command(env!("CARGO_BIN_EXE_tollgate"))
        .args(["stamp", "staging"])
        .env("TOLLGATE_SIGNING_KEY", text.replace('\n', "\r\n"))
        .output()
        .expect("tollgate");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains(fingerprint) && !said.contains("PRIVATE"), "{said}");
}

/// `docs/proj-1.md` for JSON files, written from the document and not from our code: prints the digest of
/// the set `argv[1]` with the masks `argv[2]`, from the files `argv[3:]`.
const PROJECT: &str = r"
import hashlib, json, os, sys
from decimal import Decimal
masks = json.loads(sys.argv[2])
def text(letter, t):
    raw = t.encode()
    return letter.encode() + str(len(raw)).encode() + b':' + raw
def number(lexeme):
    if not any(c in lexeme for c in '.eE'):
        return text('i', str(int(lexeme)))
    sign, digits, exponent = Decimal(lexeme).as_tuple()
    digits = ''.join(map(str, digits)).lstrip('0')
    kept = digits.rstrip('0')
    minus = '-' if sign else ''
    return text('f', minus + (kept + 'e' + str(exponent + len(digits) - len(kept)) if kept else '0e0'))
class Number(str): pass
TYPES = {dict: 'map', list: 'list', str: 'string', bool: 'bool', type(None): 'null'}
def kind(v):
    if isinstance(v, Number):
        return 'integer' if not any(c in v for c in '.eE') else 'float'
    return TYPES[type(v)]
def value(v, path):
    if path in masks['only']: return None
    if path in masks['per']: return text('e', kind(v))
    if isinstance(v, Number): return number(v)
    if isinstance(v, bool): return text('b', 'true' if v else 'false')
    if v is None: return text('n', 'null')
    if isinstance(v, str): return text('s', v)
    if isinstance(v, list):
        items = [value(x, path + '[]') for x in v]
        kept = [x for x in items if x is not None]
        return None if items and not kept else b'[' + b''.join(kept) + b']'
    rows = sorted((text('s', k), value(x, (path + '.' if path else '') + k)) for k, x in v.items() if value(x, (path + '.' if path else '') + k) is not None)
    return None if v and not rows else b'{' + b''.join(a + b for a, b in rows) + b'}'
out = b'tollgate-proj-1\n' + text('s', sys.argv[1])
for path in sorted(sys.argv[3:], key=os.path.basename):
    v = json.load(open(path), parse_int=Number, parse_float=Number)
    body = value(v, '')
    if body is not None:
        out += b'F' + text('s', os.path.basename(path)) + b'D(' + body + b')'
print(hashlib.sha256(out).hexdigest())
";

#[test]
fn others_can_recompute_a_projection_from_its_specification() {
    let team = Team::new();
    team.policy("config/{env}/**/*.yaml", "json/{env}/*.json");
    let a = r#"{"b": [1, 2.50, -0.0, 1e3, 9007199254740993, null, true, "ä\u0001\"x\n", {}, []], "a": {"z": "", "é": 1},
        "auth": {"server": "x:1"}, "debug": {"trace": {"on": true}, "level": 3}}"#;
    team.write("json/staging/a.json", a);
    team.write(
        "json/staging/b.json",
        "[[], [[0]], {\"k\": -12345678901234567890}]",
    );
    team.write("json/staging/c.json", r#"{"debug": {"only": 1}}"#);
    let bytes = team.expect(0, &["show", "--projection", "-e", "staging"]).out;
    let ours = tollgate::doc::digest::hex(&tollgate::doc::digest::sha256(bytes.as_bytes()));
    let masks = r#"{"per": ["auth.server"], "only": ["debug.trace", "debug.level", "debug.only"]}"#;
    let files: Vec<String> = ["a", "b", "c"]
        .map(|name| format!("json/staging/{name}.json"))
        .to_vec();
    let mut args = vec!["-c", PROJECT, "shop", masks];
    args.extend(files.iter().map(String::as_str));
    let run = team.exec(&python(), &args);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.out.trim(), ours, "{bytes}");
}
