#!/bin/sh
# Runs the desktop until its X server ends. WIDTH and HEIGHT are its size in px.
set -eu
export DISPLAY=:1
server=$(command -v Xtigervnc || command -v Xvnc)

# No password: only the container's own programs can connect, and those are on its screen already.
"$server" "$DISPLAY" -localhost -rfbport 5900 -SecurityTypes None -AlwaysShared -UseBlacklist=0 -nolisten tcp \
  -noreset -s 0 -br -geometry "${WIDTH:-1280}x${HEIGHT:-800}" -depth 24 -desktop Container &
server=$!
# A container that is stopped sends this to its first process only.
trap 'kill "$server"' TERM INT

# The display can be used once its socket is there.
tries=0
until [ -S "/tmp/.X11-unix/X${DISPLAY#:}" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || exit 1
  sleep 0.1
done

if command -v xsetroot >/dev/null; then xsetroot -solid '#3b5a78' -cursor_name left_ptr || true; fi
terminal='xterm -fa Monospace -fs 11 -bg white -fg black -sl 5000'
if command -v dbus-run-session >/dev/null; then
  dbus-run-session -- openbox --startup "$terminal" &
else
  openbox --startup "$terminal" &
fi
wait "$server"
