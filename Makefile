# `make run` shows the portal, `make test` tests it; docs/operations.md tells how the scripts in bin/ work.

.DEFAULT_GOAL := help
.PHONY: help run test test-all bench check lock format clean dev

help: ## 列出全部命令 / list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## 启动演示（PORT=8001 换端口）/ serve the demo (PORT=8001 for another port)
	@bin/serve

test: dev ## SQLite、PostgreSQL、浏览器测试（ARGS="-k import"）/ the tests
	@bin/test $(ARGS)

test-all: dev ## 外加较慢的测试 / the tests and the slow ones
	@bin/test --all $(ARGS)

bench: dev ## 与普通 Django 后台比快慢，一刻钟（ARGS="--rows 1000 --runs 1" 试一试）/ against a stock admin
	@bin/bench $(ARGS)

check: dev ## 格式、类型、分层、迁移、部署检查 / all static checks
	@bin/check

lock: dev ## 由 *.in 重新锁定依赖（ARGS=--upgrade 升级）/ pin the requirements again
	.venv/bin/python -m piptools compile $(LOCK) $(ARGS) -o requirements.txt requirements.in
	.venv/bin/python -m piptools compile $(LOCK) $(ARGS) -o requirements-dev.txt requirements-dev.in

format: dev ## 整理代码格式 / format the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	DENO_NO_UPDATE_CHECK=1 .venv/bin/deno fmt --quiet

clean: ## 删除可重新生成的文件，保留 data/ / remove what can be made again, keep data/
	rm -rf .venv static-collected test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

dev:
	@bin/setup requirements-dev.txt

# The files name packages and hashes only: whoever installs decides from where.
LOCK := --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
