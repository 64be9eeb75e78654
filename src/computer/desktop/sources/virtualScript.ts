/** The shell script that runs a virtual desktop: the first process in its sandbox, or of its process group without one. */

/**
 * The variable that every process of a desktop has, by which those of a dead host are found. Its value is the desktop's
 * id, with `-program` after it for all but the X server and the script.
 */
export const MARK_VARIABLE = 'COMPUTER_USE_CHAT_DESKTOP';

/**
 * Its arguments are the X server's command. It is told by lines on its standard input what to run, and ends all with that
 * input: with the pipe's other end, which only the host has, goes the desktop, however the host ended.
 *
 * - in: `run ID COMMAND`, the command for a shell in base64; `launch ID COMMAND` where its output is not wanted
 * - in: `bridge ID COMMAND`, of what leads to the network, whose output is passed on as it is
 * - in: `kill ID`
 * - out: `display NUMBER` when the X server takes clients, `server STATUS` when it has ended
 * - out: `ready` by the bridge
 * - out: `out ID BYTES`, in base64 and short enough to be written at once; `end ID STATUS` after the last of them
 *
 * POSIX, with mkfifo, base64, awk, grep and setsid, which every Linux with an X server has.
 */
export const SUPERVISOR = `
id=$${MARK_VARIABLE}
fifo=$XDG_RUNTIME_DIR/display
jobs=$XDG_RUNTIME_DIR/jobs
mkfifo -m 600 "$fifo" && mkdir "$jobs" || exit 1
exec 3>&1
# A caught signal is set back for the server itself: it ends in good order while this process waits for it.
{ trap : TERM; "$@" -displayfd 4 4>"$fifo" </dev/null >&2 3>&-; echo "server $?" >&3; } &
server=$!
read -r number <"$fifo" || exit 1
export DISPLAY=":$number"
export ${MARK_VARIABLE}="$id-program"
echo "display $number" >&3
cd "$HOME" || exit 1

# As the leader of a session of its own, whose id is noted.
lead() { setsid sh -c 'echo $$ >"$1"; exec sh -c "$2"' sh "$jobs/$1" "$2" </dev/null 3>&- 4>&-; }

run() {
  status=$({ {
    lead "$1" "$2" 2>&1
    echo $? >&4
  } | base64 -w 1000 | awk -v id="$1" '{ print "out " id " " $0; fflush() }' >&3; } 4>&1)
  rm -f "$jobs/$1"
  echo "end $1 $status" >&3
}

launch() {
  lead "$1" "$2" >/dev/null 2>&1
  status=$?
  rm -f "$jobs/$1"
  echo "end $1 $status" >&3
}

bridge() {
  lead "$1" "$2" >&3 2>/dev/null
  echo "end $1 $?" >&3
}

# One that has just been asked for may not have begun.
end() {
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if read -r leader <"$jobs/$1"; then kill -s KILL -- "-$leader"; break; fi
    sleep 0.1
  done 2>/dev/null
}

while read -r verb job command; do
  case $verb in
    run | launch | bridge) $verb "$job" "$(printf %s "$command" | base64 -d)" & ;;
    kill) end "$job" & ;;
  esac
done

# More than once: one that forks may be ahead by a process.
for round in 1 2 3 4 5 6 7 8 9; do
  files=$(grep -lzxF "${MARK_VARIABLE}=$id-program" /proc/[0-9]*/environ 2>/dev/null)
  [ -n "$files" ] || break
  for file in $files; do file=\${file#/proc/}; kill -KILL "\${file%/environ}"; done 2>/dev/null
done
trap : TERM
kill -TERM 0
{ sleep 2; kill -KILL 0; } &
wait $server
kill -KILL 0
`;
