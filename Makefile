# make demo and make check are the two that a newcomer needs.
.PHONY: demo check fmt soak guards bench release exchange

demo:
	go run ./cmd/pana demo

# One line for each gate with its time; make check GATES="lint test" runs only these.
check:
	@go run -C tools ./gate -root .. $(GATES)

fmt:
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')

# Kills the server in the middle of writes, many times, on both databases, and
# writes the result to docs/soak.md.
soak:
	go run -C tools ./soak

# Takes guards out of the code, one at a time, and says whose test stays green, into
# docs/guards.md.
guards:
	go run -C tools ./guards -write

# Figures of this machine, beside PocketBase; some minutes. ARGS="-only referral" is quicker.
bench:
	@go run -C bench . $(ARGS)

# The program as it is given out, built twice and compared, with the list of what is
# in it and checksums, into .cache/release.
release:
	go run -C tools ./release $(ARGS)

# The trial of docs/exchange.md: three lists of invented people, encoded, matched, counted
# and estimated; some minutes.
exchange:
	mkdir -p .cache && go build -o .cache/pana ./cmd/pana
	@rm -rf .cache/exchange && mkdir .cache/exchange
	@cd .cache/exchange && sed -n '/^```sh$$/,/^```$$/p' ../../docs/exchange.md | grep -v '^```' > story.sh && PATH="$$PWD/..:$$PATH" sh -ex story.sh
