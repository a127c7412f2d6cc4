# shellcheck shell=bash
# Pieces that several scripts of this folder use; to be sourced from the project's root.

export PYTHONUTF8=1 # Chinese messages, whatever the caller's locale is

# Every message is one Chinese sentence and the same one in English.
say() { printf '%s\n%s\n' "$1" "$2"; }

stop() {
  say "$@" >&2
  exit 1
}

# What happens to be set in the caller's shell must not change what is checked or tested.
forget_settings() {
  unset ALLOWED_HOSTS DATABASE_URL DATA_DIR DEBUG DEMO DEMO_ANYWHERE HOST HTTPS PORT SECRET_KEY
  unset DEFAULT_FROM_EMAIL EMAIL_URL PORTAL_URL
  unset DJANGO_SETTINGS_MODULE PYTEST_ADDOPTS PYTEST_PLUGINS PYTEST_DISABLE_PLUGIN_AUTOLOAD
}

may_use_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Installs one package, where that is for us to do; the caller looks afterwards whether it helped.
apt_install() {
  may_use_apt || return 0
  say "正在用 apt-get 安装 $1……" "Installing $1 with apt-get..."
  if [ -z "${apt_updated:-}" ]; then
    apt-get -qq update || true # one source of many that does not answer need not matter
    apt_updated=yes
  fi
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "$1" >/dev/null || true
}

# Prints the folder of the newest PostgreSQL server programs, 15 or later.
find_postgres() {
  local folder version newest=14 found=""
  for folder in /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null)" \
    "$(dirname "$(command -v initdb || echo /nowhere/initdb)")"; do
    [[ -x $folder/initdb && -x $folder/pg_ctl && -x $folder/postgres ]] || continue
    version=$("$folder/initdb" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
    if [ "$version" -gt "$newest" ]; then newest=$version found=$folder; fi
  done
  [ -n "$found" ] && printf '%s\n' "$found"
}
