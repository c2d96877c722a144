.PHONY: check format test slow docs bench

check: ## lint, types, tests: what must pass before a commit
	ruff check .
	ruff format --check .
	mypy
	pytest -q -n auto

format: ## let ruff lay out the code
	ruff check --fix .
	ruff format .

test: ## the default tests, under three minutes
	pytest -q -n auto

slow: ## the tests that take minutes
	pytest -q -m slow

docs: ## write the command-line reference anew
	python -m docs.reference

bench: ## speed against peers, in one run
	python -m benchmarks speed
