"""Independent tools on the same input as the benchmarks: PyYAML's C loader, DeepDiff, aiodns."""

import os
import sys
import time



def load(path):
    import yaml

    with open(path, encoding="utf-8") as file:
        return list(yaml.load_all(file, Loader=yaml.CSafeLoader))


def resident():
    with open("/proc/self/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


async def addresses(port, names):
    import asyncio

    import aiodns

    resolver = aiodns.DNSResolver(nameservers=["127.0.0.1"], udp_port=port)
    free = asyncio.Semaphore(512)

    async def one(name):
        async with free:
            for kind in ("A", "AAAA"):
                try:
                    return await resolver.query_dns(name, kind)
                except aiodns.error.DNSError as error:
                    if error.args[0] != 1:
                        return None

    await asyncio.gather(*[one(name) for name in names])


if sys.argv[1] == "aiodns":
    import asyncio

    with open(sys.argv[3], encoding="ascii") as file:
        asyncio.run(addresses(int(sys.argv[2]), [line.split()[0] for line in file]))
elif sys.argv[1] == "deepdiff":
    from deepdiff import DeepDiff

    print(len(DeepDiff(load(sys.argv[2]), load(sys.argv[3]))))
else:
    folder = sys.argv[2]
    before, started = resident(), time.time()
    kept = [load(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]
    print(time.time() - started, resident() - before)
