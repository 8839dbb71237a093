# Sourced: finds the bench and the site, waits for its turn, starts what does not run, and puts this working tree,
# committed or not, on the site. Sets $bench and $site, and defines frappe. Needs $tree and $purpose.
# $FRAPPE_BENCH names the bench (default ~/frappe-bench), $PLANT_SITE the site (default plant.localhost).

unset CI # with it, Frappe's workers would run jobs as if in a test
bench=${FRAPPE_BENCH:-$HOME/frappe-bench}
site=${PLANT_SITE:-plant.localhost}
if [ ! -x "$bench/env/bin/python" ] || [ ! -d "$bench/apps/frappe" ]; then
	echo "$purpose: no bench at $bench; name one in FRAPPE_BENCH"
	exit 0
fi
[ -d "$bench/sites/$site" ] || { echo "$purpose: $bench has no site $site; name one in PLANT_SITE" >&2; exit 1; }

exec 9>"$bench/config/plant_itsm_site_suite.lock"
flock 9
started=()
stop_started() {
	for ((i = ${#started[@]} - 1; i >= 0; i--)); do eval "${started[i]}" >/dev/null 2>&1 || true; done
}
trap stop_started EXIT
frappe() { (cd "$bench/sites" && ../env/bin/python -m frappe.utils.bench_helper frappe --site "$site" "$@"); }
quietly() { local output; output=$("$@" 2>&1) || { echo "$output" >&2; return 1; }; }

source "$tree/bench-config/servers.sh"
start_database
start_redis redis_cache
start_redis redis_queue

"$tree/bench-config/put-tree" "$tree" "$bench"
if frappe list-apps | grep -q '^plant_itsm'; then
	quietly frappe migrate --skip-search-index
else
	quietly frappe install-app plant_itsm
fi
