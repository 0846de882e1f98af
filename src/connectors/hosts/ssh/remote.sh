# The far side of a launch host over ssh (POSIX sh). Sent along with each question, after run-apart.sh, and before one
# call of a function below. Nothing is installed; runs and tools are kept below ~/.poms:
#
#     launches/INSTANCE/LAUNCH    as on this machine: script, environment, runner, session, output, exit
#     tools/HASH                  copies of the folders that launches have on their PATH, and the runner
#
# The caller has set $runs (launches/INSTANCE) and $tools (tools/HASH).
umask 077
need_tools=44

# start_run LAUNCH ENVIRONMENT SCRIPT: does nothing where the run was started before
start_run() {
  [ -d "$tools" ] || exit $need_tools
  run=$runs/$1
  [ -s "$run/runner" ] && return
  # Whole before they have their names, for two servers may start the same. Few processes: each costs some ms.
  mkdir -p "$run/$$" || return
  printf '%s' "$2" > "$run/$$/environment" && printf '%s' "$3" > "$run/$$/script" || return
  mv "$run/$$/environment" "$run/$$/script" "$run" || return
  apart /bin/sh -c '. "$1/runner/run-apart.sh"; . "$1/runner/launch-runner.sh"; run_launch "$2" "$3"' \
    poms-launch "$tools" "$1" "$run" < /dev/null > /dev/null 2>&1 &
  waits=0
  while [ "$waits" -lt 500 ]; do
    [ -s "$run/runner" ] && return
    sleep 0.02
    waits=$((waits + 1))
  done
  echo 'the launch script did not begin within 10 s' >&2
  return 1
}

# begin_tools FOLDER..., add_tool PATH MODE TEXT, end_tools: copies tools beside their place, then moves them there
begin_tools() {
  tools_new=$tools.$$
  rm -rf "$tools_new" && mkdir -p "$tools_new" || exit
  for folder in "$@"; do mkdir "$tools_new/$folder" || exit; done
}
add_tool() {
  printf '%s' "$3" > "$tools_new/$1" && chmod "$2" "$tools_new/$1" || exit
}
end_tools() {
  mv -T "$tools_new" "$tools" 2> /dev/null || { rm -rf "$tools_new"; [ -d "$tools" ]; }
}

# is_alive "PID START": that process, not another of its number, and no zombie
is_alive() {
  alive_pid=${1%% *}
  identity "$alive_pid" 2> /dev/null
  [ -n "$identity" ] && [ "$alive_pid $identity" = "$1" ] || return
  alive_stat=
  if [ -r "/proc/$alive_pid/stat" ]; then
    IFS= read -r alive_stat < "/proc/$alive_pid/stat"
    alive_stat=${alive_stat##*) }
  else
    alive_stat=$(ps -o stat= -p "$alive_pid")
  fi 2> /dev/null
  case $alive_stat in '' | Z* | X*) return 1 ;; esac
}

# members "PID START": prints the living processes of that session and of that process group
members() {
  leader=${1%% *}
  if [ -r /proc/sys/kernel/random/boot_id ]; then
    IFS= read -r boot < /proc/sys/kernel/random/boot_id
    case $1 in "$leader $boot/"*) ;; *) return ;; esac
  fi
  # The kernel gives a number away again only when no group or session has it.
  if [ -e "/proc/$leader" ]; then
    identity "$leader" 2> /dev/null
    [ -z "$identity" ] || [ "$leader $identity" = "$1" ] || return
  fi
  ps -A -o pid= -o pgid= -o sid= -o stat= | while read -r pid group session state; do
    case $state in Z* | X*) continue ;; esac
    [ "$group" = "$leader" ] || [ "$session" = "$leader" ] || continue
    echo "$pid"
  done
}

# line FILE: sets $line; fails unless the file's first line is whole
line() { IFS= read -r line 2> /dev/null < "$1"; }

# state_of RUN: sets $state, and $code of a run that has ended
state_of() {
  code=- clock=${clock:-$(date +%s)}
  [ -e "$1/runner" ] || { state=never-started; return; }
  line "$1/exit" && { state=ended code=$line; return; }
  state=running
  if line "$1/runner"; then
    is_alive "$line" && return
  else
    # Its runner has 5 s to say who it is.
    [ $((clock - $(stat -c %Y "$1/runner"))) -lt 5 ] && return
  fi
  line "$1/session" && [ -n "$(members "$line")" ] && return
  # It may have ended since the first look.
  line "$1/exit" && { state=ended code=$line; return; }
  state=vanished
}

# look_at LAUNCH OFFSET LIMIT FREE: prints a line about a run, then what it has printed from OFFSET on, at most LIMIT
# bytes. The space of the first FREE bytes is given back. One process for each run, for each costs some ms.
look_at() {
  run=$runs/$1
  state_of "$run"
  began=0 ended=0 size=0 length=0
  if [ "$state" != never-started ]; then
    facts=$(cd "$run" && stat -c '%n %Y %s' runner exit output 2> /dev/null)
    while read -r name changed bytes; do
      case $name in runner) began=$changed ;; exit) ended=$changed ;; output) size=$bytes ;; esac
    done << FACTS
$facts
FACTS
    length=$((size - $2))
    [ "$length" -ge 0 ] || length=0
    [ "$length" -le "$3" ] || length=$3
  fi
  printf '%s %s %s %s %s %s %s %s\n' "$1" "$state" "$code" "$clock" "$began" "$ended" "$size" "$length"
  [ "$length" = 0 ] || tail -c "+$(($2 + 1))" "$run/output" | head -c "$length"
  [ "$4" = 0 ] || fallocate --punch-hole --offset 0 --length "$4" "$run/output" 2> /dev/null
}

# signal NAME PID...: processes may have ended in between
signal() {
  signal_name=$1
  shift
  kill -s "$signal_name" "$@" 2> /dev/null || :
}

# abort_run LAUNCH GRACE: TERM, after GRACE tenths of a second KILL, until the run is not running any more
abort_run() {
  run=$runs/$1
  tenths=0 termed=
  while clock=; state_of "$run"; [ "$state" = running ]; do
    # A runner that cannot write the exit code down, as the disk is full, is ended in its turn.
    file=session
    [ "$tenths" -le $(($2 + 100)) ] || file=runner
    if line "$run/$file"; then
      pids=$(members "$line")
      if [ -n "$pids" ] && [ "$tenths" -ge "$2" ]; then
        signal KILL $pids
      elif [ -n "$pids" ] && [ -z "$termed" ]; then
        termed=yes
        # What stopped itself goes on, or TERM would wait for it.
        signal TERM $pids
        signal CONT $pids
      fi
    fi
    tenths=$((tenths + 1))
    [ "$tenths" -le $(($2 + 150)) ] || { echo 'a process of the launch script does not end, not even by KILL' >&2; return 1; }
    sleep 0.1
  done
}

# forget_run LAUNCH: a vanished run can be started again; the claim goes last
forget_run() {
  run=$runs/$1
  state_of "$run"
  case $state in
    never-started) return ;;
    vanished) rm -f "$run/session" "$run/output" "$run/exit" && rm -f "$run/runner" ;;
    *) echo "$state" >&2; return 1 ;;
  esac
}

# clean_up DAYS: removes runs that ended before then, and tools that no launch needed since; at most 200 at a time
clean_up() {
  touch "$tools"
  find "$runs" -mindepth 2 -maxdepth 2 -name exit -mtime "+$1" 2> /dev/null | head -n 200 | while IFS= read -r file; do
    rm -rf "${file%/exit}"
  done
  find "${tools%/*}" -mindepth 1 -maxdepth 1 -mtime "+$1" 2> /dev/null | head -n 200 | while IFS= read -r folder; do
    [ "$folder" = "$tools" ] || rm -rf "$folder"
  done
}
