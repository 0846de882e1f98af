# Runs one launch script in a session of its own that outlives the server: launch-runner.sh FOLDER
# Comes with the script's environment; descriptor 3 is closed when the launch belongs to this process.
folder=$1
. "${0%/*}/../../run-apart.sh"
claim "$folder/runner" || exit 0
exec 3>&-

# The script is read whole before any of it runs; its own first line stays its first line.
apart /bin/sh -c 'eval "shift; $(cat "$1")"' sh "$folder/script" < /dev/null >> "$folder/output" 2>&1 &
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

until printf '%s\n' "$code" > "$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"; do
  [ -d "$folder" ] || exit 1
  sleep 1
done 2> /dev/null
