# shellcheck shell=bash
# What the machine has and lacks: compilers and system packages.

# at_least HAVE NEED: compares versions of up to three numbers.
at_least() {
    local have need i
    IFS=. read -ra have <<<"$1"
    IFS=. read -ra need <<<"$2"
    for i in 0 1 2; do
        have[i]=${have[i]:-0} && have[i]=${have[i]%%[!0-9]*}
        ((10#${have[i]:-0} == 10#${need[i]:-0})) || break
    done
    ((10#${have[i]:-0} >= 10#${need[i]:-0}))
}

# find_go: sets go and go_found_version to the first Go that is new enough, or to nothing.
find_go() {
    local candidate version
    go='' go_found_version=''
    for candidate in "$(type -P go || true)" /usr/local/go/bin/go /usr/lib/go-1.*/bin/go; do
        [[ -x $candidate ]] || continue
        # From the root folder, for a go.mod below the current one could ask for another version.
        version=$(cd / && GOTOOLCHAIN=local "$candidate" env GOVERSION 2>/dev/null) || continue
        at_least "${version#go}" "$go_minimum" || continue
        go=$candidate go_found_version=${version#go}
        return
    done
}

need_go() {
    local package
    find_go
    [[ -z $go ]] || return 0
    IFS=. read -r _ package _ <<<"$go_minimum"
    package=golang-1.$package-go
    apt_offers "$package" "$go_minimum" && apt_install "$package" && find_go
    [[ -n $go ]] || stop 3 "Go $go_minimum or newer is needed and was not found on the PATH; get it from https://go.dev/dl"
}

find_cargo() {
    local candidate version
    cargo=
    for candidate in "$(type -P cargo || true)" "${CARGO_HOME:-$HOME/.cargo}/bin/cargo"; do
        [[ -x $candidate ]] || continue
        read -r _ version _ < <(cd / && "$candidate" --version 2>/dev/null) || continue
        at_least "$version" "${nydus_pin[rust_minimum]}" || continue
        cargo=$candidate
        return
    done
}

need_cargo() {
    local minimum=${nydus_pin[rust_minimum]}
    find_cargo
    [[ -z $cargo ]] || return 0
    apt_offers cargo "$minimum" && apt_install cargo && find_cargo
    [[ -n $cargo ]] || stop 3 "Rust's cargo $minimum or newer is needed to build nydus-image and was not found on the \
PATH; get it from https://rustup.rs, or set NYDUS_SOURCE=release"
}

# need_packages_of PART...: installs what the parts need and the machine lacks, or says how to.
need_packages_of() {
    local part lacking=()
    for part in "$@"; do
        case $part-$nydus_source in
            go-*) lacks_for_c pkg-config && lacks_seccomp ;;
            nydus-crate) lacks_for_c make perl cmake ;;
            nydus-release) lacks_command curl tar ;;
        esac
    done
    ((${#lacking[@]} == 0)) || provide "${lacking[@]}"
    [[ " $* $nydus_source" != *" nydus crate" ]] || need_cargo
}

lacks_command() {
    local command
    for command in "$@"; do
        type -P "$command" >/dev/null || lacking+=("$command")
    done
}

lacks_for_c() {
    lacks_command gcc "$@"
    echo '#include <stdlib.h>' | gcc -E - >/dev/null 2>&1 || lacking+=(libc6-dev)
}

lacks_seccomp() {
    pkg-config --exists libseccomp 2>/dev/null || lacking+=(libseccomp-dev)
}

# provide PACKAGE...: by Debian's names.
provide() {
    local packages=() package
    while read -r package; do packages+=("$package"); done < <(printf '%s\n' "$@" | sort -u)
    [[ " ${packages[*]} " != *' curl '* ]] || packages+=(ca-certificates)
    if is_apt_root; then
        apt_install "${packages[@]}" || stop 3 "apt-get could not install ${packages[*]}"
    elif type -P apt-get >/dev/null; then
        stop 3 "system packages are missing; run: sudo apt-get install -y ${packages[*]}"
    elif type -P dnf >/dev/null; then
        stop 3 "system packages are missing; run: sudo dnf install -y $(fedora_names "${packages[@]}")"
    else
        stop 3 "system packages are missing; install what Debian calls: ${packages[*]}"
    fi
}

fedora_names() {
    local names=" $* "
    names=${names/ libc6-dev / glibc-devel }
    names=${names/ libseccomp-dev / libseccomp-devel }
    names=${names/ pkg-config / pkgconf-pkg-config }
    read -ra names <<<"$names"
    echo "${names[@]}"
}

is_apt_root() {
    ((EUID == 0)) && type -P apt-get >/dev/null
}

# apt_offers PACKAGE MINIMUM: whether apt-get could install it in that version, or newer.
apt_offers() {
    local label version
    is_apt_root || return 1
    apt_update
    while read -r label version; do
        [[ $label == Candidate: ]] && at_least "${version#*:}" "$2" && return 0
    done < <(apt-cache policy "$1" 2>/dev/null)
    return 1
}

apt_update() {
    [[ -z ${apt_updated:-} ]] || return 0
    apt_updated=yes
    apt-get update -qq >&2 || say "apt-get update failed; trying with the lists at hand"
}

apt_install() {
    apt_update
    say "installing $*"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$cache/log/apt.log" 2>&1 ||
        { tail -n 5 "$cache/log/apt.log" >&2 && return 1; }
}
