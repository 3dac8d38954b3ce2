# shellcheck shell=bash
# nydus-image and nydusd: built from crates.io, or taken from the official release. nydus.pin names the versions.

readonly NYDUS_PROGRAMS=(nydus-image nydusd)

# read_nydus_pin: reads nydus.pin and what the environment asks for.
read_nydus_pin() {
    declare -gA nydus_pin=()
    local key value
    while IFS='=' read -r key value; do
        [[ $key == '' || $key == '#'* ]] || nydus_pin[$key]=$value
    done <"$here/nydus.pin"
    nydus_source=${NYDUS_SOURCE:-crate} nydus_builder=${NYDUS_BUILDER:-}
    case $nydus_source in
        crate) nydus_steps=(nydus-image,nydusd) ;;
        release)
            nydus_steps=(nydus-archive)
            [[ $HOSTTYPE == x86_64 ]] || stop 2 "NYDUS_SOURCE=release is pinned for x86_64 only, this machine is $HOSTTYPE"
            ;;
        *) stop 2 "NYDUS_SOURCE is '$nydus_source': crate and release are known" ;;
    esac
    [[ -n $nydus_builder ]] || return 0
    [[ ! $nydus_builder =~ [[:cntrl:]] ]] || stop 2 "NYDUS_BUILDER has control characters"
    [[ -f $nydus_builder && -x $nydus_builder ]] || stop 2 "NYDUS_BUILDER names no program: $nydus_builder"
}

# nydus_inputs: all that decides what the Nydus part is; hashed into its name in the cache.
nydus_inputs() {
    printf '%s\n' "nydus part" "$HOSTTYPE" "$system" "$nydus_source"
    declare -f nydus_step nydus_crate nydus_release git_stand_in
    cat -- "$here/nydus.pin"
}

# nydus_step STEP FOLDER: writes both programs into FOLDER/bin.
nydus_step() {
    "nydus_$nydus_source" "$2"
}

nydus_crate() {
    local folder=$1 cargo_home=${CARGO_HOME:-$HOME/.cargo}
    git_stand_in "$folder/tmp/git"
    # No wrapper (a compile cache's daemon would outlive this and hold the lock), and no path of this machine inside.
    export PATH=$folder/tmp:$PATH RUSTC_WRAPPER='' CARGO_INCREMENTAL=0 CARGO_PROFILE_RELEASE_STRIP=true
    export RUSTFLAGS="--remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$folder=/build"
    unset CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS
    cd -- "$folder"
    become "$cargo" install nydus-rs --version "${nydus_pin[crate_version]}" --locked --jobs "$jobs" --no-track \
        --bin nydus-image --bin nydusd --root "$folder" --target-dir "$folder/tmp/target"
}

# git_stand_in FILE: what nydus shows as its version it asks git for, which knows nothing of an unpacked crate.
git_stand_in() {
    cat >"$1" <<SCRIPT
#!/bin/sh
case \$1 in
    describe) echo v${nydus_pin[crate_version]} ;;
    rev-parse) exit 1 ;;
    *) PATH=\${PATH#*:} exec git "\$@" ;;
esac
SCRIPT
    chmod +x "$1"
}

# nydus_release: fetches the archive, unless it was put into downloads/ by hand, and unpacks it if it is the pinned one.
nydus_release() {
    local folder=$1 url=${nydus_pin[release_url]} archive
    archive=$cache/downloads/${url##*/}
    if [[ ! -f $archive ]]; then
        curl --fail --silent --show-error --location --proto '=https' --connect-timeout 20 --max-time 900 --retry 2 \
            --output "$folder/tmp/archive" -- "$url" ||
            stop 3 "cannot fetch $url; fetch it elsewhere and put it at $archive, or use NYDUS_SOURCE=crate"
        archive=$folder/tmp/archive
    fi
    echo "${nydus_pin[release_sha256]}  $archive" | sha256sum --check --quiet --strict ||
        stop 3 "$archive is not the pinned nydus ${nydus_pin[release_version]}: its SHA-256 differs from nydus.pin"
    tar --extract --gzip --file "$archive" --directory "$folder/bin" --strip-components=1 --no-same-owner \
        nydus-static/nydus-image nydus-static/nydusd
}

# verify_nydus_crate: cargo takes the crate's checksum from the registry's index; the pin is our own. A directory
# source leaves no archive behind, and then cargo has checked each file.
verify_nydus_crate() {
    local archive sum
    for archive in "${CARGO_HOME:-$HOME/.cargo}"/registry/cache/*/"nydus-rs-${nydus_pin[crate_version]}.crate"; do
        [[ -f $archive ]] || continue
        read -r sum _ < <(sha256sum -- "$archive")
        [[ $sum == "${nydus_pin[crate_sha256]}" ]] ||
            stop 3 "$archive is not the pinned crate: its SHA-256 is $sum, nydus.pin says ${nydus_pin[crate_sha256]}"
    done
}

# nydus_rows: name, version and source of each program, separated by tabs.
nydus_rows() {
    local version=${nydus_pin[crate_version]} source="crates.io nydus-rs ${nydus_pin[crate_version]}"
    if [[ $nydus_source == release ]]; then
        version=${nydus_pin[release_version]#v} source="release ${nydus_pin[release_version]}"
    fi
    if [[ -n $nydus_builder ]]; then
        printf '%s\t%s\t%s\n' nydus-image "$(version_of_builder)" "NYDUS_BUILDER $nydus_builder"
    else
        printf '%s\t%s\t%s\n' nydus-image "$version" "$source"
    fi
    printf '%s\t%s\t%s\n' nydusd "$version" "$source"
}

version_of_builder() {
    local text
    text=$("$nydus_builder" --version 2>&1 </dev/null) || text=
    [[ $text =~ [0-9]+\.[0-9]+(\.[0-9]+)?[^[:space:][:cntrl:]]* ]] && echo "${BASH_REMATCH[0]}" || echo unknown
}
