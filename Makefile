# Each target calls cargo, the binary, or a script in scripts/. `make help` lists the targets.

.PHONY: run build test fuzz bench lint arch fmt gen help
DATA := data/sample
BROADSHEET := $(or $(CARGO_TARGET_DIR),target)/release/broadsheet

run: build ## Serve the sample newsroom at http://127.0.0.1:8080
	@test -e $(DATA)/.sample || { $(BROADSHEET) sample --data-dir $(DATA) && touch $(DATA)/.sample; } || test -f $(DATA)/broadsheet.db
	@$(BROADSHEET) serve --data-dir $(DATA)

build: ## Build the program
	@scripts/check-tools build
	cargo build --release --locked -p broadsheet

test: ## Run every test on SQLite and PostgreSQL, then the tests with third-party clients
	scripts/with-postgres cargo test --workspace --locked
	scripts/clients

fuzz: ## Fuzz the parsers (FUZZ_SECONDS for each target; default: 120)
	scripts/fuzz

bench: ## Run the benchmarks and write bench/RESULTS.md (BENCH= takes options)
	cargo build --profile dist --locked -p broadsheet -p bench
	$(or $(CARGO_TARGET_DIR),target)/dist/bench run $(BENCH)

lint: ## Check formatting, clippy, and the licences and sources of dependencies
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	scripts/deny

arch: ## Check the dependencies of crates, and that concepts do not import each other in circles
	scripts/arch test && scripts/arch check
	scripts/circles --test && scripts/circles domain persistence api interchange broadsheet

fmt: ## Format the Rust code
	cargo fmt --all

gen: ## Write schema.graphql and openapi/openapi.json from the code
	cargo run -q -p broadsheet -- sdl > schema.graphql
	cargo run -q -p broadsheet -- openapi > openapi/openapi.json

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /	/'
