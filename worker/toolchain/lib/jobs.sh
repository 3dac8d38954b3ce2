# shellcheck shell=bash
# Runs the compilers: the Go programs one after another, Nydus beside them, and shows how far they are.

declare -A running=() # process id -> lane
declare -A todo=()    # lane -> steps not begun, separated by blanks
declare -A step=()    # lane -> the step that runs
declare -A since=()   # lane -> when it began, by SECONDS
declare -A folder_of=()

# run_lanes LANE...: makes the parts, side by side where the machine has the memory for it.
run_lanes() {
    local lane memory
    read_memory
    plan_jobs
    if ((memory < 4)); then
        for lane in "$@"; do run_side_by_side "$lane"; done
    else
        run_side_by_side "$@"
    fi
}

# read_memory: GiB that are free for use; 8 where the kernel does not say.
read_memory() {
    local key value
    memory=8
    while read -r key value _; do
        [[ $key != MemAvailable: ]] || memory=$((value / 1024 / 1024))
    done 2>/dev/null </proc/meminfo || true
}

# plan_jobs: one compiler per processor, each with 2 GiB.
plan_jobs() {
    jobs=$(nproc)
    ((jobs <= memory / 2)) || jobs=$((memory / 2))
    ((jobs >= 1)) || jobs=1
}

run_side_by_side() {
    local lane pid code
    for lane in "$@"; do
        begin_lane "$lane"
        begin_step "$lane"
    done
    while ((${#running[@]})); do
        wait_for_one
        lane=${running[$pid]}
        unset "running[$pid]"
        ((code == 0)) || step_failed "$lane" "$code"
        say_above "${step[$lane]}: done after $((SECONDS - since[$lane])) s"
        if [[ -n ${todo[$lane]} ]]; then begin_step "$lane"; else end_lane "$lane"; fi
    done
}

begin_lane() {
    local folder
    folder=$(mktemp -d "$cache/tmp/$1.XXXXXX")
    chmod 755 "$folder"
    mkdir -p "$folder/bin/cni" "$folder/tmp"
    folder_of[$1]=$folder
    case $1 in
        go) todo[go]=${GO_PROGRAMS[*]} ;;
        nydus) todo[nydus]=${nydus_steps[*]} ;;
    esac
    : >"$cache/log/$1.log"
}

# begin_step LANE: starts the lane's next step as a process group of its own, so that it can be ended as a whole.
begin_step() {
    local lane=$1
    step[$lane]=${todo[$lane]%% *}
    todo[$lane]=${todo[$lane]#"${step[$lane]}"}
    todo[$lane]=${todo[$lane]# }
    since[$lane]=$SECONDS
    [[ -t 2 ]] || say "${step[$lane]}: building"
    set -m
    ("${lane}_step" "${step[$lane]}" "${folder_of[$lane]}") >>"$cache/log/$lane.log" 2>&1 </dev/null &
    set +m
    running[$!]=$lane
}

# become COMMAND...: replaces this process; a compiler does not outlive a run that is killed.
become() {
    exec setpriv --pdeathsig KILL -- "$@"
}

# wait_for_one: sets pid and code of the next step that ends, and keeps the terminal's line alive meanwhile.
wait_for_one() {
    local timer=
    while true; do
        if [[ -t 2 ]]; then
            draw
            sleep 1 9>&- &
            timer=$!
        fi
        code=0
        # shellcheck disable=SC2086 # no timer, no argument
        wait -n -p pid "${!running[@]}" $timer || code=$?
        [[ $pid == "$timer" ]] || return 0
    done
}

draw() {
    local lane line=
    for lane in "${running[@]}"; do
        line+="${line:+, }${step[$lane]} $((SECONDS - since[$lane])) s"
    done
    printf '\r\033[Ktoolchain: building %s' "$line" >&2
}

# say_above SENTENCE: a line that stays; the live line is drawn again below it.
say_above() {
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
    say "$1"
}

# end_lane LANE: the part is whole.
end_lane() {
    local folder=${folder_of[$1]}
    rm -rf -- "$folder/tmp"
    case $1 in
        go)
            is_part_complete "$folder" "${GO_PROGRAMS[@]}" || stop 1 "go build succeeded but a program is missing"
            put_in_place "$folder" "$go_part"
            ;;
        nydus)
            rmdir "$folder/bin/cni"
            [[ $nydus_source != crate ]] || verify_nydus_crate
            is_part_complete "$folder" "${NYDUS_PROGRAMS[@]}" || stop 1 "nydus-image or nydusd is missing from its source"
            put_in_place "$folder" "$nydus_part"
            ;;
    esac
}

# step_failed LANE CODE: shows the end of the log; what the step itself could say is its last line.
step_failed() {
    local log=$cache/log/$1.log
    say_above "${step[$1]}: failed after $((SECONDS - since[$1])) s (exit code $2); the last lines of $log:"
    tail -n 20 -- "$log" >&2
    (($2 != 3)) || exit 3
    exit 1
}

# clean_up: ends the steps that run, with all that they started, and leaves nothing half-built.
clean_up() {
    local child
    for child in "${!running[@]}"; do
        kill -TERM -- "-$child" 2>/dev/null || kill -TERM "$child" 2>/dev/null || true
    done
    wait "${!running[@]}" 2>/dev/null || true
    running=()
    sweep
}

# interrupted SIGNAL: dies as the signal asks, so that a caller sees it.
interrupted() {
    trap '' HUP INT TERM
    trap - EXIT
    clean_up
    say_above "interrupted; nothing half-built is left"
    trap - "$1"
    kill -s "$1" $$
}
