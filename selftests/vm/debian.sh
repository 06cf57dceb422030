# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016
#
# Packages of any release of Debian, by an apt that knows nothing of this host's packages.
# SUITE names the release, or its backports. Sourced by cache.sh.

SUITE=${SUITE:-bookworm}
RELEASE=${SUITE%-backports}
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# archive LABEL DEFAULT: where this host's apt gets packages of that label from.
archive() {
	local uri
	uri=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' \
		'Origin: Debian' 2>/dev/null | sed -n "s/^$1 //p" | sed -n 1p)
	echo "${uri:-$2}"
}

# What mmdebstrap and apt get packages from.
sources() {
	local main security line
	main=$(archive Debian http://deb.debian.org/debian)
	security=$(archive Debian-Security http://deb.debian.org/debian-security)
	for line in "$main $RELEASE" "$main $RELEASE-updates" "$security $RELEASE-security" \
		"$main $SUITE"; do
		echo "deb [signed-by=$KEYRING] $line main"
	done | sort -u
}

# The world of that apt, except for how this host reaches the network. The host's hooks
# of apt are for the host's own packages.
make_apt() { # DIR
	local home=${1%.new}
	mkdir -p "$1"/{lists,cache/archives}/partial
	sources >"$1/sources.list"
	cat >"$1/apt.conf" <<-END
		Dir::Etc::SourceList "$home/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
		Dir::State::Lists "$home/lists";
		Dir::State::Status "/dev/null";
		Dir::Cache "$home/cache";
		APT::Default-Release "$([ "$SUITE" = "$RELEASE" ] || echo "$SUITE")";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
	END
}

# Have it know the packages, as they were a day ago at most, or as they were known.
fill_apt() {
	local updated
	apt=$CACHE/apt-$SUITE
	updated=$apt/updated
	fill "apt-$SUITE" make_apt
	[ -z "$(find "$updated" -mtime -1 2>/dev/null)" ] || return 0
	attend flock "$apt/lock" apt-get -qq -c "$apt/apt.conf" update >&2 ||
		[ -e "$updated" ] || die "cannot get the list of Debian $SUITE's packages," \
		"whose key has to be in $KEYRING (Debian's package debian-archive-keyring)"
	touch "$updated"
}

# download PACKAGE DIR: leave its archive in DIR.
download() {
	fill_apt
	attend env -C "$2" apt-get -qq -c "$apt/apt.conf" download "$1" >&2 ||
		die "there is no $1 in Debian $SUITE"
}

# The kernel that Debian installs by default there, of a flavour such as cloud, or none.
default_kernel() { # [FLAVOUR]
	local package=linux-image-${1:+$1-}amd64
	fill_apt
	apt-cache -c "$apt/apt.conf" depends "$package" 2>/dev/null |
		grep -oP 'Depends: linux-image-\K.*' ||
		die "there is no $package in Debian $SUITE"
}
