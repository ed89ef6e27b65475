# The commands of the README, and those that write committed files. `make help` lists them.

.PHONY: configs test bench stress faults fleet-faults schema docs help

help:
	@echo "make configs   build the four environments' configs with Nix, one line each"
	@echo "make test      everything that CI runs"
	@echo "make stress    long runs of the agent beside slow writers, folders that are made again, and many clients"
	@echo "make bench     speed beside other tools, as ratios"
	@echo "make faults    kills and errors at every file-changing system call of the program (needs strace; about half an hour)"
	@echo "make fleet-faults  faults on three servers of etcd and two regions, for FLEET_FAULTS_SECONDS (half an hour)"
	@echo "make schema    write modules/schema.json and its compiled form from the types, keep it in modules/history, and write docs/confgate.schema.json"
	@echo "make docs      write docs/options.md from the schema and the rules, and docs/codes.md from the codes"

configs:
	@scripts/configs

test:
	@scripts/test

bench:
	@scripts/bench

# One at a time, with optimization, since they have limits on time. STRESS_REWRITES, STRESS_FOLDERS and STRESS_SECONDS set their length.
stress:
	@cargo test --locked --release --all-features --test services agent::stress:: -- --ignored --nocapture --test-threads 1

faults:
	@cargo build --locked --quiet --release --all-features
	@scripts/faults target/release/confgate

# FLEET_FAULTS_SEED chooses the faults and their lengths.
fleet-faults:
	@FLEET_FAULTS_SECONDS=$${FLEET_FAULTS_SECONDS:-1800} \
	  cargo test --locked --all-features --test fleet many_faults -- --ignored --nocapture --test-threads 1

# The schema is committed, because it is all that the Nix side knows of the Rust side. A schema that breaks configs of its own version,
# or of the version before without a migration, is rejected.
schema:
	@cargo run --locked --quiet -- schema --history modules/history > target/schema.json
	@mv target/schema.json modules/schema.json
	@cargo run --locked --quiet -- schema --project > target/confgate.schema.json
	@mv target/confgate.schema.json docs/confgate.schema.json
	@cargo run --locked --quiet --all-features -- schema --rollout > target/rollout.schema.json
	@mv target/rollout.schema.json modules/rollout.schema.json
	@cargo run --locked --quiet --all-features -- schema --flags > target/flags.schema.json
	@mv target/flags.schema.json modules/flags.schema.json
	@cargo run --locked --quiet --all-features -- schema --tuning > target/tuning.schema.json
	@mv target/tuning.schema.json modules/tuning.schema.json
	@cargo run --locked --quiet -- schema --compiled > target/compiled_schema.bin
	@mv target/compiled_schema.bin crates/bitcraps/src/compiled_schema.bin

docs:
	@cargo run --locked --quiet -- docs --output docs/options.md
	@cargo run --locked --quiet -- docs --codes --output docs/codes.md
