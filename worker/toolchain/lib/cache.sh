# shellcheck shell=bash
# Where everything is kept. Below the cache folder:
#
#   parts/go-<hash>/bin, parts/nydus-<hash>/bin   the two halves, so that a change of one does not rebuild the other
#   <hash>/bin, <hash>/programs.{json,txt}        both halves as hard links, with the manifest in its two forms
#   tmp/                                          what is being made, moved to its place when it is whole
#   log/, downloads/, lock

# locate: names the folders that belong to the inputs as they are now.
locate() {
    local sums=() key value
    system=
    while IFS='=' read -r key value; do
        # The programs link to the system's libc and libseccomp.
        [[ $key != ID && $key != VERSION_ID ]] || system+=" $value"
    done 2>/dev/null </etc/os-release || true
    mapfile -t sums < <(sha256sum <(go_inputs) <(nydus_inputs) <(result_inputs))
    ((${#sums[@]} == 3)) || stop 3 "sha256sum does not work here"
    go_part=$cache/parts/go-${sums[0]:0:16}
    nydus_part=$cache/parts/nydus-${sums[1]:0:16}
    result=$cache/${sums[2]:0:16}
}

# The manifest holds absolute paths, so a folder that moved is another result (and made of the same parts).
result_inputs() {
    go_inputs
    nydus_inputs
    declare -f assemble text_manifest json_manifest
    printf '%s\n' "$cache" "$nydus_builder"
    [[ -z $nydus_builder ]] || cat -- "$nydus_builder"
}

# is_part_complete FOLDER PROGRAM...
is_part_complete() {
    local folder=$1 program
    for program in "${@:2}"; do
        [[ -x $folder/bin/$program && -s $folder/bin/$program ]] || return 1
    done
}

is_complete() {
    [[ -s $result/programs.txt && -s $result/programs.json ]] &&
        is_part_complete "$result" "${GO_PROGRAMS[@]}" "${NYDUS_PROGRAMS[@]}"
}

# lock_cache: waits until no other run works on this cache. The compilers inherit the open file, so that after a kill
# -9 the lock is free only when the last of them has ended, and sweep finds nobody at work.
lock_cache() {
    type -P flock setpriv >/dev/null || stop 3 "flock and setpriv are missing; install util-linux"
    mkdir -p -- "$cache"/{parts,tmp,log,downloads} || stop 3 "cannot write to $cache; choose another folder by --cache"
    exec 9>>"$cache/lock"
    if ! flock --nonblock 9; then
        say "another run is at work on $cache; waiting for it"
        # In the background, as bash runs no trap while it waits for a foreground program.
        flock 9 &
        running[$!]=lock
        wait $!
        running=()
    fi
    locked=yes
    sweep
}

# sweep: removes what a run left half-made, this one or one that died; only the holder of the lock may.
sweep() {
    [[ -z ${locked:-} ]] || rm -rf -- "$cache"/tmp/*
}

# put_in_place FROM TO: TO appears whole or not at all.
put_in_place() {
    rm -rf -- "$2"
    mv -T -- "$1" "$2"
}

# assemble: makes the result of the two parts.
assemble() {
    local folder rows
    folder=$(mktemp -d "$cache/tmp/result.XXXXXX")
    chmod 755 "$folder"
    mkdir -p "$folder/bin/cni"
    link "$go_part/bin" "$folder/bin" "${GO_PROGRAMS[@]}"
    link "$nydus_part/bin" "$folder/bin" "${NYDUS_PROGRAMS[@]}"
    if [[ -n $nydus_builder ]]; then
        rm "$folder/bin/nydus-image"
        install -m 755 -- "$nydus_builder" "$folder/bin/nydus-image"
    fi
    rows=$(go_rows && nydus_rows)
    text_manifest <<<"$rows" >"$folder/programs.txt"
    json_manifest <<<"$rows" >"$folder/programs.json"
    put_in_place "$folder" "$result"
}

# link FROM TO PROGRAM...: hard links, or copies where the file system has none.
link() {
    local program
    for program in "${@:3}"; do
        ln -- "$1/$program" "$2/$program" 2>/dev/null || cp -p -- "$1/$program" "$2/$program"
    done
}

text_manifest() {
    local rows=(PROGRAM$'\t'VERSION$'\t'SOURCE) program version source row a=0 b=0 c=0
    while IFS= read -r row; do rows+=("$row"); done
    for row in "${rows[@]}"; do
        IFS=$'\t' read -r program version source <<<"${row#cni/}"
        ((${#program} <= a)) || a=${#program}
        ((${#version} <= b)) || b=${#version}
        ((${#source} <= c)) || c=${#source}
    done
    printf "%-${a}s  %-${b}s  %-${c}s  %s\n" PROGRAM VERSION SOURCE PATH
    for row in "${rows[@]:1}"; do
        IFS=$'\t' read -r program version source <<<"$row"
        printf "%-${a}s  %-${b}s  %-${c}s  %s\n" "${program##*/}" "$version" "$source" "$result/bin/$program"
    done
}

json_manifest() {
    local program version source separator=
    printf '{"programs":['
    while IFS=$'\t' read -r program version source; do
        printf '%s\n{"name":"%s","path":"%s","version":"%s","source":"%s"}' "$separator" "${program##*/}" \
            "$(json_text "$result/bin/$program")" "$(json_text "$version")" "$(json_text "$source")"
        separator=,
    done
    printf '\n]}\n'
}

# json_text TEXT: escapes what JSON reserves; names with control characters were refused before.
json_text() {
    local text=${1//\\/\\\\}
    printf '%s' "${text//\"/\\\"}"
}
