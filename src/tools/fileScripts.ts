/**
 * What is done with files where only programs can be run, as POSIX shell scripts with the tools that GNU, BusyBox and
 * toybox have. `$1` is an absolute path, which no tool can take for an option. Each prints what came of it as a word that
 * ends with a NUL, then fields that do.
 */

const COMMON = `
export LC_ALL=C
say() { printf '%s\\0' "$@"; }
is_there() { [ -e "$1" ] || [ -L "$1" ]; }
# Without links, in $real. A substitution takes line breaks from the end, which names may have.
resolve() { real=$(readlink -f "$1" && printf x) && real=\${real%?x}; }
# Takes $1 bytes of the input into a new file $2.
take() { ( set -C; head -c "$1" >"$2" ) && [ "$(wc -c <"$2")" -eq "$1" ]; }
`;

/** `$2`: how many bytes of a file to print at most. Prints `folder PATH` or `file PATH NAMES` and the bytes. */
export const FIND = `${COMMON}
resolve "$1" && is_there "$real" || { say missing; exit; }
if [ -d "$real" ]; then say folder "$real"; exit; fi
# Not a pipe, which would be waited for, nor a device.
[ -f "$real" ] || { say not-a-file; exit; }
[ -r "$real" ] || { say denied; exit; }
say file "$real" "$(stat -c %h "$real" || echo 1)"
head -c "$2" <"$real"
`;

/** Between the two levels of a listing. Unless the first one was cut there, an empty word is before it. */
export const LEVEL_BORDER = '|';

/** `$2`: how many bytes to print at most of each level. Prints `folder`, then `KIND./PATH` each. */
export const LIST = `${COMMON}
resolve "$1" && [ -d "$real" ] || { say missing; exit; }
[ -r "$real" ] && cd "$real" || { say denied; exit; }
say folder
each='for file do
  if [ -L "$file" ]; then kind=l; elif [ -f "$file" ]; then kind=f; elif [ -d "$file" ]; then kind=d; else kind=o; fi
  printf "%s%s\\\\0" $kind "$file"
done'
find . -mindepth 1 -maxdepth 1 ! -name '.*' ! -name node_modules -exec sh -c "$each" sh {} + | head -c "$2"
printf '\\0%s\\0' '${LEVEL_BORDER}'
find . -mindepth 2 -maxdepth 2 ! -path './.*' ! -path './node_modules/*' ! -name '.*' ! -name node_modules \\
  -exec sh -c "$each" sh {} + | head -c "$2"
`;

/** Prints `target PATH`: where a file would be, without the links in what is there of its path. */
export const TARGET = `${COMMON}
base=$1 rest=
while ! is_there "$base"; do
  rest=/\${base##*/}$rest base=\${base%/*}
  [ -n "$base" ] || base=/
done
# A link that leads nowhere is one, not what it might lead to.
[ -e "$base" ] || { say exists; exit; }
resolve "$base" || { say missing; exit; }
[ -n "$rest" ] && ! [ -d "$real" ] && { say missing; exit; }
say target "\${real%/}$rest"
`;

/** `$2`: how many bytes of the input to write. Prints `done`. */
export const CREATE = `${COMMON}
is_there "$1" && { say exists; exit; }
folder=\${1%/*}/
mkdir -p "$folder" || { say denied; exit; }
new=$folder.$$-$2-new.tmp
take "$2" "$new" || { rm -f "$new"; say denied; exit; }
if ln "$new" "$1"; then say done
elif is_there "$1"; then say exists
elif mv "$new" "$1"; then say done
else say denied
fi
rm -f "$new"
`;

/** `$2`: how many bytes of the input to write; `$3`: the SHA-256 of what the file has now. Prints `done`. */
export const REPLACE = `${COMMON}
[ -f "$1" ] && ! [ -L "$1" ] || { say changed; exit; }
[ -w "$1" ] || { say denied; exit; }
folder=\${1%/*}/
new=$folder.$$-$2-new.tmp copy=$folder.$$-$2-mode.tmp
# A copy has the mode of the file, and the owner where that can be; then it gets the new content.
if take "$2" "$new" && cp -p "$1" "$copy" && cat "$new" >"$copy"; then
  sum=$(sha256sum <"$1")
  if [ "\${sum%% *}" != "$3" ] || [ -L "$1" ]; then say changed
  elif mv -f "$copy" "$1"; then say done
  else say denied
  fi
else
  say denied
fi
rm -f "$new" "$copy"
`;
