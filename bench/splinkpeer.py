# Links one list (or two) with Splink on DuckDB and writes the pairs it finds likely, with
# seconds by the clock and of processor, as JSON: bench/link.go installs it and runs this.
# Usage: splinkpeer.py PAIRS.csv THREADS A.csv [B.csv]; columns id, given, family, birth, sex, place, document.
import json, logging, resource, sys, time

begun = time.time()
import duckdb, pandas as pd
import splink, splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on

logging.disable(logging.WARNING)
out, threads, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
frames = [pd.read_csv(f, dtype=str).rename(columns={"id": "unique_id"}) for f in files]
for f in frames:
    for c in f.columns:
        f[c] = f[c].where(f[c].notna() & (f[c] != ""), None)
db = duckdb.connect()
db.execute(f"set threads to {threads}")
api = splink.DuckDBAPI(connection=db)
sexes = "sex" in frames[0].columns
rules = [block_on("given", "family"), block_on("birth"), block_on("document"), block_on("family", "place")]
settings = SettingsCreator(
    link_type="dedupe_only" if len(frames) == 1 else "link_only",
    comparisons=[
        cl.NameComparison("given").configure(term_frequency_adjustments=True),
        cl.NameComparison("family").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("birth", input_is_string=True),
        cl.DamerauLevenshteinAtThresholds("document", [1]),
        cl.ExactMatch("place").configure(term_frequency_adjustments=True),
    ] + ([cl.ExactMatch("sex")] if sexes else []),
    blocking_rules_to_generate_predictions=rules,
)
tables = [api.register(f, table_name=f"list{i}") for i, f in enumerate(frames)]
linker = Linker(tables if len(tables) > 1 else tables[0], settings)
linker.training.estimate_probability_two_random_records_match([block_on("given", "family", "birth"), block_on("document")], recall=0.8)
linker.training.estimate_u_using_random_sampling(max_pairs=5e6)
for rule in (block_on("given", "family"), block_on("birth")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
found[["unique_id_l", "unique_id_r", "match_probability"]].to_csv(out, index=False)
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"splink": splink.__version__, "duckdb": duckdb.__version__, "pairs": len(found), "seconds": time.time() - begun,
                  "processor": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1000}))
