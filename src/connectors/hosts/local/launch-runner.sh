# run_launch NUMBER FOLDER: runs one launch script to its end. For launch-starter.sh, as a subshell of it.
run_launch() {
  folder=$2
  own_pid
  claim "$folder/runner" "$own_pid" || {
    tell "begun $1"
    return
  }
  tell "begun $1"

  # The script's file is whole before this begins, and never changed.
  (
    trap - PIPE
    . "$folder/environment"
    cd -- "${HOME:-/}" 2> /dev/null || cd /
    apart /bin/sh "$folder/script"
  ) >> "$folder/output" 2>&1 &
  script=$!
  identity "$script"
  printf '%s %s\n' "$script" "$identity" > "$folder/session"
  wait "$script"
  code=$?

  # What the script left running ends with it, as after a logout.
  if kill -s TERM -- "-$script"; then
    for tenth in 1 2 3 4 5 6 7 8 9 10; do
      kill -0 -- "-$script" || break
      sleep 0.1
    done
    kill -s KILL -- "-$script"
  fi 2> /dev/null

  # Counts once its line is whole.
  until printf '%s\n' "$code" > "$folder/exit"; do
    [ -d "$folder" ] || return
    sleep 1
  done 2> /dev/null
  tell "ended $1"
}

# tell LINE: to the server, if it is there
tell() {
  printf '%s\n' "$1" 2> /dev/null || :
}
