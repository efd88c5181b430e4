#!/bin/bash
# dracut module: puts early microcode of both vendors in front of the initrd, in place of dracut's own.
# Install the folder as /usr/lib/dracut/modules.d/90ucodekit and write add_dracutmodules+=" ucodekit " to a file in /etc/dracut.conf.d.

check() {
    # Only when asked for.
    return 255
}

depends() {
    return 0
}

install() {
    local UCODEKIT=ucodekit UCODEKIT_PATHS="/lib/firmware/intel-ucode /lib/firmware/amd-ucode" UCODEKIT_OPTIONS="" UCODEKIT_REQUIRED="no"
    local path
    local -a paths=()
    # shellcheck disable=SC1090
    [[ ! -r ${UCODEKIT_DEFAULT:=/etc/default/ucodekit} ]] || . "$UCODEKIT_DEFAULT"
    for path in $UCODEKIT_PATHS; do
        [[ ! -e $path ]] || paths+=("$path")
    done
    # npm installs there, where dracut does not look.
    local PATH="$PATH:/usr/local/bin"

    # dracut appends the main archive to this file. Its own early archive would overwrite it, so that is not made:
    # no microcode of its own, and ACPI tables go in here.
    # shellcheck disable=SC2154
    local image="$DRACUT_TMPDIR/initramfs.img"
    # shellcheck disable=SC2086
    if [[ ${#paths[@]} -eq 0 ]] || ! "$UCODEKIT" initrd build $UCODEKIT_OPTIONS "${paths[@]}" -o "$image" >&2; then
        dwarn "ucodekit: no early microcode in this initrd"
        [[ $UCODEKIT_REQUIRED != yes ]] || exit 1
        return 0
    fi
    # shellcheck disable=SC2034
    early_microcode=no
    if [[ ${acpi_override:-} == yes && -d ${acpi_table_dir:-} ]]; then
        local -a tables=()
        for path in "$acpi_table_dir"/*.aml; do
            [[ ! -e $path ]] || tables+=(--add "$path=kernel/firmware/acpi/${path##*/}")
        done
        [[ ${#tables[@]} -eq 0 ]] || "$UCODEKIT" initrd splice "$image" "${tables[@]}" >&2 || exit 1
        # shellcheck disable=SC2034
        acpi_override=no
    fi
}
