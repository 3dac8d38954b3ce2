# shellcheck shell=bash
# The programs written in Go: what they are, and how each is built. go.mod pins their versions.

# Program, module, package in the module, cgo, build tags, and the variable that carries the version where the module
# does not know its own. Without the tag seccomp runc fails every RUN ("config provided but seccomp not supported"),
# without the tag nydus buildkitd has no Nydus exporter.
readonly GO_RECIPE='
buildkitd       github.com/moby/buildkit                 cmd/buildkitd           0 nydus   github.com/moby/buildkit/version.Version
buildctl        github.com/moby/buildkit                 cmd/buildctl            0 nydus   github.com/moby/buildkit/version.Version
runc            github.com/opencontainers/runc           .                       1 seccomp,urfave_cli_no_docs -
registry        github.com/distribution/distribution/v3  cmd/registry            0 -       github.com/distribution/distribution/v3/version.version
crane           github.com/google/go-containerregistry   cmd/crane               0 -       github.com/google/go-containerregistry/cmd/crane/cmd.Version
cni/bridge      github.com/containernetworking/plugins   plugins/main/bridge     0 -       github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion
cni/host-local  github.com/containernetworking/plugins   plugins/ipam/host-local 0 -       github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion
cni/loopback    github.com/containernetworking/plugins   plugins/main/loopback   0 -       github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion
cni/firewall    github.com/containernetworking/plugins   plugins/meta/firewall   0 -       github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion
cni/portmap     github.com/containernetworking/plugins   plugins/meta/portmap    0 -       github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion
'

declare -A go_recipe_of=()
GO_PROGRAMS=()
while read -r program recipe; do
    [[ -n $program ]] || continue
    GO_PROGRAMS+=("$program")
    go_recipe_of[$program]=$recipe
done <<<"$GO_RECIPE"
readonly GO_PROGRAMS

# read_go_mod: reads what go.mod requires, the Go version among it.
read_go_mod() {
    declare -gA go_version_of=()
    local first second rest
    while read -r first second rest; do
        case $first in
            go) go_minimum=$second ;;
            require) go_version_of[$second]=${rest%% *} ;;
            *.*/*) [[ $second != v* ]] || go_version_of[$first]=$second ;;
        esac
    done <"$here/go.mod"
}

# go_inputs: all that decides what the Go part is; hashed into its name in the cache.
go_inputs() {
    local minor
    IFS=. read -r _ minor _ <<<"$go_found_version"
    printf '%s\n' "go part" "$HOSTTYPE" "$system" "go minor $minor" "$GO_RECIPE"
    declare -f go_environment go_step
    cat -- "$here/go.mod" "$here/go.sum"
}

# go_environment: nothing of the user's settings may change what comes out, or fetch another compiler.
go_environment() {
    export GOTOOLCHAIN=local GOWORK=off GOOS=linux GOFLAGS='-mod=readonly -buildvcs=false' GOAMD64=v1 GOARM64=v8.0 CC=gcc
    case $HOSTTYPE in
        x86_64) export GOARCH=amd64 ;;
        aarch64) export GOARCH=arm64 ;;
        *) export GOARCH=$HOSTTYPE ;;
    esac
    unset GOEXPERIMENT GOFIPS140 CGO_CFLAGS CGO_CPPFLAGS CGO_CXXFLAGS CGO_LDFLAGS
    export GOTMPDIR=$1
}

# go_step PROGRAM FOLDER: becomes the compiler that writes the program into FOLDER/bin.
go_step() {
    local module package cgo tags variable linker='-s -w'
    read -r module package cgo tags variable <<<"${go_recipe_of[$1]}"
    [[ $variable == - ]] || linker+=" -X $variable=${go_version_of[$module]}"
    [[ $tags != - ]] || tags=
    [[ $package == . ]] || module+=/$package
    go_environment "$2/tmp"
    export CGO_ENABLED=$cgo
    cd -- "$here"
    become "$go" build -p "$jobs" -trimpath -tags="$tags" -ldflags="$linker" -o "$2/bin/$1" "$module"
}

# go_rows: name, version and source of each program, separated by tabs.
go_rows() {
    local program module version
    for program in "${GO_PROGRAMS[@]}"; do
        module=${go_recipe_of[$program]%% *}
        version=${go_version_of[$module]}
        printf '%s\t%s\t%s\n' "$program" "$version" "go $module@$version"
    done
}
