# What anonlink compares and clkhash encodes in a second on this machine, on one thread,
# as JSON: bench/kernel.go installs both and runs this.
import json, os, random, time

SECONDS = 3
out = {}
try:
    from bitarray import bitarray
    from anonlink.similarities import dice_coefficient_accelerated as dice

    random.seed(20261123)
    def vector():
        b = bitarray()
        b.frombytes((random.getrandbits(1024) & random.getrandbits(1024)).to_bytes(128, "little"))
        return b
    a, b = [vector() for _ in range(1024)], [vector() for _ in range(4096)]
    rounds, begun = 0, time.time()
    while time.time() - begun < SECONDS:
        dice((a, b), 0.7)
        rounds += 1
    out["anonlink"] = rounds * len(a) * len(b) / (time.time() - begun)
except Exception as e:
    out["anonlink_error"] = repr(e)[:200]
try:
    from clkhash.clk import hash_chunk
    from clkhash.schema import from_json_dict
    from clkhash.key_derivation import generate_key_lists

    def text(name):
        return {"identifier": name, "format": {"type": "string", "encoding": "utf-8"},
                "hashing": {"strategy": {"bitsPerToken": 15}, "hash": {"type": "doubleHash"}, "comparison": {"type": "ngram", "n": 2}}}
    fields = ["given_name", "surname", "suburb", "date_of_birth", "soc_sec_id"]
    schema = from_json_dict({"version": 3, "clkConfig": {"l": 1024, "kdf": {"type": "HKDF", "hash": "SHA256", "info": "", "salt": "", "keySize": 64}},
                             "features": [text(f) for f in fields]})
    keys = generate_key_lists("a secret of the bench", len(fields), key_size=64)
    rows = [[f"{n}{i}" for n in ("aigul", "sarsenova", "village", "1990051", "530421")] for i in range(2000)]
    n, begun = 0, time.time()
    while time.time() - begun < SECONDS:
        hash_chunk(rows, keys, schema)
        n += len(rows)
    out["clkhash"] = n / (time.time() - begun)
except Exception as e:
    out["clkhash_error"] = repr(e)[:200]
print(json.dumps(out))
