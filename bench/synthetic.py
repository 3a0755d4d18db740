# Synthetic records by pac-synth, from a file to a file: bench/synthetic.go installs it and
# runs this. Proportions, percentile and thresholds are its README's.
import csv, sys
from pacsynth import Dataset, DpAggregateSeededSynthesizer, DpAggregateSeededParametersBuilder, AccuracyMode, FabricationMode

source, target, length, epsilon, delta = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
with open(source, newline="") as f:
    rows = list(csv.reader(f))
columns = rows[0][1:]
parameters = (DpAggregateSeededParametersBuilder().reporting_length(length).epsilon(epsilon).delta(delta)
              .percentile_percentage(99).percentile_epsilon_proportion(0.01)
              .accuracy_mode(AccuracyMode.prioritize_long_combinations())
              .number_of_records_epsilon_proportion(0.005)
              .fabrication_mode(FabricationMode.balanced()).build())
synthesizer = DpAggregateSeededSynthesizer(parameters)
synthesizer.fit(Dataset([row[1:] for row in [rows[0]] + rows[1:]]))
drawn = synthesizer.sample(len(rows) - 1)
with open(target, "w", newline="") as f:
    csv.writer(f).writerows(drawn)
