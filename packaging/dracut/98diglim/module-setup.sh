#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Puts into the initial ram disk what DIGLIM needs at boot: the digest lists, of
# which the kernel loads the compact ones by itself, the lists of the programs here
# among them; upload_digest_lists, which it starts then; the parsers, which this
# starts for the other lists; and the certificate that their signatures need.
# watch_digest_lists is for the running system; its list is in the image.
#
# Where there is one list for the whole installation, it stands for those of packages
# that it was made of, and these stay out.
#
# Lists have their signatures inside: cpio archives keep no extended attributes.

# Where all this is, here and in the image. The kernel's configuration has the same.
: "${diglim_lists:=/etc/digest_lists}"
: "${diglim_programs:=/usr/libexec/diglim}"

# What 'diglimctl convert --combine' has called the one list for the installation.
: "${diglim_image=image}"

# inst_found DIR EXPRESSION...: the files of a directory that find(1) finds.
inst_found() {
    local -a _files
    local _dir=$dracutsysrootdir$1/
    shift
    [[ -d $_dir ]] || return 0

    # A command line does not hold all the lists that there may be.
    while mapfile -d '' -n 1000 -t _files && ((${#_files[@]})); do
        inst_multiple "${_files[@]#"$dracutsysrootdir"}" || return
    done < <(find "$_dir" -maxdepth 1 -type f \( "$@" \) -print0)
}

# combined_list: the path of the one list, or of its first part, if it is there; fails
# where not all of the parts are there, or more than these.
combined_list() {
    local _dir=$dracutsysrootdir$diglim_lists/ _file _count=1
    local -a _files
    [[ $diglim_image && -d $_dir ]] || return 0
    mapfile -d '' -t _files < <(find "$_dir" -maxdepth 1 -type f \
        \( -name "*-file_list-compact-$diglim_image" \
        -o -name "*-file_list-compact-$diglim_image.part*of*" \) -print0 | sort -z)
    ((${#_files[@]})) || return 0
    [[ ${_files[0]} != *.part*of* ]] || _count=${_files[0]##*of}
    ((${#_files[@]} == _count)) || return
    for _file in "${_files[@]:1}"; do
        [[ $_file == *.part*of"$_count" ]] || return
    done
    echo "${_files[0]}"
}

# inst_lists: the digest lists. What is newer than the one list for the installation is of
# a package that came later.
inst_lists() {
    local _combined
    local -a _wanted=(-name '*-*_list-*-*')
    if ! _combined=$(combined_list); then
        derror "diglim: not all parts of the list $diglim_image are there, or others too"
        return 1
    fi
    if [[ $_combined ]]; then
        _wanted+=(\( ! -name '*_list-rpm-*' -o -newer "$_combined" \))
        dinfo "diglim: ${_combined##*/} stands for the lists of packages"
    fi
    inst_found "$diglim_lists" "${_wanted[@]}" -o -name .immutable
}

# The certificate that the kernel loads into the keyring .ima by itself, before it reads
# a list (CONFIG_IMA_X509_PATH). One that nobody asked for need not be there.
inst_certificate() {
    local _default=/etc/keys/x509_ima.der
    [[ $diglim_certificate || -e $dracutsysrootdir$_default ]] || return 0
    inst "${diglim_certificate:-$_default}"
}

# called by dracut
check() {
    if [[ ! -x $dracutsysrootdir$diglim_programs/upload_digest_lists ]]; then
        derror "diglim: $diglim_programs/upload_digest_lists is missing"
        return 1
    fi
    # For images whose configuration asks for it.
    return 255
}

# called by dracut
install() {
    # The kernel knows programs by the digests of their whole files, these and all
    # others of the image. After all modules dracut strips what is executable, if this
    # variable still says so, whatever set it. Old versions prelink as well.
    do_strip=no
    do_prelink=no

    # An image that lacks some of this may boot a system that runs nothing.
    if ! inst_lists \
        || ! inst_found "$diglim_programs" -name '*_parser' -o -name upload_digest_lists; then
        dfatal "diglim: not all digest lists and parsers could be installed"
        exit 1
    fi
    if ! inst_certificate; then
        dfatal "diglim: the certificate $diglim_certificate could not be installed"
        exit 1
    fi
    if ! compgen -G "$initdir$diglim_lists/*_list-*" >/dev/null; then
        dwarn "diglim: no digest lists in $diglim_lists"
    fi
    if dracut_module_included squash; then
        derror "diglim: the kernel finds no digest lists, as module squash packs them away"
    fi
}
