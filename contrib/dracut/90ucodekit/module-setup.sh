#!/bin/bash
# dracut module: early microcode of both vendors, packed by dracut itself, in place of the files that dracut would concatenate.
# Install the folder as /usr/lib/dracut/modules.d/90ucodekit and write add_dracutmodules+=" ucodekit " to a file in /etc/dracut.conf.d.
# dracut sources this file into its own shell; what is set here is what dracut's packing reads afterwards.

check() {
    # Only when asked for.
    return 255
}

depends() {
    return 0
}

# Prints what ucodekit said, a line at a time, by the given function of dracut's log.
_ucodekit_tell() {
    local line
    while IFS= read -r line; do
        [[ ! $line ]] || "$1" "ucodekit: ${line#ucodekit: }"
    done
}

# Is there a file, or a folder with one? A package that was removed leaves an empty folder, which is no reason to refuse the other vendor's.
_ucodekit_holds() {
    [[ $(find -L "$1" -type f -print -quit 2> /dev/null) ]]
}

# The bytes of a newc header with a name of that length: both end at a multiple of 4.
_ucodekit_header() {
    echo $(((110 + $1 + 1 + 3) / 4 * 4))
}

# A processor wants an Intel update at a multiple of 16, and dracut's archivers pack at multiples of 4. GenuineIntel.bin is the last
# member of the early archive, so that the sum of all others says where it will be. A folder whose name is long enough fills the rest.
_ucodekit_align() {
    local root=$1 name size offset fill=kernel/x86/microcode/Fill
    local -A members=([.]=0 [early_cpio]=2)
    while IFS=$'\t' read -r size name; do
        members[$name]=$size
    done < <(find "$root" -mindepth 1 '(' -type d -printf '0\t%P\n' -o -printf '%s\t%P\n' ')')
    # dracut adds these later.
    if [[ ${acpi_override-} == yes && -d ${acpi_table_dir-} ]]; then
        members[kernel/firmware]=0
        members[kernel/firmware/acpi]=0
        for name in "$acpi_table_dir"/*.aml; do
            [[ ! -e $name ]] || members[kernel/firmware/acpi/${name##*/}]=$(stat -L -c %s -- "$name")
        done
    fi
    members[kernel/x86/microcode/GenuineIntel.bin]=0
    offset=0
    for name in "${!members[@]}"; do
        size=${members[$name]}
        ((offset += $(_ucodekit_header ${#name}) + (size + 3) / 4 * 4))
    done
    ((offset % 16)) || return 0
    while (((offset + $(_ucodekit_header ${#fill})) % 16)); do
        fill+=Fill
    done
    mkdir "$root/$fill"
}

# Runs when dracut ends, before it removes its own folder: is what was laid out for packing what Linux will find in the image?
_ucodekit_check() {
    local status=$? name size vendor report
    [[ $status -eq 0 ]] || return "$status"
    local PATH="$PATH:/usr/local/bin"
    # shellcheck disable=SC2154
    if ! report=$("$_ucodekit" initrd inspect --json "$outfile" 2>&1); then
        _ucodekit_tell derror <<< "$report"
        derror "ucodekit: $outfile cannot be checked"
        return 1
    fi
    report=$(tr -d ' \n' <<< "$report")
    for name in "${!_ucodekit_packed[@]}"; do
        size=${_ucodekit_packed[$name]}
        vendor=amd
        [[ $name != GenuineIntel.bin ]] || vendor=intel
        if [[ ! $report =~ \"vendor\":\"$vendor\",\"loader\":\"Linux\",\"verdict\":\"found\",\"offset\":([0-9]+),\"size\":$size, ]]; then
            derror "ucodekit: $outfile is written, but Linux will not find $name in it ($size bytes); keep another initrd to boot from"
            return 1
        fi
        if [[ $vendor == intel ]] && ((BASH_REMATCH[1] % 16)); then
            dwarn "ucodekit: $name in $outfile is at ${BASH_REMATCH[1]}, no multiple of 16; ucodekit initrd splice aligns it"
        fi
    done
}

install() {
    local root=${dracutsysrootdir-}
    local UCODEKIT=ucodekit UCODEKIT_PATHS="" UCODEKIT_OPTIONS="" UCODEKIT_REQUIRED=no
    local folder path said
    local -a paths=() options=()
    local settings=${UCODEKIT_DEFAULT:-$root/etc/default/ucodekit}
    # shellcheck disable=SC1090
    [[ ! -r $settings ]] || . "$settings"
    # npm installs there, where dracut does not look.
    local PATH="$PATH:/usr/local/bin"

    local level=dwarn
    [[ $UCODEKIT_REQUIRED != yes ]] || level=dfatal

    # What dracut leaves of the setting: "no" from the administrator; empty when it thinks that the kernel or the CPU has no use for it.
    # dracut 059 looks for options that Linux dropped in 6.6, hence the second look.
    if [[ ${early_microcode-} == no ]]; then
        "$level" "ucodekit: early_microcode is off, so this initrd gets none"
        [[ $UCODEKIT_REQUIRED != yes ]] || exit 1
        return 0
    fi
    if [[ ${early_microcode-} != yes ]] && ! check_kernel_config CONFIG_MICROCODE; then
        "$level" "ucodekit: the kernel has no CONFIG_MICROCODE, so this initrd gets no early microcode"
        [[ $UCODEKIT_REQUIRED != yes ]] || exit 1
        return 0
    fi

    if [[ $UCODEKIT_PATHS ]]; then
        for path in $UCODEKIT_PATHS; do
            ! _ucodekit_holds "$root$path" || paths+=("$root$path")
        done
    else
        # shellcheck disable=SC2154
        for folder in $fw_dir; do
            for path in "$folder/intel-ucode" "$folder/amd-ucode"; do
                ! _ucodekit_holds "$path" || paths+=("$path")
            done
        done
    fi
    [[ ! ${hostonly-} ]] || options=(--cpu host)

    local work="$DRACUT_TMPDIR/ucodekit"
    # shellcheck disable=SC2154
    local packed="$early_cpio_dir/d/kernel/x86/microcode"
    # shellcheck disable=SC2086
    if [[ ${#paths[@]} -eq 0 ]]; then
        said="no microcode in ${UCODEKIT_PATHS:-$fw_dir}"
    elif ! command -v "$UCODEKIT" > /dev/null; then
        said="the program $UCODEKIT is not there"
    elif mkdir -p "$work" \
        && said=$("$UCODEKIT" initrd build "${options[@]}" $UCODEKIT_OPTIONS "${paths[@]}" -o "$work/image" 2>&1) \
        && "$UCODEKIT" initrd extract -q "$work/image" -o "$work/members" > /dev/null \
        && mkdir -p "$packed" \
        && cp "$work"/members/early-1/kernel/x86/microcode/*.bin "$packed/"; then
        # Not where the members are in that image: dracut makes another one.
        said=$(grep -v '^  kernel/x86/microcode/' <<< "$said")
        _ucodekit_tell dinfo <<< "${said/"wrote $work/image: "/}"
        _ucodekit=$UCODEKIT
        declare -gA _ucodekit_packed=()
        for path in "$packed"/*.bin; do
            _ucodekit_packed[${path##*/}]=$(stat -c %s -- "$path")
        done
        [[ ! -e $packed/GenuineIntel.bin ]] || _ucodekit_align "$early_cpio_dir/d"
        # shellcheck disable=SC2034
        create_early_cpio=yes
        # shellcheck disable=SC2034
        early_microcode=no
        # dracut has no hook after the image; what it does at its end comes behind this.
        local ending
        ending=$(trap -p EXIT)
        eval "set -- ${ending#trap -- }"
        # shellcheck disable=SC2064
        trap "_ucodekit_check; $1" EXIT
        return 0
    fi
    _ucodekit_tell "$level" <<< "$said"
    if [[ $UCODEKIT_REQUIRED == yes ]]; then
        dfatal "ucodekit: no initrd is made, because UCODEKIT_REQUIRED=yes"
        exit 1
    fi
    rm -f -- "$packed"/*.bin
    if [[ ${early_microcode-} == yes ]]; then
        dwarn "ucodekit: nothing is added; early microcode is left to dracut, which packs what it finds unchecked"
    else
        dwarn "ucodekit: this initrd gets no early microcode"
    fi
}
