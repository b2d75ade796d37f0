"""Independent tools on the same files as `compare.rs`: PyYAML's C loader, and DeepDiff."""

import os
import sys
import time

import yaml


def load(path):
    with open(path, encoding="utf-8") as file:
        return list(yaml.load_all(file, Loader=yaml.CSafeLoader))


def resident():
    with open("/proc/self/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


if sys.argv[1] == "deepdiff":
    from deepdiff import DeepDiff

    print(len(DeepDiff(load(sys.argv[2]), load(sys.argv[3]))))
else:
    folder = sys.argv[2]
    before, started = resident(), time.time()
    kept = [load(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]
    print(time.time() - started, resident() - before)
