# SPDX-License-Identifier: Apache-2.0
# Short names for the scripts; nothing is decided here.
.PHONY: setup demo test lint check stubs clean
setup:
	./scripts/setup --tests
demo:
	./scripts/demo
test:
	./scripts/test
lint:
	./scripts/lint
check:
	./scripts/check
stubs:
	.venv/bin/python scripts/stubs.py
clean:
	rm -rf build out
