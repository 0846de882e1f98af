# Read by the runners of jobs and of launches (POSIX sh): who a process is, claims, and a session of its own.
#
# A process is known by its pid and its start, for pids are used again. On Linux the start is the boot's id and
# the clock ticks since then; elsewhere what `ps` says. processes.ts reads the same.

# identity PID: sets $identity
identity() {
  if [ -r "/proc/$1/stat" ]; then
    IFS= read -r identity_stat < "/proc/$1/stat"
    IFS= read -r identity_boot < /proc/sys/kernel/random/boot_id
    # After the command's name, which may hold blanks and brackets, the start is the twentieth field.
    set -- ${identity_stat##*) }
    identity=$identity_boot/${20}
  else
    identity=$(LC_ALL=C ps -o lstart= -p "$1")
  fi
}

# own_pid: sets $own_pid, in a subshell too, where $$ is the pid of the shell it came from
own_pid() {
  if [ -r /proc/self/stat ]; then
    IFS=' ' read -r own_pid own_rest < /proc/self/stat
  else
    own_pid=$(exec /bin/sh -c 'echo "$PPID"')
  fi
}

# claim FILE [PID]: makes the file with the identity of this process ($$, or PID in a subshell); fails when it exists
claim() {
  claim_pid=${2:-$$}
  identity "$claim_pid"
  set -C
  if printf '%s %s\n' "$claim_pid" "$identity" 2>/dev/null > "$1"; then
    set +C
  else
    set +C
    return 1
  fi
}

# apart COMMAND...: becomes the command, as leader of a session of its own. Run it in the background: then it
# leads no process group yet, setsid need not fork, and $! is the session's id.
if command -v setsid > /dev/null 2>&1; then
  apart() { exec setsid "$@"; }
else
  apart() { exec perl -MPOSIX -e 'POSIX::setsid(); exec { $ARGV[0] } @ARGV; exit 127' -- "$@"; }
fi
