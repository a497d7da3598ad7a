# SPDX-License-Identifier: Apache-2.0
# Short names for the scripts; nothing is decided here.
.PHONY: setup demo test lint check stubs plugin wheel release clean
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
plugin:
	.venv/bin/python scripts/qgis_plugin.py
wheel:
	packaging/build_wheel.sh
release:
	packaging/release.sh
clean:
	rm -rf build out
