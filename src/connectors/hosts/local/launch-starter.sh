# Runs the launch script of each number it reads, in a session of its own that outlives the server and this shell:
# launch-starter.sh FOLDER
# Says `begun N` when the run N is claimed (or was before), and `ended N` when its exit code is written down. Ends
# when its server closes the other end or dies. A fork of this shell takes a tenth of a fork of the server.
launches=$1
here=${0%/*}
. "$here/../../run-apart.sh"
. "$here/launch-runner.sh"
# A runner whose server has died has nobody to tell; that must not end it.
trap '' PIPE
while read -r launch; do
  run_launch "$launch" "$launches/$launch" < /dev/null &
  # Reaps the runners that have ended.
  jobs > /dev/null 2>&1
done
