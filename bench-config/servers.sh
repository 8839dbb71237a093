# Sourced by on-bench.sh: starts what a bench needs and notes in $started how to stop it again. Needs $bench and $purpose.

START_SECONDS=30

setting() { # setting NAME DEFAULT: a value of common_site_config.json
	"$bench/env/bin/python" -c 'import json, sys; print(json.load(open(sys.argv[1])).get(sys.argv[2], sys.argv[3]))' \
		"$bench/sites/common_site_config.json" "$1" "$2"
}

answers() { # answers HOST PORT
	(exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}

wait_for() { # wait_for NAME HOST PORT
	local deadline=$((SECONDS + START_SECONDS))
	until answers "$2" "$3"; do
		[ $SECONDS -lt $deadline ] || { echo "$purpose: $1 did not start on $2:$3" >&2; return 1; }
		sleep 0.2
	done
}

start_database() {
	local host port
	host=$(setting db_host 127.0.0.1) port=$(setting db_port 3306)
	[ "$host" = localhost ] && host=127.0.0.1
	answers "$host" "$port" && return
	service mariadb start >/dev/null 2>&1 || {
		echo "$purpose: MariaDB does not answer on $host:$port and could not be started; start it" >&2
		return 1
	}
	started+=("service mariadb stop")
	wait_for MariaDB "$host" "$port"
}

start_redis() { # start_redis redis_cache|redis_queue
	local address=$(setting "$1" "")
	address=${address#redis://}
	address=${address##*@}
	local host=${address%%:*} port=${address##*:}
	port=${port%%/*}
	answers "$host" "$port" && return
	(cd "$bench" && redis-server "config/$1.conf" --daemonize yes >/dev/null) || {
		echo "$purpose: Redis does not answer on $host:$port and could not be started with config/$1.conf" >&2
		return 1
	}
	started+=("redis-cli -h $host -p $port shutdown nosave")
	wait_for Redis "$host" "$port"
}
