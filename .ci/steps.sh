# What both scripts here are made of.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
loom="target.'cfg(all())'.rustflags=['--cfg','loom']"
# From a clean checkout nothing is built twice: that saves a gigabyte.
export CARGO_INCREMENTAL=0
passed=0
step() {
    local began=$SECONDS
    printf '\n== %s\n' "$*"
    "$@"
    passed=$((passed + 1))
    printf -- '-- %s s: %s\n' "$((SECONDS - began))" "$*"
}
# A command that must fail, and what it must say then.
refused() {
    local began=$SECONDS
    printf '\n== %s (must fail)\n' "${*:2}"
    if said=$("${@:2}" 2>&1); then exit 1; fi
    grep "$1" <<<"$said"
    passed=$((passed + 1))
    printf -- '-- %s s: %s\n' "$((SECONDS - began))" "${*:2}"
}
report() {
    local failed=$(($? == 0 ? 0 : 1))
    printf '\n%s s in all\n%s passed, %s failed\n' "$SECONDS" "$passed" "$failed"
}
trap report EXIT
# Pages to play with: small and big, with and without a bug, and a toy's.
pages() {
    local name
    for name in unlock-then-wait both-bounded ab-ba-with-the-board \
        mark-after-unlocking pending-forgotten-at-the-stop; do
        cargo step "$name"
    done
    cargo step two_polls_can_overlap --side lock
    cargo step codewalk_stops
    cargo step --quiz 2
    cargo run --config "$loom" --profile loom -p checker --example queue -- \
        --page target/step/queue.html
}
# The pages in a real browser: so many random plays of one, and of each, if
# they are named.
browser() {
    if ! [ -x "${CHROMIUM:=/usr/bin/chromium}" ]; then
        apt-get update -qq && apt-get install -y -qq chromium >/dev/null
    fi
    (cd shared/checker/tests/browser && npm ci --silent &&
        PLAYS=$1 node drive.mjs "$root/target/step" unlock-then-wait &&
        if [ -n "${2:-}" ]; then
            PLAYS=$2 node drive.mjs "$root/target/step"
        fi)
}
