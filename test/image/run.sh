#!/usr/bin/env bash
# The image, as its users meet it: test/image/run.sh [PACK…] (default: all). Needs docker, git, curl and node; not part of `npm test`.
#
#   DOCKER_NETWORK    bridge (default) or host, where the engine has no bridge
#   DOCKER_BUILDKIT   1 or 0: which of the two builders
#   TOOLCHAIN_ENV     NAME=value …, for the toolchains: mirrors, versions
#   IMAGE             an image that is built already: then nothing is built
#
# Builds, smokes, serves; the first lines of a user; killed in the midst of a job and started again; without the sandbox's options; by
# Compose, where that is. Nothing stays behind but the image.
#
# shellcheck disable=SC2317 # functions are called by `check`
set -uo pipefail
cd "$(dirname "$(realpath "$0")")/../.." || exit
packs=$*
network=${DOCKER_NETWORK:-bridge}
image=${IMAGE:-crafting-table-test}
name=crafting-table-test-$$
port=$((20000 + $$ % 20000))
url=http://127.0.0.1:$port
scratch=$(mktemp -d)
answer=$scratch/answer.json
options=(--network "$network" --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined --cap-drop ALL)
[ "$network" = host ] || options+=(--publish "$port:$port")
count=0
failed=0

cleanup() {
  docker rm -f "$name" "$name-plain"
  if [ -d "$scratch/compose" ]; then compose down --volumes; fi
  docker volume rm -f "$name-data" "$name-workspace" "$name-caches"
  docker image rm -f "$image-changed"
  rm -rf "$scratch"
}
trap 'cleanup >/dev/null 2>&1' EXIT

# check LABEL COMMAND…: one line of TAP; what the command said follows where it failed.
check() {
  local label=$1
  shift
  count=$((count + 1))
  if "$@" >"$scratch/said" 2>&1; then echo "ok $count - $label"; else
    echo "not ok $count - $label"
    tail -n 15 "$scratch/said" | sed 's/^/  | /'
    failed=1
  fi
}

# patiently COMMAND…: until it succeeds, two minutes at most.
patiently() {
  local end=$((SECONDS + 120))
  until "$@"; do [ $SECONDS -lt $end ] && sleep 0.2 || return; done
}

# value EXPRESSION FILE: JavaScript on `it`; fails where that is false or nothing.
value() { node -e 'const it = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8")); const found = eval(process.argv[1]); console.log(found); process.exit(found ? 0 : 1)' "$1" "$2"; }
inside() { docker exec "$name" "$@"; }
ask() { curl -fsS -H "Authorization: Bearer $1" -H 'content-type: application/json' "${@:3}" "$url$2" >"$answer"; }

# ---- build
build() { docker build --network "$network" --tag "$1" --build-arg PACKS="$packs" --build-arg PARTIAL=1 --build-arg TOOLCHAIN_ENV="${TOOLCHAIN_ENV:-}" "$2" 2>&1 | tee "$scratch/built.txt"; }

# changed FILE COMMENT: builds again with a line more in that file, another one each time.
changed() {
  local copy=$scratch/context
  rm -rf "$copy"
  mkdir "$copy" && git ls-files -z | xargs -0 cp --parents -t "$copy" && echo "$2 $(date +%s%N)" >>"$copy/$1" && build "$image-changed" "$copy" &&
    [ "$(docker image inspect "$image" --format '{{.Id}}')" != "$(docker image inspect "$image-changed" --format '{{.Id}}')" ]
}

changed_parser() { changed plugins/any/gnu.ts '// changed' && [ -z "$(installed_now)" ]; }

# Packs whose steps the last build reported, but for Node, which is installed aside and copied.
installed_now() { sed -nE 's/^(#[0-9]+ [0-9.]+ )?([a-z]+): .*/\2 \0/p' "$scratch/built.txt" | grep -vE ': (node$|not installed: )' | cut -d ' ' -f 1 | grep -xF "$all" | sort -u; }
all=$(for script in plugins/*/toolchain.sh; do basename "$(dirname "$script")"; done)
last=$(xargs -n 1 <<<"${packs:-$all}" | grep -vx any | sort | tail -n 1)
changed_toolchain() { changed "plugins/$last/toolchain.sh" '# changed' && [ "$(installed_now)" = "$last" ]; }

if [ -z "${IMAGE:-}" ]; then
  began=$SECONDS
  check "builds: ${packs:-all packs}" build "$image" .
  echo "# $((SECONDS - began)) s, $(docker image inspect "$image" --format '{{.Size}}' | awk '{ printf "%.1f GB", $1 / 1e9 }')"
  check 'another parser installs no toolchain' changed_parser
  check "another toolchain of $last installs that one alone" changed_toolchain
fi

# What was not to be had where it was built.
docker run --rm "$image" cat /usr/local/lib/crafting-table/missing >"$scratch/missing.txt"
sed 's/^/# /' "$scratch/missing.txt"

# ---- smoke: a service of the network may be away, so that a fault is skipped; a tool may not, unless its pack could not be had whole; nothing may fail
unexpected() {
  awk -v incomplete=" $(cut -d : -f 1 "$scratch/missing.txt" | xargs) " '/^[a-z]/ { pack = $1 }
    /^  failed/ || /^  skipped .*is not installed/ && !index(incomplete, " " pack " ") { print pack ":" $0 }' "$scratch/smoke.txt"
}
smoked() {
  docker run --rm "${options[@]}" "$image" /usr/local/bin/smoke.sh >"$scratch/smoke.txt" 2>&1 && return
  grep '^=== NOT GREEN: ' "$scratch/smoke.txt" && unexpected && [ -z "$(unexpected)" ]
}
check "smoke.sh" smoked
sed 's/^/# /' "$scratch/smoke.txt"

# ---- serve
repository=$scratch/repository
mkdir -p "$repository/clients/python/tests"
printf 'def test_sum():\n    assert 1 + 1 == 2\n\n\ndef test_other():\n    assert 1 + 1 == 3\n' >"$repository/clients/python/tests/test_sum.py"
for wanted in 24 16; do
  mkdir "$repository/node$wanted" && echo "$wanted" >"$repository/node$wanted/.nvmrc"
  echo '{ "name": "pinned", "version": "1.0.0", "private": true, "scripts": { "test": "node --version" } }' >"$repository/node$wanted/package.json"
done
git -C "$repository" init -q -b main
git -C "$repository" add -A
git -C "$repository" -c user.name=a -c user.email=a@example.org commit -q -m first
# For user 1000 of the container, who need not be this one.
chmod a+rx "$scratch"
[ "$(id -u)" != 0 ] || chown -R 1000:1000 "$repository"

start() {
  docker run -d --name "$name" "${options[@]}" -e "CRAFTING_PORT=$port" -e CRAFTING_GIT_ALLOW_FILE=1 \
    -v "$name-data:/data" -v "$name-workspace:/workspace" -v "$name-caches:/caches" -v "$repository:/repository:ro" "$image"
}
answers() { patiently curl -fs -o "$scratch/health.json" "$url/healthz" || { docker logs "$name"; return 1; }; }
is_healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$name")" = healthy ]; }
is_crafter() { [ "$(inside id -un) $(inside id -u)" = 'crafter 1000' ] && ! inside sudo -n true; }
has_init() { [ "$(inside cat /proc/1/comm)" = tini ]; }
reaps() { local orphan; orphan=$(inside sh -c 'sh -c "sleep 0.1 & echo \$!"') && patiently gone "$orphan"; }
gone() { ! inside test -e "/proc/$1"; }
is_labelled() { [ "$(docker image inspect "$image" --format '{{index .Config.Labels "org.opencontainers.image.title"}} {{index .Config.Labels "org.opencontainers.image.version"}}')" = "crafting-table $(inside crafting-table --version | grep -oE '[0-9.]+$')" ]; }
is_secret() { [ "$(inside stat -c '%a %U' /data/admin-bearer.txt)" = '600 crafter' ]; }

check 'starts' start
check 'answers' answers
check 'with a sandbox' value 'it.status === "ok" && it.sandbox.mode === "bubblewrap"' "$scratch/health.json"
check 'as crafter, 1000, who cannot become root' is_crafter
check 'under an init' has_init
check 'which reaps what lost its parent' reaps
check 'labelled with its version' is_labelled
check 'the bearer is for its owner alone' is_secret
check 'is healthy by its own check' patiently is_healthy

# ---- the first lines of a user, as the documentation has them
job() { ask "$TOKEN" /projects/clawdforge/jobs -d "{\"recipe\":\"$1\",\"subproject\":\"${2:-clients/python}\"}" && value it.job_id "$answer"; }
has_ended() { ask "$TOKEN" "/jobs/$1" && value '!["queued", "running"].includes(it.job.status)' "$answer"; }
begun() { ask "$TOKEN" "/jobs/$1" && grep -q 'it has begun' "$answer"; }

ADMIN=$(inside cat /data/admin-bearer.txt)
check 'mints a token' ask "$ADMIN" /admin/tokens -d '{"name":"clawdforge","is_admin":false,"ip_cidrs":[]}'
TOKEN=$(value it.bearer "$answer")
check 'registers a project' ask "$TOKEN" /projects -d '{
  "name": "clawdforge", "git_url": "file:///repository", "default_branch": "main", "languages": ["python", "ts"],
  "subprojects": [{"path": "clients/python", "language": "python", "test": "pytest tests/", "lint": "ruff check .", "audit": "pip-audit",
                   "recipes": {"slow": "echo it has begun; sleep 1000", "peek": "ls /data; cat /data/admin-bearer.txt"}, "timeout_secs": 600},
                  {"path": "node24", "language": "ts"}, {"path": "node16", "language": "ts"}]
}'
JOB=$(job test)
check 'runs a job' patiently has_ended "$JOB"
if inside which pytest >/dev/null; then check 'which finds what is wrong' value 'it.job.status === "failed" && it.job.tests.total === 2 && it.job.findings.error === 1' "$answer"; fi
check 'gives its whole log' ask "$TOKEN" "/jobs/$JOB/log"
PEEK=$(job peek)
patiently has_ended "$PEEK" >/dev/null
check 'shows no job the admin'\''s bearer' value "it.job.status === 'failed' && it.log_tail.some(line => line.includes('No such file')) && !JSON.stringify(it).includes('$ADMIN')" "$answer"

# ---- the farm's Node is one, a project's another
said() { local id; id=$(job test "$1") && patiently has_ended "$id" && value "it.job.status === 'passed' && it.log_tail.some(line => $2.test(line))" "$answer"; }
if inside sh -c 'ls -d /opt/node-24.*' >/dev/null 2>&1; then check 'runs a project on the Node that it pins' said node24 '/^v24\./'; fi
check 'says so where it has no such Node' said node16 '/^The project asks for Node 16 \(\.nvmrc\), which is not on this machine: 22\.[0-9.]+ runs/'

# ---- killed in the midst of a job
restart() { docker kill "$name" && docker start "$name"; }
same_bearer() { [ "$(inside cat /data/admin-bearer.txt)" = "$ADMIN" ]; }
in_their_places() { inside sh -c "ls /data/ledger.db /data/logs/clawdforge/$JOB.log* /data/logs/clawdforge/$SLOW.log* /workspace/clawdforge/.cache/HEAD"; }
nothing_left() { ! inside sh -c 'grep -lz "^CRAFTING_JOB=" /proc/[0-9]*/environ 2>/dev/null'; }
ends_well() { docker stop -t 60 "$name" && [ "$(docker inspect --format '{{.State.ExitCode}}' "$name")" = 0 ]; }

SLOW=$(job slow)
check 'is in the midst of a job' patiently begun "$SLOW"
check 'is killed and started again' restart
check 'answers again' answers
check 'has ended that job' patiently has_ended "$SLOW"
check 'as failed, with -1' value 'it.job.status === "failed" && it.job.exit_code === -1' "$answer"
check 'with a line in its log that says why' value 'it.log_tail.includes("[crafting-table] runner restart, job orphaned")' "$answer"
check 'has the same bearer' same_bearer
check 'has the earlier job in the ledger' ask "$TOKEN" "/jobs/$JOB/findings"
check 'has ledger, logs and mirror in their places' in_their_places
check 'has nothing of the job left' nothing_left
AGAIN=$(job test)
check 'runs another' patiently has_ended "$AGAIN"
check 'ends when told' ends_well

# ---- without the sandbox's options: it says so, and works
plain() { docker run -d --name "$name-plain" --network "$network" "$@" "$image"; }
in_plain() { docker exec "$name-plain" curl -fs "http://127.0.0.1:$port/healthz" >"$scratch/health.json"; }
said_plain() { docker logs "$name-plain" 2>&1 | grep '"message":"no sandbox"'; }
refuses() { docker rm -f "$name-plain" && plain -e "CRAFTING_PORT=$port" -e CRAFTING_SANDBOX=require && [ "$(docker wait "$name-plain")" != 0 ] && docker logs "$name-plain" 2>&1 | grep -F 'seccomp=unconfined'; }

check 'starts without options' plain -e "CRAFTING_PORT=$port"
check 'and answers' patiently in_plain
if value 'it.sandbox.mode === "none"' "$scratch/health.json" >/dev/null; then
  check 'is well, and says that it has no sandbox' value 'it.status === "ok" && it.sandbox.reason' "$scratch/health.json"
  check 'and says so in its log' said_plain
  check 'and does not start where one is required' refuses
fi
docker rm -f "$name-plain" >/dev/null

# ---- by Compose
compose() { docker compose --project-name "$name" --project-directory "$scratch/compose" --file "$scratch/compose/compose.yml" "${override[@]}" "$@"; }
comes_up() { compose up --detach --wait --no-build; }
in_compose() { compose exec -T crafting-table "$@"; }
has_sandbox() { in_compose curl -fs "http://127.0.0.1:$port/healthz" >"$scratch/health.json" && value 'it.status === "ok" && it.sandbox.mode === "bubblewrap" && !/without/.test(it.sandbox.reason)' "$scratch/health.json"; }
has_volumes() { for place in data workspace caches; do docker volume inspect "${name}_$place" && in_compose test -w "/$place" || return; done && in_compose test -s /data/admin-bearer.txt; }
is_published() { curl -fs -o /dev/null "$url/healthz"; }
reads_env() { [ "$(in_compose printenv CRAFTING_DIGEST_HOUR)" = 7 ]; }
has_limits() { [ "$(docker inspect --format '{{.HostConfig.Memory}} {{.HostConfig.CapDrop}}' "$(compose ps --quiet)")" = '3221225472 [ALL]' ]; }
goes_down() { compose down --volumes && ! docker volume inspect "${name}_data"; }

if docker compose version >/dev/null 2>&1; then
  mkdir "$scratch/compose" && cp compose.yml "$scratch/compose/"
  printf '%s\n' "CRAFTING_IMAGE=$image" "CRAFTING_PORT=$port" "CRAFTING_PUBLISH=127.0.0.1:$port" "CRAFTING_NETWORK=$name" CRAFTING_DIGEST_HOUR=7 CRAFTING_MEMORY=3g >"$scratch/compose/.env"
  override=()
  if [ "$network" = host ]; then
    printf 'services:\n  crafting-table:\n    networks: !reset null\n    ports: !reset []\n    network_mode: host\n' >"$scratch/compose/host.yml"
    override=(--file "$scratch/compose/host.yml")
  fi
  check 'comes up by compose.yml, healthy' comes_up
  check 'with a sandbox, each job with a /proc of its own' has_sandbox
  check 'on its volumes' has_volumes
  check 'where it is published' is_published
  check 'with the settings of .env' reads_env
  check 'within its limits' has_limits
  check 'and goes down' goes_down
else
  echo '# Compose is not installed: compose.yml is not tried'
fi

echo "1..$count"
exit "$failed"
