# Runs one attempt of one job, in a session that outlives the server, and reports it in the event log:
# job-runner.sh SPOOL CLUSTER INDEX ATTEMPT SUBMISSION|null LIMIT|null HOST STARTED-MS
spool=$1 cluster=$2 index=$3 attempt=$4 submission=$5 limit=$6 host=$7 started=$8
here=${0%/*}
. "$here/../../run-apart.sh"
umask 077
folder=$spool/clusters/$cluster/$index/$attempt

# record LINE: one write at the end of the log; waits for space while the spool is there
record() {
  until printf '%s\n' "$1" 2> /dev/null >> "$spool/events.jsonl"; do
    [ -d "$folder" ] || exit 1
    sleep 1
  done
}

# clock: sets $clock to hundredths of a second since some moment, whatever is done to the time of day
clock() {
  if [ -r /proc/uptime ]; then
    read -r clock clock_idle < /proc/uptime
    clock=${clock%.*}${clock#*.}
  else
    clock=$(date +%s)00
  fi
}

# Read whole before it runs, for a shell reads a script piece by piece: a newer version may be written over this file
# while jobs run.
main() {
  # The claim: whoever comes second leaves.
  mkdir "$folder" "$folder/work" 2> /dev/null || exit 0
  claim "$folder/runner" || exit 0

  about="\"job\":\"$cluster.$index\",\"submission\":$submission,\"attempt\":$attempt,\"host\":\"$host\""
  record "{\"event\":\"start\",$about,\"at\":$started}"
  clock
  begun=$clock

  apart /bin/sh "$here/job-start.sh" "$spool/clusters/$cluster" "$cluster.$index@local" "$index" "$attempt" \
    "$folder/work" < /dev/null > "$folder/stdout" 2> "$folder/stderr" &
  job=$!
  identity "$job"
  printf '%s %s\n' "$job" "$identity" > "$folder/session"

  guard=
  if [ "$limit" != null ]; then
    (
      trap 'kill "$nap" 2> /dev/null; exit 0' TERM
      sleep "$limit" &
      nap=$!
      wait "$nap"
      : > "$folder/over-limit"
      kill -s TERM -- "-$job"
      sleep 5 &
      nap=$!
      wait "$nap"
      kill -s KILL -- "-$job"
    ) 2> /dev/null &
    guard=$!
  fi
  wait "$job"
  code=$?
  clock
  [ -z "$guard" ] || kill -s TERM "$guard" 2> /dev/null
  # What the job left behind in its group ends with it.
  kill -s KILL -- "-$job" 2> /dev/null
  [ -z "$guard" ] || wait "$guard"

  times > "$folder/times"
  {
    read -r own
    read -r cpu
  } < "$folder/times"
  end="$about,\"at\":$((started + (clock - begun) * 10)),\"code\":$code,\"wall\":$((clock - begun)),\"cpu\":\"$cpu\""
  if [ -r "$folder/memory" ]; then
    read -r memory < "$folder/memory"
    case $memory in '' | *[!0-9]*) ;; *) end="$end,\"memory\":$memory" ;; esac
  fi
  [ ! -e "$folder/over-limit" ] || end="$end,\"limit\":$limit"

  # Who stopped the job left the beginning of the line to write: held or removed, and why.
  what='"event":"end"'
  [ ! -r "$folder/stop" ] || IFS= read -r what < "$folder/stop"
  line="{$what,$end}"
  # Should this runner die before the next line, the server finds the outcome here.
  printf '%s\n' "$line" 2> /dev/null > "$folder/result"
  record "$line"
}

main; exit
