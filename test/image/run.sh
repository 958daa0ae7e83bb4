#!/usr/bin/env bash
# The image, as its users meet it: test/image/run.sh [PACK…] (default: all). Needs docker, git, curl and node; not part of `npm test`.
#
#   DOCKER_NETWORK   bridge (default) or host, where the engine has no bridge
#   IMAGE            an image that is built already: then nothing is built
#
# Builds, smokes, serves; the first lines of a user; killed in the midst of a job and started again. Nothing stays behind but the image.
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
  docker rm -f "$name"
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
build() { docker build --network "$network" --tag "$1" --build-arg PACKS="$packs" --build-arg PARTIAL=1 "$2"; }

# All layers but the farm's own two.
toolchain_layers() { docker image inspect "$1" --format '{{range .RootFS.Layers}}{{println .}}{{end}}' | sed '/^$/d' | head -n -2; }

changed_parser() {
  local copy=$scratch/context
  mkdir "$copy" && git ls-files -z | xargs -0 cp --parents -t "$copy" && echo '// changed' >>"$copy/plugins/any/gnu.ts" &&
    build "$image-changed" "$copy" &&
    [ "$(docker image inspect "$image" --format '{{.Id}}')" != "$(docker image inspect "$image-changed" --format '{{.Id}}')" ] &&
    [ "$(toolchain_layers "$image")" = "$(toolchain_layers "$image-changed")" ]
}

if [ -z "${IMAGE:-}" ]; then
  began=$SECONDS
  check "builds: ${packs:-all packs}" build "$image" .
  echo "# $((SECONDS - began)) s, $(docker image inspect "$image" --format '{{.Size}}' | awk '{ printf "%.1f GB", $1 / 1e9 }')"
  check 'another parser installs no toolchain' changed_parser
fi

# ---- smoke: a service of the network may be away, so that a fault is skipped; a tool may not, and nothing may fail
smoked() { docker run --rm "${options[@]}" "$image" /usr/local/bin/smoke.sh >"$scratch/smoke.txt" 2>&1 || grep '^=== NOT GREEN: ' "$scratch/smoke.txt" && ! grep -E '^  failed|^  skipped .*is not installed' "$scratch/smoke.txt"; }
check "smoke.sh" smoked
sed 's/^/# /' "$scratch/smoke.txt"

# ---- serve
repository=$scratch/repository
mkdir -p "$repository/clients/python/tests"
printf 'def test_sum():\n    assert 1 + 1 == 2\n\n\ndef test_other():\n    assert 1 + 1 == 3\n' >"$repository/clients/python/tests/test_sum.py"
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
is_secret() { [ "$(inside stat -c '%a %U' /data/admin-bearer.txt)" = '600 crafter' ]; }

check 'starts' start
check 'answers' answers
check 'with a sandbox' value 'it.status === "ok" && it.sandbox.mode === "bubblewrap"' "$scratch/health.json"
check 'as crafter, 1000, who cannot become root' is_crafter
check 'under an init that reaps' has_init
check 'the bearer is for its owner alone' is_secret
check 'is healthy by its own check' patiently is_healthy

# ---- the first lines of a user, as the documentation has them
job() { ask "$TOKEN" /projects/clawdforge/jobs -d "{\"recipe\":\"$1\",\"subproject\":\"clients/python\"}" && value it.job_id "$answer"; }
has_ended() { ask "$TOKEN" "/jobs/$1" && value '!["queued", "running"].includes(it.job.status)' "$answer"; }
begun() { ask "$TOKEN" "/jobs/$1" && grep -q 'it has begun' "$answer"; }

ADMIN=$(inside cat /data/admin-bearer.txt)
check 'mints a token' ask "$ADMIN" /admin/tokens -d '{"name":"clawdforge","is_admin":false,"ip_cidrs":[]}'
TOKEN=$(value it.bearer "$answer")
check 'registers a project' ask "$TOKEN" /projects -d '{
  "name": "clawdforge", "git_url": "file:///repository", "default_branch": "main", "languages": ["python"],
  "subprojects": [{"path": "clients/python", "language": "python", "test": "pytest tests/", "lint": "ruff check .", "audit": "pip-audit",
                   "recipes": {"slow": "echo it has begun; sleep 1000", "peek": "ls /data; cat /data/admin-bearer.txt"}, "timeout_secs": 600}]
}'
JOB=$(job test)
check 'runs a job' patiently has_ended "$JOB"
if inside which pytest >/dev/null; then check 'which finds what is wrong' value 'it.job.status === "failed" && it.job.tests.total === 2 && it.job.findings.error === 1' "$answer"; fi
check 'gives its whole log' ask "$TOKEN" "/jobs/$JOB/log"
PEEK=$(job peek)
patiently has_ended "$PEEK" >/dev/null
check 'shows no job the admin'\''s bearer' value "it.job.status === 'failed' && it.log_tail.some(line => line.includes('No such file')) && !JSON.stringify(it).includes('$ADMIN')" "$answer"

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

echo "1..$count"
exit "$failed"
